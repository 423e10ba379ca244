"""Issabel's predictive dialling: agents free now or very likely so when a call is answered, by the answer rate."""

import math
from datetime import datetime

from minidialer.domain.agent import AgentState
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.observation import Answered, Observation, TalkEnded, Unanswered
from minidialer.domain.pacing.view import PacingView

from .baseline import Baseline

SURE = 0.97
ENOUGH = 10  # answers before the rate is believed


class Issabel(Baseline):
    """Talks are taken to end as an exponential distribution of their mean says."""

    def __init__(self, floor: Floor, campaign_id: int) -> None:
        super().__init__(floor, campaign_id)
        self._unanswered = self._answered = self._talks = 0
        self._ring_seconds = self._talk_seconds = 0.0

    def observe(self, seen: Observation, now: datetime) -> None:
        """Means of everything so far."""
        del now
        if isinstance(seen, Unanswered):
            self._unanswered += 1
        elif isinstance(seen, Answered):
            self._answered += 1
            self._ring_seconds += seen.ring
        elif isinstance(seen, TalkEnded):
            self._talks += 1
            self._talk_seconds += seen.duration

    def wanted(self, now: datetime, view: PacingView) -> int:
        """Calls enough that as many answer as agents are free or nearly so."""
        if self._answered < ENOUGH or not self._talks:
            return view.ready
        answer, talk = self._ring_seconds / self._answered, self._talk_seconds / self._talks
        soon = 0
        for agent in self.floor.roll(self.campaign_id).busy.values():
            if agent.state is AgentState.IN_CALL and agent.since is not None:
                elapsed = (now - agent.since).total_seconds()
                soon += 1 - math.exp(-(elapsed + answer) / talk) > SURE
        return math.ceil((view.ready + soon) * (1 + self._unanswered / self._answered))
