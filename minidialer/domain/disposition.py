"""Dispositions: what the agent chooses at the end of a talk, and what that does to the lead."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .campaign import CampaignSettings, PrivateLeads
from .lead import LeadChange, LeadState
from .sentence import RefusedError


@dataclass(frozen=True, slots=True)
class Disposition:
    """One choice of the form. `position` orders the buttons (1 = first)."""

    id: int
    name: str
    asks_callback: bool = False
    private: bool = False
    do_not_call: bool = False
    success: bool = False
    position: int = 0


class CallbackTimeError(RefusedError):
    """The disposition and the callback time given with it do not go together."""


def check_callback(disposition: Disposition, callback_at: datetime | None, now: datetime) -> None:
    """Raise CallbackTimeError unless the time is given exactly when it is asked for, and lies ahead."""
    if disposition.asks_callback and callback_at is None:
        raise CallbackTimeError("“{name}” needs the date and time of the next call.", name=disposition.name)
    if not disposition.asks_callback and callback_at is not None:
        raise CallbackTimeError("“{name}” takes no date and time: leave them out.", name=disposition.name)
    if callback_at is not None and callback_at <= now:
        raise CallbackTimeError("The time of the next call is in the past: choose a later one.")


def lead_after(
    disposition: Disposition,
    callback_at: datetime | None,
    agent_id: int,
    settings: CampaignSettings,
    now: datetime,
) -> LeadChange:
    """What saving this disposition does to the lead.

    A private disposition makes the lead the agent's own, unless the campaign has private leads off. A private lead
    stays to be called: at the agreed time, else after the campaign's retry interval.
    """
    private = disposition.private and settings.private_leads is not PrivateLeads.OFF
    owner_id = agent_id if private else None
    if disposition.do_not_call:
        return LeadChange(LeadState.CLOSED, do_not_call=True)
    if callback_at is not None:
        return LeadChange(LeadState.CALLBACK, callback_at, counts=False, resets=True, owner_id=owner_id)
    if private:
        due_at = now + timedelta(minutes=settings.retry_interval)
        return LeadChange(LeadState.CALLBACK, due_at, counts=False, resets=True, owner_id=owner_id)
    return LeadChange(LeadState.CLOSED)
