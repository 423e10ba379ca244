"""Simulated customers: who answers, after how long, and what becomes of the others."""

from dataclasses import dataclass

from .answer_rate import AnswerRate
from .chance import LogNormal, stream
from .scenario import EARLY_END, EARLY_END_AFTER, Scenario

ANSWERED = 0  # the cause of a fate that is an answer
BUSY, INVALID, NO_ANSWER = 17, 1, 19  # Q.850
PATIENCE = 40.0  # seconds a queued customer stays, on average
DEAD_SHARE = 0.25  # of the calls that end early


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a call after that many seconds: an answer, or its end with a Q.850 cause."""

    seconds: float
    cause: int


class Customers:
    """The people behind the numbers."""

    def __init__(self, scenario: Scenario, rate: AnswerRate) -> None:
        self._rate = rate
        self._timeout = float(scenario.ring_timeout)
        self._random = stream(scenario.seed, "customers")
        self._ring = LogNormal(scenario.ring, scenario.ring_spread, stream(scenario.seed, "ring"))
        self._talk = LogNormal(scenario.talk, scenario.talk_spread, stream(scenario.seed, "talk"))

    def fate(self, second: float) -> Fate:
        """The fate of a call placed this many seconds into the shift."""
        draw = self._random.random()
        dead = self._rate.dead(second)
        if draw >= 1 - dead:
            return Fate(EARLY_END_AFTER, INVALID)
        if draw < self._rate.at(second) * (1 - dead):
            seconds = self._ring.draw()
            return Fate(seconds, ANSWERED) if seconds < self._timeout else Fate(self._timeout, NO_ANSWER)
        early = self._random.random() / EARLY_END
        if early < 1:
            return Fate(2 * EARLY_END_AFTER * self._random.random(), INVALID if early < DEAD_SHARE else BUSY)
        return Fate(self._timeout, NO_ANSWER)

    def talk(self, second: float) -> float:
        """How long a talk lasts; the time of day does not matter."""
        del second
        return self._talk.draw()

    def patience(self) -> float:
        """How long a queued customer stays."""
        return self._random.expovariate(1 / PATIENCE)
