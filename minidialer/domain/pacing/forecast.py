"""Forecast tables: what calls and agents of every age will have done by the moments at which a new call is answered.

The moments are the midpoints of equal parts of a fresh call's time to answer, so that the risks at them are averaged
with equal weights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .answers import AnswerModel
from .durations import DurationModel, survival_at
from .numbers import Floats, Indexes

STEP = 0.5  # seconds of ring age that are told apart
MOMENTS = 8
AGES: Floats = np.concatenate((np.arange(0.5, 60.0, 1.0), 60.0 * 1.08 ** np.arange(60.0)))  # of agents' states
_LOG_GROWTH = math.log(1.08)


@dataclass(frozen=True, slots=True)
class CallTable:
    """By ring age in half seconds (rows) and moment (columns): the chance to have been answered by then."""

    moments: Floats
    answered: Floats
    rate: float  # of a fresh call
    ringing: float  # seconds a fresh call rings on average
    log_variance: float  # of the answer rate
    moments_of: Floats  # `answered`, and beside it its squares


@dataclass(frozen=True, slots=True)
class AgentTable:
    """By age in the state (rows, see AGES) and moment: the chance to be free by then, the customer's wait included."""

    talking: Floats
    wrapping_up: Floats
    talking_moments: Floats  # each with its squares beside it
    wrapping_up_moments: Floats


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
    chances = np.clip(chances, 0.0, 1.0)
    return CallTable(moments, chances, rate, float(alive.sum()) * STEP, log_variance, _with_squares(chances))


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
    talking, wrapping = np.clip(ends @ saved, 0.0, 1.0), np.clip(wrapping, 0.0, 1.0)
    return AgentTable(talking, wrapping, _with_squares(talking), _with_squares(wrapping))


def _with_squares(chances: Floats) -> Floats:
    return np.ascontiguousarray(np.concatenate((chances, chances**2), axis=1))


def call_rows(ages: Sequence[float]) -> Indexes:
    """The rows of a call table for these ages in seconds."""
    return np.maximum(np.array(ages) / STEP + 0.5, 0.0).astype(np.intp)


def agent_rows(ages: Sequence[float]) -> Indexes:
    """The rows of an agent table for these ages in seconds."""
    seconds = np.array(ages).astype(np.intp)
    rows: Indexes = _ROW_OF_SECOND[np.minimum(np.maximum(seconds, 0), _LONGEST)]
    return rows


def _row_of(second: int) -> int:
    return min(second, 59) if second < 60 else min(60 + int(math.log(second / 60.0) / _LOG_GROWTH + 0.5), len(AGES) - 1)


_LONGEST = 6 * 3600
_ROW_OF_SECOND: Indexes = np.array([_row_of(second) for second in range(_LONGEST + 1)], dtype=np.intp)
