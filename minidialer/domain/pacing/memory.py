"""What a campaign learned, as JSON: kept over restarts and from day to day, forgotten with age.

A shape or a duration holds for weeks, a level of answers for hours. The budget does not age: it is an account.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .budget import Account, Budget
from .model import Model
from .numbers import numbers, whole_number
from .spending import Spending

VERSION = 1
LAST_DAY = date.max.toordinal()
HALF_LIFE = 14 * 86_400.0  # seconds after which a shape or a duration counts half


class UnreadableError(ValueError):
    """What is stored is of another version, or damaged: the campaign learns anew."""


def dump(model: Model, budget: Budget, spending: Spending) -> dict[str, Any]:
    """Everything learned, and the accounts, as JSON types."""
    return {
        "version": VERSION,
        "answers": model.answers.dump(),
        "talks": model.talks.dump(),
        "wrap_ups": model.wrap_ups.dump(),
        "spending": {"lost": spending.lost, "risked": spending.risked, "burst": spending.burst},
        "days": {str(day): [account.answered, account.abandoned] for day, account in budget.days.items()},
    }


def load(stored: Mapping[str, Any], age: float) -> tuple[Model, Budget, Spending]:
    """What was stored that many seconds ago; no day is the present one yet. Raises UnreadableError."""
    if stored.get("version") != VERSION:
        raise UnreadableError(f"It is of version {stored.get('version')!r}, and this program knows {VERSION}.")
    try:
        return _load(stored, max(age, 0.0))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableError(f"It is damaged: {error!r}.") from error


def _load(stored: Mapping[str, Any], age: float) -> tuple[Model, Budget, Spending]:
    keep, model, budget, spending = 0.5 ** (age / HALF_LIFE), Model(), Budget(), Spending()
    model.answers.load(stored["answers"], keep, age)
    model.talks.load(stored["talks"], keep)
    model.wrap_ups.load(stored["wrap_ups"], keep)
    spent = stored["spending"]
    spending.lost, spending.risked = numbers([spent["lost"], spent["risked"]], 2).tolist()
    (spending.burst,) = numbers([spent["burst"]], 1, least=1.0).tolist()
    for day, (answered, abandoned) in stored["days"].items():
        people = whole_number(answered)
        budget.days[whole_number(int(day), 1, LAST_DAY)] = Account(people, whole_number(abandoned, 0, people))
    return model, budget, spending
