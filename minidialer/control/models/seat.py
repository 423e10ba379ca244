"""What an agent does at the desk: take calls, fill in the form, save it."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from minidialer.control.method import Method

from .agents import Agent
from .base import LARGEST, Line, Login, Name, Params, Result, WireSentence
from .dispositions import Disposition


class Seat(Params):
    """The agent."""

    agent: Login


class SeatJoin(Params):
    """The agent and the campaign to take calls of."""

    agent: Login
    campaign: Name


class SeatPause(Params):
    """The agent, and why."""

    agent: Login
    reason: Line = ""


class SeatSave(Params):
    """The form. `fields`: those that were changed; `callback_at` exactly when the disposition asks for it."""

    agent: Login
    attempt: int = Field(
        ge=1, le=LARGEST, description="the form's attempt_id, so that a late Save never hits the next call"
    )
    disposition: Name
    callback_at: AwareDatetime | None = None
    notes: str = Field(default="", max_length=20_000)
    fields: dict[str, str] = Field(default_factory=dict, max_length=1000)


class Form(Result):
    """The open form. `script` has the lead's fields filled in; `talking`: the call goes on."""

    attempt_id: int
    agent: str
    campaign: str
    lead_list: str
    number: str
    fields: dict[str, str]
    notes: str = ""
    script: str = ""
    attempts: int = 0
    talking: bool
    connected_at: datetime | None = None
    dispositions: list[Disposition]


class FormReply(Result):
    """The open form, or None."""

    form: Form | None = None


class SeatCampaign(Result):
    """A campaign the agent may join."""

    name: str
    running: bool
    joined: bool
    why_not: WireSentence | None = None


class SeatCampaigns(Result):
    """Campaigns the agent may join, by name."""

    campaigns: list[SeatCampaign]


STATE = Method("seat.state", Seat, Agent, "The agent's own state.", reads=True)
CAMPAIGNS = Method("seat.campaigns", Seat, SeatCampaigns, "Campaigns the agent may join.", reads=True)
LOG_IN = Method("seat.log_in", Seat, Agent, "Logs the agent in, paused.")
LOG_OUT = Method("seat.log_out", Seat, Agent, "Logs the agent out: at once, or after the present call and form.")
JOIN = Method("seat.join", SeatJoin, Agent, "Joins a campaign; the agent takes its calls.")
LEAVE = Method("seat.leave", Seat, Agent, "Leaves the campaign: at once, or after the present call and form.")
PAUSE = Method("seat.pause", SeatPause, Agent, "Takes no calls: at once, or after the present call and form.")
RESUME = Method("seat.resume", Seat, Agent, "Is back from a pause.")
HANG_UP = Method("seat.hang_up", Seat, Agent, "Ends the talk; the form stays open.")
FORM = Method("seat.form", Seat, FormReply, "The open form, if there is one.", reads=True)
SAVE = Method("seat.save", SeatSave, Agent, "Saves the form; the agent is free again once the call is over.")
METHODS = (STATE, CAMPAIGNS, LOG_IN, LOG_OUT, JOIN, LEAVE, PAUSE, RESUME, HANG_UP, FORM, SAVE)
