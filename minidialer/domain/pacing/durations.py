"""How long a state lasts: a distribution on a geometric time grid, learned with a prior and exponential forgetting.

The density is a mixture of what was seen and of the lognormal with the same mean and variance of the logarithm: a few
talks are enough for the lognormal, many replace it. Durations of talks are near lognormal and far from memoryless
(Brown et al. 2005, "Statistical analysis of a telephone call center").
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .numbers import MOST, Floats, numbers, whole_number

SHORTEST, RATIO, STEPS = 0.5, 1.12, 90  # the grid: 0.5 s to 3.5 h
MEMORY = 1500.0  # durations
PRIOR_WEIGHT = 3.0  # durations the prior's mean and spread count for
SMOOTH_WEIGHT = 25.0  # durations the lognormal counts for

EDGES: Floats = SHORTEST * RATIO ** np.arange(STEPS, dtype=np.float64)
_LOG_EDGES = np.log(EDGES)
_LOG_RATIO = math.log(RATIO)


class DurationModel:
    """Learns durations in seconds; `mean` and `spread` (of the logarithm) are assumed at first."""

    STALE = 1000  # versions: enough that whatever was derived from it is derived anew

    def __init__(self, mean: float, spread: float) -> None:
        self._prior_mu = math.log(mean) - spread * spread / 2
        self._prior_square = spread * spread + self._prior_mu**2
        self.counts = np.zeros(STEPS + 1)
        self.weight = 0.0
        self.sum_log = 0.0
        self.sum_square = 0.0
        self.seen = 0
        self.version = 0

    def ended(self, duration: float) -> None:
        """One more duration."""
        keep = 1.0 - 1.0 / MEMORY
        self.counts *= keep
        log = math.log(max(duration, SHORTEST / 2))
        self.counts[grid_index(duration)] += 1.0
        self.weight = self.weight * keep + 1.0
        self.sum_log = self.sum_log * keep + log
        self.sum_square = self.sum_square * keep + log * log
        self.seen += 1
        self.version += 1

    def dump(self) -> dict[str, Any]:
        """All of it, as JSON types."""
        sums = {"weight": self.weight, "sum_log": self.sum_log, "sum_square": self.sum_square, "seen": self.seen}
        return {"counts": self.counts.tolist(), **sums}

    def load(self, stored: Mapping[str, Any], keep: float) -> None:
        """Take up what `dump` gave; only this share of it still counts. Raises ValueError when it is damaged."""
        counts = numbers(stored["counts"], len(self.counts))
        sums = [stored[name] for name in ("weight", "sum_log", "sum_square")]
        weight, sum_log, sum_square = numbers(sums, 3, least=-MOST).tolist()
        if weight < 0:
            raise ValueError("The weight should be no negative number.")
        self.seen, self.counts = whole_number(stored["seen"]), counts * keep
        self.weight, self.sum_log, self.sum_square = weight * keep, sum_log * keep, sum_square * keep
        self.version += DurationModel.STALE

    def survival(self) -> Floats:
        """Chance to last beyond each edge of the grid."""
        mu, spread = self._logs()
        smooth = np.array([0.5 * math.erfc((edge - mu) / spread / math.sqrt(2)) for edge in _LOG_EDGES.tolist()])
        seen = self.weight - np.cumsum(self.counts[:-1])
        mixed: Floats = (seen + SMOOTH_WEIGHT * smooth) / (self.weight + SMOOTH_WEIGHT)
        return np.maximum(mixed, 1e-9)

    def _logs(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        total = self.weight + PRIOR_WEIGHT
        mu = (self.sum_log + PRIOR_WEIGHT * self._prior_mu) / total
        square = (self.sum_square + PRIOR_WEIGHT * self._prior_square) / total
        return mu, math.sqrt(max(square - mu * mu, 0.05**2))

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm."""
        return self._logs()[1]

    def mean(self) -> float:
        """The expected duration."""
        survival = self.survival()
        return float(EDGES[0] + ((survival[1:] + survival[:-1]) / 2 * np.diff(EDGES)).sum())


def grid_index(duration: float) -> int:
    """The cell of the grid: 0 below the first edge, STEPS beyond the last."""
    if duration < SHORTEST:
        return 0
    return min(int(math.log(duration / SHORTEST) / _LOG_RATIO) + 1, STEPS)


def survival_at(survival: Floats, moments: Floats) -> Floats:
    """Chance to last beyond these moments, of any shape."""
    logs = np.log(np.maximum(moments, 1e-3))
    return np.interp(logs, _LOG_EDGES, survival, left=1.0)
