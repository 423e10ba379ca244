"""Agents as supervisors manage them. An agent is named by its SIP account (`login`)."""

from datetime import datetime
from typing import Literal

from pydantic import Field, SecretStr, field_serializer

from minidialer.control.method import Method

from .base import Done, Line, Login, Name, Nothing, Params, Result

Tab = Literal["dialer", "connections", "statistics"]


class AgentAdd(Params):
    """A new agent, logged out."""

    login: Login = Field(description="SIP account; the phone rings there")
    name: Line = Field(default="", description="the person's name")
    active: bool = Field(default=True, description="may log in")
    auto_answer: bool = Field(default=False, description="ask the phone to answer by itself")


class AgentSet(Params):
    """What is given changes; the rest stays. Lists are named whole: an empty one blocks nothing, or shows no tab."""

    login: Login
    name: Line | None = None
    active: bool | None = None
    auto_answer: bool | None = None
    tabs: list[Tab] | None = Field(default=None, max_length=3, description="what the agent's page shows")
    blocked_lists: list[Name] | None = Field(
        default=None, max_length=1000, description="lists whose leads and campaigns the agent never meets"
    )
    language: Literal["", "en", "pl"] | None = Field(default=None, description="of the page; empty: the browser's")


class AgentPassword(Params):
    """The agent's own password for the page; None takes it away. Never the SIP account's."""

    login: Login
    password: SecretStr | None = None

    @field_serializer("password", when_used="json")
    def _on_the_wire(self, value: SecretStr | None) -> str | None:
        return value.get_secret_value() if value is not None else None


class AgentKey(Params):
    """One agent."""

    login: Login


class AgentPause(Params):
    """A pause a supervisor orders."""

    login: Login
    reason: Line = ""


class Agent(Result):
    """One agent, with what it is doing. `since`: in this state since; `form_open`: a form waits to be saved."""

    id: int
    login: str
    name: str
    active: bool
    auto_answer: bool
    state: str
    reason: str = ""
    since: datetime | None = None
    campaign: str | None = None
    form_open: bool = False
    phone: str = "down"
    assigned: list[str] = Field(default_factory=list, description="campaigns the agent may join")
    tabs: list[str] = Field(default_factory=list, description="what the agent's page shows")
    blocked_lists: list[str] = Field(default_factory=list, description="lists the agent never meets")
    language: str = ""
    has_password: bool = False


class Agents(Result):
    """All agents, by login."""

    agents: list[Agent]


ADD = Method("agents.add", AgentAdd, Agent, "Adds an agent.")
LIST = Method("agents.list", Nothing, Agents, "All agents with what they are doing.")
SET = Method("agents.set", AgentSet, Agent, "Changes an agent; `active: false` also logs the agent out.")
REMOVE = Method("agents.remove", AgentKey, Done, "Removes an agent who is logged out and has no calls on record.")
LOG_OUT = Method("agents.log_out", AgentKey, Agent, "Logs an agent out: at once, or after the present call and form.")
PAUSE = Method("agents.pause", AgentPause, Agent, "Pauses an agent: at once, or after the present call and form.")
PASSWORD = Method("agents.password", AgentPassword, Agent, "Sets the password of the page; ends a log-in there.")
METHODS = (ADD, LIST, SET, REMOVE, LOG_OUT, PAUSE, PASSWORD)
