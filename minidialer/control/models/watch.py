"""Live snapshots: at most four a second to a client, the newest wins."""

from pydantic import Field

from minidialer.control.method import Method

from .base import Done, Name, Nothing, Params, Result, WireSentence
from .pacing import Budget, Explanation

SNAPSHOT = "watch.snapshot"  # the name of the notification
LINES = "watch.lines"


class WatchSubscribe(Params):
    """What to watch: one campaign, or everything."""

    campaign: Name | None = None


class AgentLine(Result):
    """One agent. `form_open`: struck through, takes no calls."""

    login: str
    name: str
    state: str
    reason: str = ""
    seconds_in_state: float
    form_open: bool
    phone: str
    campaign: str | None = None


class CallLine(Result):
    """One live call: its age, and the age of its state, in seconds."""

    attempt_id: int
    number: str
    state: str
    seconds: float
    seconds_in_state: float
    agent: str | None = None


class PaceSettings(Result):
    """What the dialer decides by."""

    pacing_mode: str = ""
    overdial_percent: int = 0
    max_attempts_per_5s: int = 0


class CampaignPanel(Result):
    """One campaign's live panel. `decision`: what the dialer decided last and why.

    `explanation`: the numbers behind it, and `budget`: the abandon budget; both in mode predictive only.
    """

    id: int
    name: str
    running: bool
    status_reason: str = ""
    lead_list: str | None = None
    decision: WireSentence
    settings: PaceSettings = PaceSettings()
    explanation: Explanation | None = None
    budget: Budget | None = None
    agents: list[AgentLine] = Field(default_factory=list)
    dialling: list[CallLine] = Field(default_factory=list)
    waiting: list[CallLine] = Field(default_factory=list)
    talking: list[CallLine] = Field(default_factory=list)


class Snapshot(Result):
    """The floor, or the part of it that was asked for."""

    link_up: bool
    draining: bool
    campaigns: list[CampaignPanel]
    agents: list[AgentLine]


class Line(Result):
    """Something that happened: an agent or a call came to another state, or a campaign to another status.

    `kind`: agent, call, campaign or link. `what`: login, number or name; `state`: the new one; `detail`: more of it.
    """

    kind: str
    what: str
    state: str
    detail: str = ""
    campaign: str | None = None
    agent: str | None = None


class Lines(Result):
    """Lines since the last notification, the oldest first; `missed`: how many were dropped for a slow reader."""

    lines: list[Line]
    missed: int = 0


SUBSCRIBE = Method(
    "watch.subscribe", WatchSubscribe, Snapshot, "Starts live snapshots and lines; gives the first one.", reads=True
)
UNSUBSCRIBE = Method("watch.unsubscribe", Nothing, Done, "Ends them.", reads=True)
METHODS = (SUBSCRIBE, UNSUBSCRIBE)
