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


class Status(Result):
    """The whole system at a glance."""

    version: str
    protocol: int
    pid: int
    started_at: datetime
    draining: bool
    link: LinkStatus
    alarm: WireSentence | None = Field(default=None, description="what keeps the daemon from working")
    campaigns: list[CampaignLine]
    agents: dict[str, int] = Field(description="agents by state")
    attempts: dict[str, int] = Field(description="live attempts by state")


HELLO = Method("system.hello", HelloParams, Hello, "Greets; refuses a client that speaks another protocol.")
STATUS = Method("system.status", Nothing, Status, "The link, campaigns, agents and calls at a glance.")
METHODS = (HELLO, STATUS)
