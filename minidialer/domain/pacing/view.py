"""What a pacing decision looks at."""

from dataclasses import dataclass, field

from minidialer.domain.campaign import PacingMode


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to come, for the mode that looks ahead. Ages are in seconds, as of the decision, the oldest first.

    Only calls for whoever is free are in it; agents who will not be free after their call (they asked for a pause) are
    left out, and so are those kept for one private lead.
    """

    ringing: tuple[float, ...] = ()  # calls not answered yet, since they were dialled
    waiting: tuple[float, ...] = ()  # customers who answered and have no agent, since the answer
    joining: int = 0  # customers for whom an agent's phone rings, or who are just being joined
    talking: tuple[tuple[int, float], ...] = ()  # agent and time in the talk; just reserved for a customer: 0
    wrapping_up: tuple[tuple[int, float], ...] = ()  # agent and time in wrap-up


@dataclass(frozen=True, slots=True)
class PacingLimits:
    """Settings of the campaign the mode that looks ahead keeps to."""

    abandon_target: float = 3.0  # percent
    answer_wait: float = 2.0  # seconds a customer waits before they are lost; the queue's limit when they are queued
    ring_timeout: int = 30  # seconds
    queue: bool = False  # customers who find nobody free wait with hold audio


@dataclass(frozen=True, slots=True)
class PacingView:
    """All counts are of this campaign but for the trunk's."""

    mode: PacingMode
    overdial_percent: int
    ready: int  # free agents who are not meant for a private lead
    in_flight: int  # calls under way that have no agent yet, claims included
    starts_left: int  # attempts the 5-second limit still allows now
    trunk_left: int  # calls the trunk still carries now
    at_work: int = 0  # agents of the campaign who are not paused; predictive only, as are the next two
    outlook: Outlook = field(default_factory=Outlook)
    limits: PacingLimits = field(default_factory=PacingLimits)
