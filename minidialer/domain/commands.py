"""Commands: everything the dialer wants done. The engine does the I/O and feeds the results back as events."""

from dataclasses import dataclass
from datetime import datetime

from .agent import Agent
from .attempt import Attempt
from .campaign import CampaignSettings
from .events import Pick
from .lead import LeadChange
from .listening import SpyMode
from .trunk import Trunk


class Command:
    """Base of all commands."""

    __slots__ = ()


# -- for Asterisk ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallCustomer(Command):
    """Originate the customer's leg. Its attempt is committed; it is sent once and never again."""

    attempt_id: int
    number: str
    trunk: Trunk
    settings: CampaignSettings


@dataclass(frozen=True, slots=True)
class CallPhone(Command):
    """Originate an agent's leg. `caller` is shown on the phone: a customer's number, or a campaign's name."""

    agent_id: int
    leg: str
    login: str
    ring_timeout: int
    auto_answer: bool
    caller: str


@dataclass(frozen=True, slots=True)
class JoinLegs(Command):
    """Bridge the customer with the agent's waiting leg; nailed_up: that leg waits again afterwards."""

    attempt_id: int
    leg: str
    nailed_up: bool


@dataclass(frozen=True, slots=True)
class Hold(Command):
    """Play hold audio to the customer."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class LetGo(Command):
    """Nobody takes the customer: the safe message when set, then hang up."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class HangUpLeg(Command):
    """Hang up one of our channels."""

    leg: str


@dataclass(frozen=True, slots=True)
class HoldTalk(Command):
    """Take a talk apart: hold music for the customer, silence for the agent's leg. JoinLegs puts it together again."""

    attempt_id: int
    leg: str


@dataclass(frozen=True, slots=True)
class PhoneBack(Command):
    """The customer on hold has gone: a leg that stays up waits for the next one."""

    leg: str


@dataclass(frozen=True, slots=True)
class TransferTalk(Command):
    """Send the customer on to another channel; the agent's leg is left."""

    attempt_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class PlayDigit(Command):
    """One DTMF digit to the customer's side."""

    attempt_id: int
    digit: str


@dataclass(frozen=True, slots=True)
class CallSpy(Command):
    """Originate a supervisor's leg that hears the agent's one. `caller` is shown on the supervisor's phone."""

    attempt_id: int
    leg: str
    agent_leg: str
    mode: SpyMode
    extension: str
    ring_timeout: int
    caller: str


@dataclass(frozen=True, slots=True)
class SteerSpy(Command):
    """Another mode for a supervisor's leg."""

    leg: str
    mode: SpyMode


@dataclass(frozen=True, slots=True)
class Resync(Command):
    """Something is overdue: ask Asterisk for its channels and answer with LinkUp."""


@dataclass(frozen=True, slots=True)
class SaveDefaultForm(Command):
    """Nobody waits for the agent any more: save the form with this disposition, answered by FormSaved.

    None: there is no such disposition; what was typed is kept, and the lead is called again.
    """

    agent_id: int
    attempt_id: int
    disposition_id: int | None


# -- for the store -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim(Command):
    """Pick up to `count` due leads in selection order and commit their attempts; answered by AttemptsClaimed."""

    claim_id: int
    campaign_id: int
    list_id: int
    count: int
    max_retries: int
    now: datetime


@dataclass(frozen=True, slots=True)
class ClaimPrivate(Command):
    """Pick at most one due private lead for each of these owners; answered by AttemptsClaimed."""

    claim_id: int
    campaign_id: int
    list_id: int
    owner_ids: tuple[int, ...]
    max_retries: int
    now: datetime


@dataclass(frozen=True, slots=True)
class ClaimLead(Command):
    """Commit an attempt to this lead for this agent, if it may be called at all; answered by AttemptsClaimed.

    Due or not: an agent may call earlier than agreed.
    """

    claim_id: int
    campaign_id: int
    list_id: int
    lead_id: int
    agent_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class SaveAttempt(Command):
    """Store the attempt as it now is, and what its end does to the lead."""

    attempt: Attempt
    lead: LeadChange | None = None


@dataclass(frozen=True, slots=True)
class CancelAttempt(Command):
    """The attempt never went out: remove its row and put the lead back as it was."""

    pick: Pick


@dataclass(frozen=True, slots=True)
class SaveAgent(Command):
    """Store the agent's state, campaign, call and leg; a change of state is kept for the statistics."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class StopCampaign(Command):
    """The campaign stops itself; the reason is a sentence for the supervisor."""

    campaign_id: int
    reason: str
    now: datetime
