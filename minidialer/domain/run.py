"""Runs: what the dialer knows of campaigns and trunks beyond their settings, while it runs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .pacing.decision import Decision, Explanation
from .pacing.pacer import CampaignPacing
from .pacing.start_window import StartWindow
from .sentence import Sentence

FIVE_SECONDS = timedelta(seconds=5)
ONE_SECOND = timedelta(seconds=1)
ONE_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class PendingClaim:
    """A claim the store has not answered yet; its calls count as under way."""

    campaign_id: int
    count: int
    owner_ids: tuple[int, ...] = ()
    by_hand: bool = False


@dataclass(slots=True)
class Run:
    """What the dialer knows of a campaign beyond its settings. `dry_until`: no lead was due, ask again then."""

    starts: StartWindow = field(default_factory=lambda: StartWindow(FIVE_SECONDS))
    failures: int = 0
    dry_until: datetime | None = None
    decisions: int = 0
    claimed_last: int = 0  # the id of its latest claim; 0: none yet
    decided: Decision | None = None  # the last time
    pacing: CampaignPacing = field(default_factory=CampaignPacing)

    @property
    def decision(self) -> Sentence | None:
        """The line that explains what was decided."""
        return self.decided.reason if self.decided is not None else None

    @property
    def explanation(self) -> Explanation | None:
        """Of what was decided, in the mode that looks ahead."""
        return self.decided.explanation if self.decided is not None else None


@dataclass(slots=True)
class TrunkUse:
    """Starts on a trunk in the last second."""

    starts: StartWindow = field(default_factory=lambda: StartWindow(ONE_SECOND))
