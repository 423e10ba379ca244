"""Pacing: the abandon account, what was learned, and why so many calls are placed."""

from minidialer.control.method import Method

from .base import Named, Result, WireSentence


class Account(Result):
    """People who answered and those of them who were abandoned; `earned`, `spent` and `left` are abandoned calls.

    Rates are percent. `bound`: the true rate is below it with 95 % confidence.
    """

    answered: int
    abandoned: int
    rate: float
    bound: float
    earned: float
    spent: int
    left: float


class Budget(Result):
    """The abandon budget: both accounts must hold. `target` is percent.

    `credit`: abandoned calls that may come before they are earned; `empty`: none may come, it dials 1:1.
    """

    target: float
    today: Account
    window: Account
    window_days: int
    credit: float
    empty: bool


class Explanation(Result):
    """The numbers behind the last predictive decision. Rates and risks are percent.

    `limit`: risk, budget, learning, five_seconds, trunk or overdial, whichever kept it from placing more.
    """

    ready: int
    soon_free: float
    in_flight: int
    waiting: int
    answer_rate: float
    answer_rate_error: float
    risk: float
    admitted_risk: float
    count: int
    limit: str


class Learned(Result):
    """What was learned of the campaign, in whatever mode. Times are seconds, the rate percent."""

    answers: int
    answer_rate: float
    answer_rate_error: float
    ring_seconds: float
    talk_seconds: float
    wrap_up_seconds: float


class Pacing(Result):
    """One campaign's pacing."""

    campaign: str
    mode: str
    decision: WireSentence
    budget: Budget
    learned: Learned
    explanation: Explanation | None = None


SHOW = Method(
    "pacing.show",
    Named,
    Pacing,
    "The abandon budget, what was learned, and the last decision explained.",
    reads=True,
)
METHODS = (SHOW,)
