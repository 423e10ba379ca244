"""The risk of one more call: the chance that the person who answers it meets nobody.

With A(s) calls answered and G(s) agents freed by the moment s at which the new call is answered, q customers waiting
and R agents ready, that person is lost when A + q >= R + G. Small teams: the exact distribution of A - G, a sum of
independent trials (Poisson binomial), by its characteristic function (Hong 2013). Large ones: the normal
approximation, with the uncertainty of the answer rate, which all calls share, added to the variance.

A loss the abandon budget has no room for weighs DEAR times as much. Losses come in twos and threes, since what keeps
one customer waiting keeps the next one waiting as well; that way the last ones the budget allows are risked one at a
time.

Arrays hold chances by trial (rows) and moment (columns). `spare` is R - q, `room` the losses there is room for.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Protocol

import numpy as np

from .numbers import Complex, Floats

EXACT = 50  # trials and agents ready, up to which the distribution is exact
MORE = 12  # risky calls added at once, at most; the next event adds more
FEW = 8  # of them there is room for in any case
PART = 12  # trials
DEAR = 100.0
AMPLE = 30  # room for so many losses: those beyond it are not looked at
_SIZES = (16, 32, 64)
_SQRT2 = math.sqrt(2.0)


class Risk(Protocol):
    """The risk of calls added one by one to what is under way."""

    def most(self, admitted: float, ceiling: int, room: int) -> tuple[int, float]:
        """How many calls may be added, up to the ceiling, for the last one to have no more than the admitted risk.

        Returns the count and the risk of the call after it. A risk that is admitted: there may be more, beyond the
        ceiling or, below it, with the next event.
        """


class ExactRisk:
    """`calls`: chances to be answered; `agents`: to be free; `fresh`: of one new call to be answered."""

    def __init__(self, calls: Floats, agents: Floats, fresh: Floats, spare: int) -> None:
        self._chances = np.concatenate((calls, 1.0 - agents))  # agents still busy: A - G, shifted by their number
        self._threshold = spare + len(agents)
        self._fresh = fresh

    def most(self, admitted: float, ceiling: int, room: int) -> tuple[int, float]:
        """See Risk."""
        if self._threshold <= 0:
            return 0, 1.0
        trials = len(self._chances)
        free = max(0, self._threshold - trials)  # so many more are not enough to be one too many
        size = next(size for size in _SIZES if size > min(trials + min(ceiling, free + FEW), _SIZES[-1] - 1))
        ceiling = min(ceiling, free + MORE, size - 1 - trials)
        if free >= ceiling:
            return ceiling, 0.0
        phi, fresh = self._transform(size), 1.0 + self._fresh[:, None] * _circle(size)[0]
        phi, risk, weights = phi * fresh**free, 0.0, _weights(size, self._threshold, room, len(phi))
        for count in range(free, ceiling):
            risk = float(np.dot(phi.ravel(), weights).real)
            if risk > admitted:
                return count, risk
            phi = phi * fresh
        return ceiling, risk

    def _transform(self, size: int) -> Complex:
        """The characteristic function by moment (rows); made of a few trials at a time, in memory that is at hand."""
        turns = _circle(size)[0]
        phi: Complex = np.ones((len(self._fresh), len(turns)), dtype=np.complex128)
        for first in range(0, len(self._chances), PART):
            phi *= np.multiply.reduce(1.0 + self._chances[first : first + PART, :, None] * turns, axis=0)
        return phi


class NormalRisk:
    """Means and variances by moment: of answers, and of agents freed."""

    def __init__(
        self,
        answers: Floats,
        freed: Floats,
        variances: Floats,
        fresh: Floats,
        *,
        spare: int,
        log_variance: float,
    ) -> None:
        arrays = (answers, freed, variances, fresh)
        self._moments = list(zip(*(array.tolist() for array in arrays), strict=True))
        self._edge = spare - 0.5  # the continuity correction
        self._log_variance = log_variance

    def most(self, admitted: float, ceiling: int, room: int) -> tuple[int, float]:
        """See Risk."""
        return _bisect(partial(self._risk, room=room), admitted, ceiling) if ceiling > 0 else (0, 0.0)

    def _risk(self, added: int, room: int) -> float:
        """Of a call placed after so many others."""
        total, edge, log_variance, dear = 0.0, self._edge, self._log_variance, room < AMPLE
        for answers, freed, variance, fresh in self._moments:
            mean = answers + added * fresh
            spread = math.sqrt(variance + added * fresh * (1 - fresh) + mean * mean * log_variance + 1e-9)
            short = edge + freed - mean
            total += math.erfc(short / spread / _SQRT2)
            if dear:
                total += DEAR * math.erfc((short + room) / spread / _SQRT2)
        return total / 2 / len(self._moments)


def _bisect(risk: Callable[[int], float], admitted: float, ceiling: int) -> tuple[int, float]:
    """`risk(n)` grows with n, the calls before the one whose risk it is."""
    first = risk(0)
    if first > admitted:
        return 0, first
    low, step = 0, 1  # risk(low) is admitted
    while low + step < ceiling and risk(low + step) <= admitted:
        low, step = low + step, step * 2
    high = min(ceiling, low + step)
    while low + 1 < high:
        middle = (low + high) // 2
        if risk(middle) <= admitted:
            low = middle
        else:
            high = middle
    return low + 1, risk(min(low + 1, ceiling - 1))


@cache
def _circle(size: int) -> tuple[Complex, list[Complex]]:
    """Points z - 1 of the half circle, and for each threshold the weights that sum the distribution's upper tail."""
    frequencies = np.arange(size // 2 + 1)
    points = np.exp(2j * np.pi * frequencies / size)
    twice = np.where((frequencies == 0) | (frequencies == size // 2), 1.0, 2.0)
    values = np.arange(size)
    weights = np.exp(-2j * np.pi * np.outer(frequencies, values) / size) * twice[:, None] / size
    tails = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    return points - 1.0, [np.ascontiguousarray(tails[:, threshold]) for threshold in range(size)]


@cache
def _weights(size: int, threshold: int, room: int, moments: int) -> Complex:
    """The weights of the mean over all moments of the tail from the threshold on, and of what is beyond the room."""
    tails = _circle(size)[1]
    beyond = threshold + room
    weights = tails[threshold] + DEAR * tails[beyond] if beyond < size else tails[threshold]
    return np.tile(weights / moments, moments)
