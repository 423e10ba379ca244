"""Pacing decisions, and the arithmetic of the modes that do not learn.

Overdial is the original's: for each free agent 1 + P % calls, those under way included, floored over all free agents.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from minidialer.domain.campaign import PacingMode
from minidialer.domain.sentence import Sentence, sentence

from .view import PacingView


class Limit(StrEnum):
    """What kept the mode that looks ahead from placing more."""

    RISK = "risk"
    STEP = "step"  # so many are added at once: the next event adds more
    BUDGET = "budget"  # it is empty: one call for each ready agent
    LEARNING = "learning"  # too little is known yet, or again: one call for each ready agent
    NOBODY = "nobody"  # is at work
    FIVE_SECONDS = "five_seconds"
    TRUNK = "trunk"
    OVERDIAL = "overdial"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the mode that looks ahead decided as it did. Rates and risks are fractions of 1.

    `soon_free` and `risk` are None when the decision did not depend on them: to work them out takes most of the time.
    """

    ready: int
    soon_free: float | None  # agents expected to be free when a call placed now is answered
    in_flight: int
    waiting: int
    answer_rate: float
    answer_rate_error: float  # one standard deviation
    risk: float | None  # of the last call placed, or of the first one not placed, that its customer meets nobody
    admitted_risk: float
    count: int
    limit: Limit


@dataclass(frozen=True, slots=True)
class Decision:
    """How many calls to place now, and why; `explanation` when the mode looks ahead.

    `said` may be a function: of the many decisions of a second, at most one is ever read.
    """

    count: int
    said: Sentence | Callable[[], Sentence] = field(compare=False)
    explanation: Explanation | None = None

    @property
    def reason(self) -> Sentence:
        """The one line that explains it."""
        return self.said if isinstance(self.said, Sentence) else self.said()


def wanted(view: PacingView) -> int:
    """Calls there should be for the ready agents, limits apart."""
    if view.mode is PacingMode.MANUAL:
        return 0
    percent = 100 + (view.overdial_percent if view.mode is PacingMode.POWER else 0)
    return view.ready * percent // 100


def spare(view: PacingView) -> int:
    """Free agents who can be kept for one lead each, the others still being enough for the calls under way."""
    if view.mode is PacingMode.MANUAL:
        return 0
    percent = 100 + (view.overdial_percent if view.mode is PacingMode.POWER else 0)
    needed = -(-view.in_flight * 100 // percent)
    return max(0, view.ready - needed)


def decide(view: PacingView) -> Decision:
    """How many calls to place now: never more than any limit allows, never negative."""
    if view.mode is PacingMode.MANUAL:
        return Decision(0, sentence("manual: agents call for themselves"))
    gap = max(0, wanted(view) - view.in_flight)
    count = min(gap, view.starts_left, view.trunk_left)
    return Decision(count, partial(_reason, view, gap, count))


def _reason(view: PacingView, gap: int, count: int) -> Sentence:
    percent = view.overdial_percent if view.mode is PacingMode.POWER else 0
    values = {
        "ready": view.ready,
        "percent": percent,
        "in_flight": view.in_flight,
        "gap": gap,
        "starts_left": view.starts_left,
        "trunk_left": view.trunk_left,
        "count": count,
    }
    if count == gap:
        return sentence(
            "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s: {starts_left} left", **values
        )
    if view.starts_left <= view.trunk_left:
        return sentence(
            "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s holds it at {count}", **values
        )
    return sentence(
        "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; the trunk holds it at {count}", **values
    )
