"""The daemon itself."""

from datetime import datetime

from pydantic import Field

from minidialer.control.method import Method

from .base import Nothing, Params, Result, WireSentence


class HelloParams(Params):
    """Who calls, and which protocol it speaks."""

    client: str = Field(default="", max_length=80)
    protocol: int


class Hello(Result):
    """Who answers."""

    protocol: int
    version: str
    pid: int
    uid: int = Field(description="the client's, as the kernel says")
    user: str = Field(default="", description="the name of that uid")
    read_only: bool = Field(default=False, description="this socket takes methods that change nothing, no others")


class LinkStatus(Result):
    """The AMI link. `problem`: why it is down, as a sentence; empty while it is up."""

    up: bool
    host: str
    port: int
    since: datetime | None = None
    asterisk: str = Field(default="", description="its version")
    problem: WireSentence | None = None


class CampaignLine(Result):
    """A campaign in the status."""

    name: str
    status: str
    status_reason: str = ""
    lead_list: str | None = None
    agents_joined: int = 0
    agents_ready: int = 0
    in_calls: int = 0
    dialling: int = 0
    waiting: int = 0
    decision: WireSentence | None = None


class TrunkLine(Result):
    """A trunk: its channels, how many are in use, and how many calls may start in a second."""

    name: str
    channels: int
    in_use: int
    calls_per_second: int


class Status(Result):
    """The whole system at a glance."""

    version: str
    protocol: int
    pid: int
    started_at: datetime
    draining: bool
    link: LinkStatus
    alarm: WireSentence | None = Field(default=None, description="the first of `alarms`")
    alarms: list[WireSentence] = Field(default_factory=list, description="what keeps the daemon from working")
    trunks: list[TrunkLine] = Field(default_factory=list)
    campaigns: list[CampaignLine]
    agents: dict[str, int] = Field(description="agents by state")
    attempts: dict[str, int] = Field(description="live attempts by state")


class Metrics(Result):
    """For a monitor."""

    text: str


HELLO = Method("system.hello", HelloParams, Hello, "Greets; refuses a client that speaks another protocol.", reads=True)
STATUS = Method("system.status", Nothing, Status, "The link, campaigns, agents and calls at a glance.", reads=True)
METRICS = Method("system.metrics", Nothing, Metrics, "Metrics, in the text format of Prometheus.", reads=True)
METHODS = (HELLO, STATUS, METRICS)
