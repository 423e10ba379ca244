"""What a pacing decision looks at."""

from collections.abc import Callable
from dataclasses import dataclass, field

from minidialer.domain.campaign import PacingMode


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come, for the mode that looks ahead. Ages are in seconds, as of the decision.

    Only calls for whoever is free are in it; agents who will not be free after their call (they asked for a pause, or
    came for one call by hand) are left out, and so are those kept for one private lead.
    """

    ringing: tuple[float, ...] = ()  # calls not answered yet, since they were dialled
    waiting: int = 0  # customers who answered and have no agent, those the dialplan still listens to included
    talking: tuple[float, ...] = ()  # agents by time in their talk; just reserved for a customer: 0
    wrapping_up: tuple[float, ...] = ()  # agents by time in wrap-up
    open_left: float | None = None  # seconds of today's calling window to come; None: always open
    abandon_target: float = 3.0  # percent
    patience: float = 2.0  # seconds a customer waits for an agent before they are lost
    ring_timeout: int = 30  # seconds


@dataclass(frozen=True, slots=True)
class PacingView:
    """All counts are of this campaign but for the trunk's. `outlook` is costly, so it is asked for when needed."""

    mode: PacingMode
    overdial_percent: int
    ready: int  # free agents who are not meant for a private lead
    in_flight: int  # calls under way that have no agent yet, claims included
    starts_left: int  # attempts the 5-second limit still allows now
    trunk_left: int  # calls the trunk still carries now
    at_work: int = 0  # agents of the campaign who are not paused; this and the outlook are for predictive only
    outlook: Callable[[], Outlook] = field(default=Outlook, compare=False)
