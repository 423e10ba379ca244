"""What a campaign learned, as JSON: kept over restarts and from day to day, forgotten with age.

A shape or a duration holds for weeks, a level of answers for hours. The budget does not age: it is an account.
"""

from collections.abc import Mapping
from typing import Any

from .budget import WINDOW_DAYS, Account, Budget
from .model import LEVEL_HALF_LIFE, Model
from .numbers import numbers
from .spending import Spending

VERSION = 1
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
    """What was stored that many seconds ago. Raises UnreadableError."""
    if stored.get("version") != VERSION:
        raise UnreadableError(f"It is of version {stored.get('version')!r}, and this program knows {VERSION}.")
    try:
        return _load(stored, max(age, 0.0))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableError(f"It is damaged: {error!r}.") from error


def _load(stored: Mapping[str, Any], age: float) -> tuple[Model, Budget, Spending]:
    keep, model, budget, spending = 0.5 ** (age / HALF_LIFE), Model(), Budget(), Spending()
    model.answers.load(stored["answers"], keep, 0.5 ** (age / LEVEL_HALF_LIFE))
    model.talks.load(stored["talks"], keep)
    model.wrap_ups.load(stored["wrap_ups"], keep)
    spent = numbers([stored["spending"][name] for name in ("lost", "risked", "burst")], 3)
    spending.lost, spending.risked, spending.burst = spent.tolist()
    for day, (answered, abandoned) in stored["days"].items():
        budget.days[int(day)] = Account(int(answered), int(abandoned))
    budget.turn_to(max(budget.days, default=WINDOW_DAYS))
    return model, budget, spending
