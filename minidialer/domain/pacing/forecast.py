"""Forecast tables: what calls and agents of every age will have done by the moments at which a new call is answered.

The moments are the midpoints of equal parts of a fresh call's time to answer, so that the risks at them are averaged
with equal weights.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .answers import AnswerModel
from .durations import DurationModel, survival_at

Floats = npt.NDArray[np.float64]

STEP = 0.5  # seconds of ring age that are told apart
MOMENTS = 8
AGES: Floats = np.concatenate((np.arange(0.0, 60.0, 1.0), 60.0 * 1.08 ** np.arange(60.0)))  # of agents' states
_BELOW_MINUTE = 60
_LOG_GROWTH = float(np.log(1.08))


@dataclass(frozen=True, slots=True)
class CallTable:
    """By ring age in half seconds (rows) and moment (columns): the chance to have been answered by then."""

    moments: Floats
    answered: Floats
    rate: float  # of a fresh call
    log_variance: float  # of the answer rate


@dataclass(frozen=True, slots=True)
class AgentTable:
    """By age in the state (rows, see AGES) and moment: the chance to be free by then, the customer's wait included."""

    talking: Floats
    wrapping_up: Floats


def call_table(answers: AnswerModel, timeout: float) -> CallTable:
    """From the answers learned so far."""
    answered, alive = answers.curves(timeout, STEP)
    rate = float(answered[-1])
    parts = (np.arange(MOMENTS) + 0.5) / MOMENTS * rate
    grid = np.arange(len(answered)) * STEP
    moments = np.interp(parts, answered, grid)
    later = np.interp(grid[:, None] + moments[None, :], grid, answered)
    chances = (later - answered[:, None]) / np.maximum(alive[:, None], 1e-6)
    _, log_variance = answers.level()
    return CallTable(moments, np.clip(chances, 0.0, 1.0), rate, log_variance)


def agent_table(talks: DurationModel, wrap_ups: DurationModel, moments: Floats, wait: float) -> AgentTable:
    """From the durations learned so far; customers wait that many seconds for an agent."""
    horizon = moments + wait
    talk, wrap = talks.survival(), wrap_ups.survival()
    wrapping = 1.0 - survival_at(wrap, AGES[:, None] + horizon[None, :]) / survival_at(wrap, AGES)[:, None]
    # Free after the talk and the wrap-up: the talk ends within each second, the wrap-up within what is left.
    seconds = np.arange(0.0, float(horizon[-1]) + 1.0)
    still = survival_at(talk, AGES[:, None] + seconds[None, :]) / survival_at(talk, AGES)[:, None]
    ends = still[:, :-1] - still[:, 1:]
    left = horizon[None, :] - (seconds[:-1, None] + 0.5)
    saved = np.where(left > 0, 1.0 - survival_at(wrap, np.maximum(left, 1e-3)), 0.0)
    return AgentTable(np.clip(ends @ saved, 0.0, 1.0), np.clip(wrapping, 0.0, 1.0))


def age_index(age: float) -> int:
    """The row of an agent table for this age in seconds."""
    if age < _BELOW_MINUTE:
        return int(max(age, 0.0) + 0.5)
    return min(_BELOW_MINUTE + int(np.log(age / 60.0) / _LOG_GROWTH + 0.5), len(AGES) - 1)
