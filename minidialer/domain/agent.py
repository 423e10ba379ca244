"""Agents: their states, and the phone each of them sits at."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .transitions import step


class AgentState(StrEnum):
    """Where an agent stands. wrap_up: the form is open after the call."""

    LOGGED_OUT = "logged_out"
    PAUSED = "paused"
    READY = "ready"
    RESERVED = "reserved"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"


class AgentEvent(StrEnum):
    """What happens to an agent."""

    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    RESUME = "resume"
    PAUSE = "pause"
    RESERVE = "reserve"
    RELEASE = "release"  # the reservation is over without a talk
    CONNECT = "connect"
    FINISH = "finish"  # the call is over, the form still open
    SAVE = "save"  # the form is saved and the call is over


_S, _E = AgentState, AgentEvent
TRANSITIONS: dict[tuple[AgentState, AgentEvent], AgentState] = {
    (_S.LOGGED_OUT, _E.LOG_IN): _S.PAUSED,
    (_S.PAUSED, _E.LOG_OUT): _S.LOGGED_OUT,
    (_S.PAUSED, _E.PAUSE): _S.PAUSED,
    (_S.PAUSED, _E.RESUME): _S.READY,
    (_S.PAUSED, _E.RESERVE): _S.RESERVED,  # by the agent's own click to call
    (_S.READY, _E.LOG_OUT): _S.LOGGED_OUT,
    (_S.READY, _E.PAUSE): _S.PAUSED,
    (_S.READY, _E.RESERVE): _S.RESERVED,
    (_S.RESERVED, _E.RELEASE): _S.READY,
    (_S.RESERVED, _E.PAUSE): _S.PAUSED,
    (_S.RESERVED, _E.CONNECT): _S.IN_CALL,
    (_S.IN_CALL, _E.FINISH): _S.WRAP_UP,
    (_S.IN_CALL, _E.SAVE): _S.READY,
    (_S.WRAP_UP, _E.SAVE): _S.READY,
}
BUSY = frozenset({_S.RESERVED, _S.IN_CALL, _S.WRAP_UP})


class PauseReason(StrEnum):
    """Reasons the dialer itself gives; agents and supervisors give theirs in their own words."""

    NOT_JOINED = "not_joined"  # logged in, in no campaign
    CALLING_PHONE = "calling_phone"  # nailed_up: waiting for the agent's phone to answer
    PHONE_NO_ANSWER = "phone_no_answer"
    PHONE_HUNG_UP = "phone_hung_up"
    PAGE_GONE = "page_gone"  # nobody sees the agent's page


class PhoneState(StrEnum):
    """The agent's leg: none, being called, waiting for a customer, or in a call."""

    DOWN = "down"
    CALLING = "calling"
    IDLE = "idle"
    BUSY = "busy"


@dataclass(slots=True)
class Phone:
    """The leg of an agent's phone, while there is one."""

    state: PhoneState = PhoneState.DOWN
    leg: str = ""
    since: datetime | None = None

    def put_down(self, now: datetime) -> str:
        """There is no leg any more, or none that matters; gives the name it had."""
        leg, self.leg = self.leg, ""
        self.state, self.since = PhoneState.DOWN, now
        return leg


@dataclass(frozen=True, slots=True)
class Home:
    """Where an agent who calls by hand came from: the campaign (None: in none), and why they paused ("": ready)."""

    campaign_id: int | None
    reason: str = ""


@dataclass(slots=True)
class Agent:
    """One agent. `login` is the SIP account; the phone rings there.

    `after_call` is what a pause, leave or log-out asked for in the middle of a call becomes once the form is saved.
    `home` is set while the agent calls by hand: `campaign_id` is then the one the call is for, until it is over.
    `blocked_lists`: this agent meets no lead of them and joins no campaign that dials one.
    `saved`: the form was saved while the talk goes on. `ready_since` orders agents: first free = ready the longest.
    """

    id: int
    login: str
    name: str = ""
    active: bool = True
    auto_answer: bool = False
    state: AgentState = AgentState.LOGGED_OUT
    reason: str = ""
    since: datetime | None = None
    ready_since: datetime | None = None
    campaign_id: int | None = None
    attempt_id: int | None = None
    saved: bool = False
    after_call: "AfterCall | None" = None
    phone: Phone = field(default_factory=Phone)
    home: Home | None = None
    blocked_lists: frozenset[int] = frozenset()

    def advance(self, event: AgentEvent, now: datetime, reason: str = "") -> None:
        """Take the event, or raise TransitionError and stay as it was."""
        self.state = step(TRANSITIONS, self.state, event)
        self.reason = reason if self.state is AgentState.PAUSED else ""
        self.since = now
        if self.state is AgentState.READY and event is not AgentEvent.RELEASE:
            self.ready_since = now

    @property
    def form_open(self) -> bool:
        """Is a form open (the live panel strikes such an agent through)?"""
        return self.state in (AgentState.IN_CALL, AgentState.WRAP_UP) and not self.saved


class AfterCallAction(StrEnum):
    """What an agent does once the present call and its form are done."""

    PAUSE = "pause"
    LEAVE = "leave"
    LOG_OUT = "log_out"


@dataclass(frozen=True, slots=True)
class AfterCall:
    """A wish made during a call; `reason` belongs to a pause. `force`: a supervisor's, which waits for no form."""

    action: AfterCallAction
    reason: str = ""
    force: bool = False
