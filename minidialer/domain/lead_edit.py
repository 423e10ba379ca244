"""What a supervisor may change of a lead, and what that does to it."""

from dataclasses import dataclass, replace
from datetime import datetime

from .campaign import CampaignSettings, PrivateLeads
from .disposition import Disposition, check_callback, lead_after
from .lead import Lead, LeadState
from .sentence import RefusedError


class LeadEditError(RefusedError):
    """The lead cannot be changed so, or not now."""


@dataclass(frozen=True, slots=True)
class LeadWish:
    """What is to be changed. `owner_id`: whose it is from now on, be it the present owner; None: nobody's.

    `due_at` is looked at when `sets_due` only: None drops an agreed time.
    """

    owner_id: int | None
    disposition: Disposition | None = None
    sets_due: bool = False
    due_at: datetime | None = None


def edited(before: Lead, wish: LeadWish, settings: CampaignSettings, now: datetime) -> Lead:
    """The lead afterwards. `settings`: of the campaign that dials it.

    A disposition does what it does after a talk, without an attempt to count. A time alone has the lead called then,
    were it closed. Raises LeadEditError, CallbackTimeError.
    """
    check_editable(before)
    after = replace(before, owner_id=wish.owner_id)
    if wish.disposition is not None:
        return _disposed(after, wish.disposition, wish.due_at if wish.sets_due else None, settings, now)
    if not wish.sets_due:
        return after
    if wish.due_at is not None:
        if before.do_not_call:
            raise LeadEditError("{number} must not be called: take that mark away first.", number=before.number)
        return replace(after, state=LeadState.CALLBACK, due_at=wish.due_at, attempts=0)
    if before.state is LeadState.CALLBACK:
        return replace(after, state=LeadState.RETRY if before.attempts else LeadState.FRESH, due_at=None)
    return replace(after, due_at=None)


def check_editable(lead: Lead) -> None:
    """Raise LeadEditError while somebody is calling it: what they save would be lost, or undo the edit."""
    if lead.state is LeadState.LIVE:
        raise LeadEditError("{number} is being called: change it when its form is saved.", number=lead.number)


def _disposed(
    lead: Lead, disposition: Disposition, due_at: datetime | None, settings: CampaignSettings, now: datetime
) -> Lead:
    private = disposition.private and settings.private_leads is not PrivateLeads.OFF
    if private and lead.owner_id is None:
        raise LeadEditError("“{name}” makes the lead an agent's own: say whose, as its owner.", name=disposition.name)
    check_callback(disposition, due_at, now)
    change = lead_after(disposition, due_at, lead.owner_id or 0, settings, now)
    return replace(
        lead,
        state=change.state,
        due_at=change.due_at,
        attempts=0 if change.resets else lead.attempts,
        do_not_call=lead.do_not_call or change.do_not_call,
    )
