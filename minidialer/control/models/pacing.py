"""Pacing: the abandon account, what was learned, and why so many calls are placed."""

from typing import Literal

from pydantic import Field

from minidialer.control.method import Method

from .base import Name, Named, Params, Result, WireSentence

Team = Literal["joined", "assigned", "given"]


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

    `room`: abandoned calls that may come by both; `credit`: those of them that are not earned yet, in mode predictive
    only. `empty`: in mode predictive none may come, it dials 1:1. `exceeded`: more came than may, in whatever mode.
    """

    target: float
    today: Account
    window: Account
    window_days: int
    room: float
    credit: float
    empty: bool
    exceeded: bool


class Explanation(Result):
    """The numbers behind the last predictive decision. Rates and risks are percent; null: not worked out.

    `limit`: risk, step (so many at once), budget, learning, nobody (is at work), five_seconds, trunk or overdial,
    whichever kept it from placing more.
    """

    ready: int
    soon_free: float | None
    in_flight: int
    waiting: int
    answer_rate: float
    answer_rate_error: float
    risk: float | None
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


class AdviceOf(Params):
    """`agents`: a team of so many; else those who have joined, else those assigned. `overdial_percent`: likewise."""

    name: Name
    agents: int | None = Field(default=None, ge=1, le=500, description="a team of so many; else the present one")
    overdial_percent: int | None = Field(default=None, ge=0, le=1000, description="instead of the campaign's")


class AdviceRow(Result):
    """What a mode gave in the simulation. Rates are percent, `wait_seconds` an agent's from one customer to the next.

    `overdial_percent`: of power; in mode predictive the ceiling, 0: none. `utilisation`: talk and form, of the time an
    agent is there; `talk_utilisation`: talk alone.
    """

    mode: str
    overdial_percent: int
    utilisation: float
    talk_utilisation: float
    wait_seconds: float
    abandon_rate: float
    answered: int
    abandoned: int
    attempts: int


class Advice(Result):
    """What the modes give for one team and list, simulated by the dialer's own code.

    `team`: where the number of agents is from: joined, assigned or given. `learned`: the figures it was simulated with,
    to two digits; `assumed`: those of which nothing was learned yet. `hours`: of the simulated day.
    """

    campaign: str
    mode: str
    agents: int
    team: Team
    learned: Learned
    assumed: list[str]
    hours: float
    rows: list[AdviceRow]


ADVICE = Method(
    "pacing.advice",
    AdviceOf,
    Advice,
    "What each pacing mode would give for the team and what was learned, simulated; takes seconds.",
    reads=True,
)
METHODS = (SHOW, ADVICE)
