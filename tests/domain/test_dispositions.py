"""What saving a form does to the lead."""

from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain.campaign import CampaignSettings, PrivateLeads
from minidialer.domain.disposition import (
    CallbackTimeError,
    Disposition,
    DispositionError,
    check_callback,
    check_disposition,
    keys,
    lead_after,
    lead_set_aside,
)
from minidialer.domain.lead import LeadChange, LeadState

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ANNA = 7
DONE = Disposition(1, "done")
CALL_LATER = Disposition(2, "later", asks_callback=True)
MINE = Disposition(3, "mine", private=True)
MINE_LATER = Disposition(4, "mine, later", asks_callback=True, private=True)
NEVER = Disposition(5, "never", do_not_call=True)
AGAIN = Disposition(7, "again", retry_minutes=30)
AGAIN_TWICE = Disposition(8, "again, twice", retry_minutes=30, retry_limit=2)
MINE_AGAIN = Disposition(9, "mine, again", private=True, retry_minutes=30)
NEVER_MINE = Disposition(6, "never, mine", do_not_call=True, private=True)
OFF, MANUAL, AUTOMATIC = PrivateLeads.OFF, PrivateLeads.MANUAL, PrivateLeads.AUTOMATIC
CLOSED = LeadChange(LeadState.CLOSED)
IN_HALF_AN_HOUR = NOW + timedelta(minutes=30)
RETRIED = LeadChange(LeadState.RETRY, IN_HALF_AN_HOUR, counts=False, resets=True)
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
        (AGAIN, OFF, None, RETRIED),
        (AGAIN, AUTOMATIC, None, RETRIED),
        (MINE_AGAIN, OFF, None, RETRIED),
        (MINE_AGAIN, MANUAL, None, callback(IN_HALF_AN_HOUR, ANNA)),
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


@pytest.mark.parametrize(("in_a_row", "change"), [(0, RETRIED), (1, RETRIED), (2, CLOSED), (3, CLOSED)])
def test_its_own_limit_of_calls_in_a_row(in_a_row: int, change: LeadChange) -> None:
    assert lead_after(AGAIN_TWICE, None, ANNA, CampaignSettings(), NOW, in_a_row=in_a_row) == change
    assert lead_after(AGAIN, None, ANNA, CampaignSettings(), NOW, in_a_row=99) == RETRIED


def test_a_form_nobody_filled_in_loses_no_lead() -> None:
    change = lead_set_aside(CampaignSettings(retry_interval=60), NOW)
    assert change == LeadChange(LeadState.RETRY, IN_AN_HOUR, counts=False, resets=True)


@pytest.mark.parametrize(
    ("disposition", "message"),
    [
        (Disposition(1, "x", asks_callback=True, do_not_call=True), "cannot ask for the next call and forbid it"),
        (Disposition(1, "x", asks_callback=True, retry_minutes=5), "asks the agent for the next call"),
        (Disposition(1, "x", do_not_call=True, retry_minutes=5), "forbids the next call"),
        (Disposition(1, "x", retry_limit=5), "set retry_minutes as well"),
    ],
)
def test_two_things_about_the_next_call(disposition: Disposition, message: str) -> None:
    with pytest.raises(DispositionError, match=message):
        check_disposition(disposition)


@pytest.mark.parametrize("disposition", [DONE, CALL_LATER, MINE_LATER, NEVER_MINE, AGAIN_TWICE, MINE_AGAIN])
def test_one_thing_about_it(disposition: Disposition) -> None:
    check_disposition(disposition)


def test_labels() -> None:
    both = Disposition(1, "sale", name_pl="sprzedaż")
    assert [both.label(language) for language in ("pl", "en", "de", "")] == ["sprzedaż", "sale", "sale", "sale"]


def test_keys_are_their_own_or_the_next_free_one() -> None:
    buttons = [Disposition(index, str(index), key={2: "1", 4: "9"}.get(index, "")) for index in range(1, 12)]
    given = keys(buttons)
    assert given == {1: "2", 2: "1", 3: "3", 4: "9", 5: "4", 6: "5", 7: "6", 8: "7", 9: "8"}, "10 and 11 have none"
