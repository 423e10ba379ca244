"""Attempts: one try at one number of one lead, from the committed row to its outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .outcome import Outcome
from .transitions import step


class AttemptState(StrEnum):
    """Where an attempt stands."""

    CLAIMED = "claimed"  # the row is committed, no Originate has gone out
    DIALLING = "dialling"  # Originate has gone out
    RINGING = "ringing"
    WAITING = "waiting"  # the customer answered and no agent has been found yet
    JOINING = "joining"  # an agent is reserved and being joined
    CONNECTED = "connected"  # customer and agent talk
    ENDED = "ended"


class AttemptEvent(StrEnum):
    """What happens to an attempt."""

    DIAL = "dial"
    RING = "ring"
    ANSWER = "answer"
    RESERVE = "reserve"
    RELEASE = "release"
    CONNECT = "connect"
    END = "end"


_S, _E = AttemptState, AttemptEvent
TRANSITIONS: dict[tuple[AttemptState, AttemptEvent], AttemptState] = {
    (_S.CLAIMED, _E.DIAL): _S.DIALLING,
    (_S.CLAIMED, _E.END): _S.ENDED,
    (_S.DIALLING, _E.RING): _S.RINGING,
    (_S.DIALLING, _E.ANSWER): _S.WAITING,
    (_S.DIALLING, _E.END): _S.ENDED,
    (_S.RINGING, _E.ANSWER): _S.WAITING,
    (_S.RINGING, _E.END): _S.ENDED,
    (_S.WAITING, _E.RESERVE): _S.JOINING,
    (_S.WAITING, _E.END): _S.ENDED,
    (_S.JOINING, _E.RELEASE): _S.WAITING,
    (_S.JOINING, _E.CONNECT): _S.CONNECTED,
    (_S.JOINING, _E.END): _S.ENDED,
    (_S.CONNECTED, _E.END): _S.ENDED,
}
UNANSWERED = frozenset({_S.CLAIMED, _S.DIALLING, _S.RINGING})
UNMATCHED = UNANSWERED | {_S.WAITING}


@dataclass(slots=True)
class Attempt:
    """A live attempt. Its id is the Uniqueid of the customer's channel. `agent_id` is the agent reserved or talking."""

    id: int
    campaign_id: int
    lead_id: int
    number: str  # E.164
    state: AttemptState = AttemptState.CLAIMED
    owner_id: int | None = None  # called for this agent only: the lead's owner
    tries: int = 0  # the lead's counter before this attempt
    agent_id: int | None = None
    claimed_at: datetime | None = None
    dialled_at: datetime | None = None
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    state_since: datetime | None = None
    outcome: Outcome | None = None
    cause: int | None = None
    detail: str = ""  # what a supervisor should know of the end, e.g. the refusal's text
    queued: bool = False  # hold audio plays
    letting_go: bool = False  # nobody took the customer in time; the hang-up is under way
    by_hand: bool = False  # an agent clicked to call: claimed until that agent's phone is picked up
    on_hold: bool = False  # the customer hears music and the agent nothing; the talk goes on afterwards

    def advance(self, event: AttemptEvent, now: datetime) -> None:
        """Take the event, or raise TransitionError and stay as it was."""
        self.state = step(TRANSITIONS, self.state, event)
        self.state_since = now

    @property
    def live(self) -> bool:
        """Has it not ended?"""
        return self.state is not AttemptState.ENDED
