"""The model of a campaign: how its calls are answered and how long its agents are busy, and forecasts from both."""

import numpy as np

from .answers import AnswerModel
from .durations import DurationModel
from .forecast import MOMENTS, AgentTable, CallTable, agent_rows, agent_table, call_rows, call_table
from .numbers import Floats, Indexes
from .observation import Answered, Observation, TalkEnded, Unanswered, WrapUpEnded
from .risk import EXACT, ExactRisk, NormalRisk, Risk
from .view import Outlook, PacingView

BOOK_EVERY = 1.0  # seconds
CALLS_AGAIN, CALLS_ANYHOW, AGENTS_AGAIN = 3.0, 30.0, 60.0  # seconds a table is good for
LEVEL_MOVED = 0.01  # by more than this share of it, and the table of calls is made anew
DURATIONS_AGAIN = 10  # durations after which the agents' table is made anew
TALK_MEAN, WRAP_UP_MEAN, SPREAD = 90.0, 20.0, 0.9  # assumed before any is seen


class Model:
    """Learns in every mode; forecasts for the one that looks ahead. Moments are seconds since 1970."""

    def __init__(self) -> None:
        self.answers = AnswerModel()
        self.talks = DurationModel(TALK_MEAN, SPREAD)
        self.wrap_ups = DurationModel(WRAP_UP_MEAN, SPREAD)
        self._calls: CallTable | None = None
        self._agents: AgentTable | None = None
        self._timeout = 0.0  # of the table of calls
        self._calls_of = (-1, -1, 0.0)  # version, shape and level it was made of
        self._agents_of: tuple[int, int, float] = (-1, -1, 0.0)
        self._calls_at = self._looked_at = self._agents_at = self._booked_at = float("-inf")
        self._cycle = (-1, 0.0)

    def observe(self, seen: Observation, moment: float) -> None:
        """Learn from what happened."""
        match seen:
            case Answered(ring):
                self.answers.ended(ring, moment, answered=True)
            case Unanswered(ring):
                self.answers.ended(ring, moment, answered=False)
            case TalkEnded(_, duration):
                self.talks.ended(duration)
            case WrapUpEnded(_, duration):
                self.wrap_ups.ended(duration)
            case _:
                pass

    def book(self, ringing: tuple[float, ...], moment: float) -> None:
        """Book how long the present calls have rung, once a second."""
        if moment - self._booked_at >= BOOK_EVERY:
            self.answers.ring(ringing, moment)
            self._booked_at = moment

    @property
    def cycle(self) -> float:
        """Seconds an agent is busy with one customer."""
        version = (self.talks.version + self.wrap_ups.version) // DURATIONS_AGAIN
        if version != self._cycle[0]:
            self._cycle = (version, self.talks.mean() + self.wrap_ups.mean())
        return self._cycle[1]

    def calls(self, outlook: Outlook, moment: float) -> CallTable:
        """The table of calls."""
        timeout = float(outlook.ring_timeout)
        if self._calls is None or timeout != self._timeout or self._calls_are_old(moment):
            self._calls, self._timeout = call_table(self.answers, timeout), timeout
            self._calls_of = (self.answers.version, self.answers.shaped_at, self.answers.level()[0])
            self._calls_at = self._looked_at = moment
        return self._calls

    def _calls_are_old(self, moment: float) -> bool:
        """Looked at every few seconds: a new shape, a level that has moved, or, after a while, anything new."""
        if moment - self._looked_at < CALLS_AGAIN:
            return False
        self._looked_at = moment
        version, shaped_at, level = self._calls_of
        if self.answers.version == version:
            return False
        if self.answers.shaped_at != shaped_at or moment - self._calls_at >= CALLS_ANYHOW:
            return True
        return abs(self.answers.level()[0] - level) > LEVEL_MOVED * level

    def agents(self, outlook: Outlook, calls: CallTable, moment: float) -> AgentTable:
        """The table of agents."""
        versions = self.talks.version // DURATIONS_AGAIN, self.wrap_ups.version // DURATIONS_AGAIN
        wanted = (*versions, outlook.patience)
        if self._agents is None or wanted != self._agents_of or moment - self._agents_at >= AGENTS_AGAIN:
            self._agents = agent_table(self.talks, self.wrap_ups, calls.moments, outlook.patience)
            self._agents_of, self._agents_at = wanted, moment
        return self._agents

    def risk(self, view: PacingView, outlook: Outlook, moment: float) -> tuple[Risk, float]:
        """The risk of more calls, and the agents expected to be free when a call placed now is answered."""
        calls = self.calls(outlook, moment)
        agents = self.agents(outlook, calls, moment)
        rows = np.minimum(call_rows(outlook.ringing), len(calls.answered) - 1)
        claimed = max(0, view.in_flight - len(rows) - outlook.waiting)  # not placed yet
        talking, wrapping_up = agent_rows(outlook.talking), agent_rows(outlook.wrapping_up)
        spare, fresh = view.ready - outlook.waiting, calls.answered[0]
        if len(rows) + claimed + len(talking) + len(wrapping_up) + max(spare, 0) <= EXACT:
            ringing = np.concatenate((calls.answered[rows], np.repeat(fresh[None, :], claimed, axis=0)))
            freed = np.concatenate((agents.talking[talking], agents.wrapping_up[wrapping_up]))
            soon = float(freed.sum()) / len(fresh) if len(freed) else 0.0
            return ExactRisk(ringing, freed, fresh, spare), soon
        answers = _sums(calls.moments_of, rows) + claimed * calls.moments_of[0]
        freed = _sums(agents.talking_moments, talking) + _sums(agents.wrapping_up_moments, wrapping_up)
        means, squares = answers[:MOMENTS], answers[MOMENTS:] + freed[MOMENTS:]
        released = freed[:MOMENTS]
        variances = means + released - squares
        risk = NormalRisk(means, released, variances, fresh, spare=spare, log_variance=calls.log_variance)
        return risk, float(released.sum()) / MOMENTS


def _sums(table: Floats, rows: Indexes) -> Floats:
    """The sum of these rows."""
    sums: Floats = np.bincount(rows, minlength=len(table)) @ table
    return sums
