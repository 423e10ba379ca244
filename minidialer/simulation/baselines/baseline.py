"""What all baselines share: a seat where the dialer looks for a campaign's pacing, and a look at its floor."""

from collections import deque
from datetime import datetime, timedelta

from minidialer.domain.floor import Floor
from minidialer.domain.pacing.decision import Decision
from minidialer.domain.pacing.observation import Abandoned, Answered, Dialled, Observation, Taken, Unanswered
from minidialer.domain.pacing.pacer import CampaignPacing
from minidialer.domain.pacing.view import PacingView
from minidialer.domain.sentence import sentence


class Baseline(CampaignPacing):
    """A pacing of somebody else's. It may look at everything of its campaign."""

    def __init__(self, floor: Floor, campaign_id: int) -> None:
        super().__init__()
        self.floor = floor
        self.campaign_id = campaign_id

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened."""

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """As many calls as it wants, within the limits of the view."""
        count = max(0, min(self.wanted(now, view) - view.in_flight, view.starts_left, view.trunk_left))
        return Decision(count, sentence("{count} calls", count=count))

    def wanted(self, now: datetime, view: PacingView) -> int:
        """Calls without an agent that there should be now. The same moment and floor give the same answer."""
        raise NotImplementedError


class Recent:
    """Counts of what happened in the last `span`: calls dialled, answered or not, taken and abandoned."""

    KINDS = (Dialled, Answered, Unanswered, Taken, Abandoned)

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._seen: deque[tuple[datetime, type[Observation]]] = deque()
        self._counts: dict[type[Observation], int] = dict.fromkeys(self.KINDS, 0)

    def add(self, seen: Observation, now: datetime) -> None:
        """Note one; what is no call is left out."""
        kind = type(seen)
        if kind in self._counts:
            self._seen.append((now, kind))
            self._counts[kind] += 1

    def count(self, kind: type[Observation], now: datetime) -> int:
        """How many of them the span holds."""
        while self._seen and now - self._seen[0][0] >= self._span:
            self._counts[self._seen.popleft()[1]] -= 1
        return self._counts[kind]
