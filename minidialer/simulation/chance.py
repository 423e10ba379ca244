"""Chance: the distributions of the simulated world, each drawn from a stream of its own."""

import math
from random import Random


class LogNormal:
    """Durations in seconds with this mean; `spread` is the standard deviation of their logarithm, 0: all the same."""

    def __init__(self, mean: float, spread: float, random: Random) -> None:
        self._mu = math.log(mean) - spread * spread / 2 if mean > 0 else -math.inf
        self._spread = spread
        self._random = random

    def draw(self) -> float:
        """One duration."""
        if self._mu == -math.inf:
            return 0.0
        return math.exp(self._mu + self._spread * self._random.gauss(0.0, 1.0))


def stream(seed: int, name: str) -> Random:
    """A generator of its own for each part of the world, so that a change in one leaves the draws of the others."""
    return Random(f"{seed}/{name}")  # noqa: S311 — a simulation has to be repeatable, not unguessable
