"""The risk of one more call: the chance that the person who answers it meets nobody.

With A(s) calls answered and G(s) agents freed by the moment s at which the new call is answered, q customers waiting
and R agents ready, that person is lost when A + q >= R + G. Small teams: the exact distribution of A - G, a sum of
independent trials (Poisson binomial), by its characteristic function (Hong 2013). Large ones: the normal
approximation, with the uncertainty of the answer rate, which all calls share, added to the variance.
"""

import functools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

EXACT = 62  # trials up to which the distribution is exact
_SIZES = (16, 32, 64)
_SQRT2 = math.sqrt(2.0)


class Risk:
    """The risk of calls added one by one to what is under way.

    `calls`, `agents`: chances by now-known trial (rows) and moment (columns) of an answer, of being free; `fresh`: the
    same of one new call; `spare`: R - q.
    """

    def __init__(self, calls: Floats, agents: Floats, fresh: Floats, spare: int, log_variance: float) -> None:
        self._calls = calls
        self._agents = agents
        self._fresh = fresh
        self._spare = spare
        self._log_variance = log_variance

    def most(self, admitted: float, ceiling: int) -> tuple[int, float]:
        """How many calls may be added, up to the ceiling, for the last one to have no more than the admitted risk.

        Returns the count and the risk of the call after it (of the last one at the ceiling).
        """
        if ceiling <= 0:
            return 0, 0.0
        trials = len(self._calls) + len(self._agents)
        if trials + min(ceiling, 12) <= EXACT:
            return self._most_exact(admitted, min(ceiling, EXACT + 1 - trials))
        return self._most_normal(admitted, ceiling)

    def _most_exact(self, admitted: float, ceiling: int) -> tuple[int, float]:
        agents = len(self._agents)
        need = agents + len(self._calls) + ceiling
        size = next((size for size in _SIZES if size > need), _SIZES[-1])
        turns, tails = _circle(size)
        chances = np.concatenate((self._calls, 1.0 - self._agents))  # busy agents counted: shifts A - G by their number
        phi = np.multiply.reduce(1.0 + chances[:, :, None] * turns, axis=0)
        threshold = self._spare + agents
        if threshold <= 0:
            return 0, 1.0
        if threshold >= size:
            return ceiling, 0.0
        tail = tails[threshold]
        fresh = 1.0 + self._fresh[:, None] * turns
        risk = 0.0
        for count in range(ceiling):
            risk = float((phi @ tail).real.mean())
            if risk > admitted:
                return count, risk
            phi = phi * fresh
        return ceiling, risk

    def _most_normal(self, admitted: float, ceiling: int) -> tuple[int, float]:
        answered = self._calls.sum(axis=0)
        spread = answered - (self._calls**2).sum(axis=0)
        free = self._agents.sum(axis=0)
        spread = spread + free - (self._agents**2).sum(axis=0)
        moments = list(zip(answered.tolist(), free.tolist(), spread.tolist(), self._fresh.tolist(), strict=True))

        def risk(count: int) -> float:
            total = 0.0
            for calls, agents, variance, fresh in moments:
                mean = calls + count * fresh
                deviation = math.sqrt(variance + count * fresh * (1 - fresh) + mean * mean * self._log_variance + 1e-9)
                total += math.erfc((self._spare + agents - 0.5 - mean) / deviation / _SQRT2)
            return total / 2 / len(moments)

        return _bisect(risk, admitted, ceiling)


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


@functools.cache
def _circle(size: int) -> tuple[Complex, list[Complex]]:
    """Points z - 1 of the half circle, and for each threshold the weights that sum the distribution's upper tail."""
    frequencies = np.arange(size // 2 + 1)
    points = np.exp(2j * np.pi * frequencies / size)
    twice = np.where((frequencies == 0) | (frequencies == size // 2), 1.0, 2.0)
    values = np.arange(size)
    weights = np.exp(-2j * np.pi * np.outer(frequencies, values) / size) * twice[:, None] / size
    tails = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    return points - 1.0, [np.ascontiguousarray(tails[:, threshold]) for threshold in range(size)]
