"""Webitel's predictive dialling: calls per human connect over the last hour, less of it the nearer the target is."""

from datetime import datetime, timedelta

from minidialer.domain.floor import Floor
from minidialer.domain.pacing.observation import Abandoned, Answered, Observation, Unanswered
from minidialer.domain.pacing.view import PacingView

from .baseline import Baseline, Recent

HOUR = timedelta(hours=1)
ENOUGH = 10  # answers before the figures are believed


class Webitel(Baseline):
    """One to one at the target and above."""

    def __init__(self, floor: Floor, campaign_id: int) -> None:
        super().__init__(floor, campaign_id)
        self._hour = Recent(HOUR)

    def observe(self, seen: Observation, now: datetime) -> None:
        """Count calls, answers and drops."""
        self._hour.add(seen, now)

    def wanted(self, now: datetime, view: PacingView) -> int:
        """So many for each free agent."""
        answered = self._hour.count(Answered, now)
        if answered < ENOUGH:
            return view.ready
        target = self.floor.campaigns[self.campaign_id].settings.abandon_target / 100
        rate = self._hour.count(Abandoned, now) / answered
        each = 1 + self._hour.count(Unanswered, now) / answered
        return int(view.ready * (1 + max(0.0, each - 1) * max(0.0, 1 - rate / target)))
