"""Events: everything the dialer reacts to. Whatever names an attempt or leg that is not live is ignored."""

from dataclasses import dataclass
from datetime import datetime

from .agent import Agent
from .campaign import Campaign
from .lead import LeadState
from .outcome import Outcome


class Event:
    """Base of all events."""

    __slots__ = ()


# -- from Asterisk -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CustomerRinging(Event):
    """The customer's phone rings."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class CustomerPickedUp(Event):
    """The customer's channel is up; the dialplan has yet to say whether a person waits (CustomerAnswered)."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class CustomerAnswered(Event):
    """A person answered and waits in the dialplan."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class MachineDetected(Event):
    """The dialplan heard an answering machine and hangs up."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class CustomerGone(Event):
    """The customer's channel is gone; cause is Q.850."""

    attempt_id: int
    cause: int


@dataclass(frozen=True, slots=True)
class AttemptRefused(Event):
    """Asterisk refused the Originate and no channel ever existed (unknown trunk endpoint, for one)."""

    attempt_id: int
    detail: str


@dataclass(frozen=True, slots=True)
class PhoneIdle(Event):
    """The agent's phone answered, or is back from a talk, and waits for a customer."""

    agent_id: int
    leg: str


@dataclass(frozen=True, slots=True)
class PhoneGone(Event):
    """The agent's channel is gone, or never came to be; cause is Q.850."""

    agent_id: int
    leg: str
    cause: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Bridged(Event):
    """Customer and agent hear each other."""

    attempt_id: int
    agent_id: int
    leg: str


@dataclass(frozen=True, slots=True)
class LiveLeg:
    """One of our channels in Asterisk's list.

    `bridged_with`: the other of our legs in its bridge, if any. `listening`: the dialplan is still finding out whether
    a person or a machine answered.
    """

    name: str
    context: str
    up: bool
    bridged_with: str = ""
    listening: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """How the call of an answered customer ended: answered (the talk was with agent leg `leg`), abandoned, machine."""

    attempt_id: int
    outcome: Outcome
    leg: str = ""


@dataclass(frozen=True, slots=True)
class LinkUp(Event):
    """The AMI link works, and these are all of our channels as of `asked_at`.

    `spies`: those that only listen. `fates`: what Asterisk remembers of attempts that are live no more.
    """

    legs: tuple[LiveLeg, ...]
    asked_at: datetime
    spies: tuple[str, ...] = ()
    fates: tuple[Fate, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkDown(Event):
    """The AMI link is lost: nothing new is dialled, nothing is known until it is back."""


# -- from the store ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pick:
    """A lead picked by a claim, its attempt committed already. State, due time and attempts are those before it."""

    attempt_id: int
    lead_id: int
    number: str
    lead_state: LeadState
    due_at: datetime | None = None
    owner_id: int | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class AttemptsClaimed(Event):
    """The answer to a Claim or ClaimPrivate; fewer picks than asked for when no more leads are due."""

    claim_id: int
    picks: tuple[Pick, ...] = ()
    failed: bool = False  # the store could not write: nothing was claimed


@dataclass(frozen=True, slots=True)
class FormSaved(Event):
    """The agent's form is committed."""

    agent_id: int
    attempt_id: int


@dataclass(frozen=True, slots=True)
class LeadsChanged(Event):
    """Leads of a list were imported, reset or edited: there may be something to dial."""

    list_id: int


# -- from people -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CampaignStored(Event):
    """A campaign was added or changed, started or stopped."""

    campaign: Campaign


@dataclass(frozen=True, slots=True)
class CampaignRemoved(Event):
    """A campaign is gone; nothing of it is live any more."""

    campaign_id: int


@dataclass(frozen=True, slots=True)
class AgentStored(Event):
    """An agent was added or edited: name, active, auto-answer. The state stays."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class AgentRemoved(Event):
    """An agent who is logged out was removed."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class LogIn(Event):
    """An agent logs in."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class LogOut(Event):
    """An agent logs out: at once, or after the present call and form. `force`: after the call, whatever the form."""

    agent_id: int
    force: bool = False


@dataclass(frozen=True, slots=True)
class Join(Event):
    """An agent joins a campaign and takes its calls."""

    agent_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class Leave(Event):
    """An agent leaves the campaign: at once, or after the present call and form."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class Pause(Event):
    """An agent takes no calls: at once, or after the present call and form. `force`: as with LogOut."""

    agent_id: int
    reason: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Resume(Event):
    """An agent is back from a pause, or takes back a pause asked for during a call."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class HangUp(Event):
    """An agent ends the talk, or a call placed by hand that nobody has answered yet."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class SetHold(Event):
    """An agent puts the customer on hold, or talks on."""

    agent_id: int
    on: bool


@dataclass(frozen=True, slots=True)
class Transfer(Event):
    """An agent sends the customer on; `channel` is what Asterisk dials, `target` what people call it."""

    agent_id: int
    channel: str
    target: str

    @property
    def outside(self) -> bool:
        """To a telephone number, which is E.164 here; no extension has a plus."""
        return self.target.startswith("+")


@dataclass(frozen=True, slots=True)
class SendDigit(Event):
    """An agent presses a key of the telephone: 0-9, * or #."""

    agent_id: int
    digit: str


@dataclass(frozen=True, slots=True)
class CallByHand(Event):
    """An agent clicks to call a lead: their phone first, then the customer. The lead is theirs to call."""

    agent_id: int
    campaign_id: int
    lead_id: int


@dataclass(frozen=True, slots=True)
class PageGone(Event):
    """Nobody sees the agent's page any more."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class PageBack(Event):
    """The agent's page is there again."""

    agent_id: int


# -- from the daemon ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick(Event):
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Drain(Event):
    """The daemon is about to stop: nothing new is dialled."""
