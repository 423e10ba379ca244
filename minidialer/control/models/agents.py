"""Agents as supervisors manage them. An agent is named by its SIP account (`login`)."""

from datetime import datetime
from typing import Literal

from pydantic import Field, SecretStr, field_serializer

from minidialer.control.method import Method
from minidialer.i18n import N_

from .base import Done, Line, Login, Name, Nothing, Params, Result

Tab = Literal["dialer", "connections", "statistics"]
SpyMode = Literal["listen", "whisper", "barge"]
FORCE = N_("at once: a talk goes on to its end, its form is saved or set aside without the agent")


class AgentAdd(Params):
    """A new agent, logged out."""

    login: Login = Field(description=N_("SIP account; the phone rings there"))
    name: Line = Field(default="", description=N_("the person's name"))
    active: bool = Field(default=True, description=N_("may log in"))
    auto_answer: bool = Field(default=False, description=N_("ask the phone to answer by itself"))


class AgentSet(Params):
    """What is given changes; the rest stays. Lists are named whole: an empty one blocks nothing, or shows no tab."""

    login: Login
    name: Line | None = None
    active: bool | None = None
    auto_answer: bool | None = None
    tabs: list[Tab] | None = Field(default=None, max_length=3, description=N_("what the agent's page shows"))
    blocked_lists: list[Name] | None = Field(
        default=None, max_length=1000, description=N_("lists whose leads and campaigns the agent never meets")
    )
    language: Literal["", "en", "pl"] | None = Field(default=None, description=N_("of the page; empty: the browser's"))


class AgentPassword(Params):
    """The agent's own password for the page; None takes it away. Never the SIP account's."""

    login: Login
    password: SecretStr | None = None
    generate: bool = Field(default=False, description=N_("let the daemon make one; `password` is left out then"))

    @field_serializer("password", when_used="json")
    def _on_the_wire(self, value: SecretStr | None) -> str | None:
        return value.get_secret_value() if value is not None else None


class AgentKey(Params):
    """One agent."""

    login: Login


class AgentLogOut(Params):
    """A log-out a supervisor orders."""

    login: Login
    force: bool = Field(default=False, description=FORCE)


class AgentPause(Params):
    """A pause a supervisor orders."""

    login: Login
    reason: Line = ""
    force: bool = Field(default=False, description=FORCE)


class AgentSpy(Params):
    """A talk to listen in on, and the telephone to do it from.

    listen: hear both; whisper: the agent hears you as well; barge: both hear you.
    """

    login: Login
    mode: SpyMode = "listen"
    extension: Login = Field(description=N_("SIP account of your own telephone: it rings"))


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
    after_call: str = Field(default="", description=N_("what follows the present call and form: pause, leave, log_out"))
    phone: str = "down"
    assigned: list[str] = Field(default_factory=list, description=N_("campaigns the agent may join"))
    tabs: list[str] = Field(default_factory=list, description=N_("what the agent's page shows"))
    blocked_lists: list[str] = Field(default_factory=list, description=N_("lists the agent never meets"))
    language: str = ""
    has_password: bool = False


class AgentPasswordSet(Agent):
    """The agent, and the password that was made: it is told this once."""

    password: str | None = None


class Spying(Result):
    """The telephone rings; who picks it up is in the talk. `changed`: it was in it already, and has another mode."""

    login: str
    campaign: str | None = None
    number: str = Field(description=N_("the customer's, E.164"))
    mode: SpyMode
    extension: str
    changed: bool = False


class Agents(Result):
    """All agents, by login."""

    agents: list[Agent]


ADD = Method("agents.add", AgentAdd, Agent, "Adds an agent.")
LIST = Method("agents.list", Nothing, Agents, "All agents with what they are doing.", reads=True)
SET = Method("agents.set", AgentSet, Agent, "Changes an agent; `active: false` also logs the agent out.")
REMOVE = Method("agents.remove", AgentKey, Done, "Removes an agent who is logged out and has no calls on record.")
LOG_OUT = Method(
    "agents.log_out", AgentLogOut, Agent, "Logs an agent out: at once, or after the present call and form."
)
PAUSE = Method("agents.pause", AgentPause, Agent, "Pauses an agent: at once, or after the present call and form.")
RESUME = Method("agents.resume", AgentKey, Agent, "Brings an agent back from a pause.")
PASSWORD = Method(
    "agents.password", AgentPassword, AgentPasswordSet, "Sets the password of the page; ends a log-in there."
)
SPY = Method("agents.spy", AgentSpy, Spying, "Rings your telephone and puts it into the agent's talk.")
METHODS = (ADD, LIST, SET, REMOVE, LOG_OUT, PAUSE, RESUME, PASSWORD, SPY)
