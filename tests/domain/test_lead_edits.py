"""What a supervisor's edit does to a lead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from minidialer.domain.campaign import CampaignSettings, PrivateLeads
from minidialer.domain.disposition import CallbackTimeError, Disposition
from minidialer.domain.lead import Lead, LeadState
from minidialer.domain.lead_edit import LeadEditError, LeadWish, edited

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MINE = CampaignSettings(private_leads=PrivateLeads.MANUAL)
LEAD = Lead(1, 1, "+48600100200", LeadState.RETRY, attempts=2, due_at=NOW)


def after(lead: Lead, wish: dict[str, Any], settings: CampaignSettings = MINE) -> Lead:
    return edited(lead, LeadWish(**{"owner_id": lead.owner_id, **wish}), settings, NOW)


@pytest.mark.parametrize(
    ("lead", "wish", "expected"),
    [
        (LEAD, {}, LEAD),
        (LEAD, {"owner_id": 7}, replace(LEAD, owner_id=7)),
        (
            replace(LEAD, state=LeadState.CLOSED),
            {"sets_due": True, "due_at": LATER},
            replace(LEAD, state=LeadState.CALLBACK, due_at=LATER, attempts=0),
        ),
        (replace(LEAD, state=LeadState.CALLBACK), {"sets_due": True}, replace(LEAD, due_at=None)),
        (
            replace(LEAD, state=LeadState.CALLBACK, attempts=0),
            {"sets_due": True},
            replace(LEAD, state=LeadState.FRESH, attempts=0, due_at=None),
        ),
        (LEAD, {"disposition": Disposition(1, "nie")}, replace(LEAD, state=LeadState.CLOSED, due_at=None)),
        (
            LEAD,
            {"disposition": Disposition(1, "rodo", do_not_call=True)},
            replace(LEAD, state=LeadState.CLOSED, due_at=None, do_not_call=True),
        ),
        (
            LEAD,
            {"disposition": Disposition(1, "później", asks_callback=True), "sets_due": True, "due_at": LATER},
            replace(LEAD, state=LeadState.CALLBACK, due_at=LATER, attempts=0),
        ),
        (
            LEAD,
            {"disposition": Disposition(1, "mój", private=True), "owner_id": 7},
            replace(
                LEAD,
                state=LeadState.CALLBACK,
                due_at=NOW + timedelta(minutes=MINE.retry_interval),
                attempts=0,
                owner_id=7,
            ),
        ),
    ],
)
def test_an_edit(lead: Lead, wish: dict[str, Any], expected: Lead) -> None:
    assert after(lead, wish) == expected


@pytest.mark.parametrize(
    ("lead", "wish", "error", "says"),
    [
        (replace(LEAD, state=LeadState.LIVE), {}, LeadEditError, "is being called"),
        (LEAD, {"disposition": Disposition(1, "mój", private=True)}, LeadEditError, "say whose"),
        (LEAD, {"disposition": Disposition(1, "p", asks_callback=True)}, CallbackTimeError, "needs the date"),
        (
            LEAD,
            {"disposition": Disposition(1, "nie"), "sets_due": True, "due_at": LATER},
            CallbackTimeError,
            "takes no date",
        ),
        (replace(LEAD, do_not_call=True), {"sets_due": True, "due_at": LATER}, LeadEditError, "must not be called"),
    ],
)
def test_an_edit_that_is_refused(lead: Lead, wish: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        after(lead, wish)


def test_where_private_leads_are_off_nobody_owns_one() -> None:
    off = CampaignSettings(private_leads=PrivateLeads.OFF)
    assert after(LEAD, {"disposition": Disposition(1, "mój", private=True)}, off).state is LeadState.CLOSED
