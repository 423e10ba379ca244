"""What saving a form does to the lead."""

from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain.campaign import CampaignSettings, PrivateLeads
from minidialer.domain.disposition import CallbackTimeError, Disposition, check_callback, lead_after
from minidialer.domain.lead import LeadChange, LeadState

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ANNA = 7
DONE = Disposition(1, "done")
CALL_LATER = Disposition(2, "later", asks_callback=True)
MINE = Disposition(3, "mine", private=True)
MINE_LATER = Disposition(4, "mine, later", asks_callback=True, private=True)
NEVER = Disposition(5, "never", do_not_call=True)
NEVER_MINE = Disposition(6, "never, mine", do_not_call=True, private=True)
OFF, MANUAL, AUTOMATIC = PrivateLeads.OFF, PrivateLeads.MANUAL, PrivateLeads.AUTOMATIC
CLOSED = LeadChange(LeadState.CLOSED)
IN_AN_HOUR = NOW + timedelta(minutes=60)


def callback(due_at: datetime, owner_id: int | None = None) -> LeadChange:
    """A talk took place: the counter starts again."""
    return LeadChange(LeadState.CALLBACK, due_at, counts=False, resets=True, owner_id=owner_id)


@pytest.mark.parametrize(
    ("disposition", "mode", "callback_at", "change"),
    [
        (DONE, OFF, None, CLOSED),
        (DONE, AUTOMATIC, None, CLOSED),
        (CALL_LATER, OFF, LATER, callback(LATER)),
        (CALL_LATER, MANUAL, LATER, callback(LATER)),
        (MINE, OFF, None, CLOSED),  # the flag has no effect in this campaign
        (MINE, MANUAL, None, callback(IN_AN_HOUR, ANNA)),
        (MINE, AUTOMATIC, None, callback(IN_AN_HOUR, ANNA)),
        (MINE_LATER, OFF, LATER, callback(LATER)),
        (MINE_LATER, MANUAL, LATER, callback(LATER, ANNA)),
        (MINE_LATER, AUTOMATIC, LATER, callback(LATER, ANNA)),
        (NEVER, OFF, None, LeadChange(LeadState.CLOSED, do_not_call=True)),
        (NEVER_MINE, AUTOMATIC, None, LeadChange(LeadState.CLOSED, do_not_call=True)),
    ],
)
def test_dispositions(
    disposition: Disposition, mode: PrivateLeads, callback_at: datetime | None, change: LeadChange
) -> None:
    settings = CampaignSettings(private_leads=mode, retry_interval=60)
    assert lead_after(disposition, callback_at, ANNA, settings, NOW) == change


def test_a_callback_that_was_agreed_leaves_the_owner_of_a_private_lead() -> None:
    change = lead_after(CALL_LATER, LATER, ANNA, CampaignSettings(private_leads=AUTOMATIC), NOW)
    assert change.owner_id is None, "None leaves the present owner"


@pytest.mark.parametrize(
    ("disposition", "callback_at", "message"),
    [
        (CALL_LATER, None, "needs the date and time"),
        (DONE, LATER, "takes no date and time"),
        (CALL_LATER, NOW, "in the past"),
        (CALL_LATER, NOW - timedelta(days=1), "in the past"),
    ],
)
def test_the_time_and_the_disposition_must_go_together(
    disposition: Disposition, callback_at: datetime | None, message: str
) -> None:
    with pytest.raises(CallbackTimeError, match=message):
        check_callback(disposition, callback_at, NOW)


def test_times_that_fit() -> None:
    check_callback(CALL_LATER, NOW + timedelta(seconds=1), NOW)
    check_callback(DONE, None, NOW)
