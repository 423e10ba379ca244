"""The answer rate through the days of a scenario, and the bursts of dead numbers."""

import math
from random import Random

from .chance import stream
from .scenario import Scenario

SWING, RIPPLE = 0.45, 0.2  # of the mean: over the whole shift, and within an hour and a half
RIPPLE_SECONDS = 5400.0
STEP_EVERY, STEP_SECONDS, STEP_DOWN, STEP_MINUTE = 3600.0, 1500.0, 0.2, 60.0
BURST_EVERY, BURST_SECONDS, BURST_DEAD = 2400.0, 300.0, 0.8


class AnswerRate:
    """The chance that a call placed now is answered, and that it meets a dead number instead."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._shift = scenario.hours * 3600
        self._random: Random = stream(scenario.seed, "answer rate")
        self._phases = (0.0, 0.0)

    def new_day(self) -> None:
        """Every day drifts in its own way."""
        self._phases = (self._random.random() * math.tau, self._random.random() * math.tau)

    def at(self, second: float) -> float:
        """The answer rate, this many seconds into the shift."""
        scenario, rate = self._scenario, self._scenario.answer_rate
        if scenario.drift:
            swing = SWING * math.sin(math.tau * second / self._shift + self._phases[0])
            ripple = RIPPLE * math.sin(math.tau * second / RIPPLE_SECONDS + self._phases[1])
            rate *= 1 + swing + ripple
        if scenario.steps:
            rate *= _step(second)
        return min(max(rate, 0.01), 0.99)

    def dead(self, second: float) -> float:
        """The share of dead numbers beyond the usual ones."""
        burst = self._scenario.bad_bursts and second % BURST_EVERY > BURST_EVERY - BURST_SECONDS
        return BURST_DEAD if burst else 0.0


def _step(second: float) -> float:
    """1, falling within a minute to a fifth some while before the hour is full, and rising as fast at its end."""
    into = second % STEP_EVERY - (STEP_EVERY - STEP_SECONDS)
    down = min(max(into / STEP_MINUTE, 0.0), 1.0)
    up = min(max((into - STEP_SECONDS + STEP_MINUTE) / STEP_MINUTE, 0.0), 1.0)
    return 1 - (1 - STEP_DOWN) * (down - up)
