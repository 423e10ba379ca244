"""Which lead comes next: the order of `selection`, as a claim gives it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.commands import Claim, ClaimPrivate
from minidialer.domain.lead import Lead, LeadState
from minidialer.domain.selection import is_exhausted

from .memory_leads import MemoryLeads

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
CALLBACK, RETRY, FRESH, LIVE, CLOSED = (
    LeadState.CALLBACK,
    LeadState.RETRY,
    LeadState.FRESH,
    LeadState.LIVE,
    LeadState.CLOSED,
)


def lead(lead_id: int, state: LeadState, due: int | None = 0, attempts: int = 0, **more: object) -> Lead:
    """A lead due so many minutes from now; None: no time."""
    due_at = None if due is None else NOW + timedelta(minutes=due)
    return Lead(lead_id, 1, f"+486000{lead_id:05}", state, attempts, due_at, **more)  # type: ignore[arg-type]


def claimed(leads: list[Lead], count: int = 99, max_retries: int = 3) -> list[int]:
    """The ids of the leads a claim gives, in order."""
    (answer,) = MemoryLeads(leads).apply([Claim(1, 1, 1, count, max_retries, NOW)])
    return [pick.lead_id for pick in answer.picks]


def test_the_order() -> None:
    leads = [
        lead(1, FRESH, None),
        lead(2, RETRY, -90, attempts=2),
        lead(3, RETRY, -5, attempts=1),
        lead(4, RETRY, -10, attempts=1),
        lead(5, CALLBACK, -1),
        lead(6, CALLBACK, -60),
        lead(7, FRESH, None),
    ]
    assert claimed(leads) == [6, 5, 4, 3, 2, 1, 7]
    assert claimed(leads, count=2) == [6, 5]


def test_who_is_never_offered() -> None:
    leads = [
        lead(1, LIVE),
        lead(2, CLOSED),
        lead(3, FRESH, do_not_call=True),
        lead(4, CALLBACK, 1),
        lead(5, RETRY, 1),
        lead(6, RETRY, -1, attempts=4),
        lead(7, FRESH, owner_id=1),
        replace(lead(8, FRESH), list_id=2),
    ]
    assert claimed(leads) == []
    assert claimed([*leads, lead(9, RETRY, 0, attempts=3)]) == [9], "due this very moment, with one retry left"


def test_a_number_that_is_being_called_from_another_list_waits() -> None:
    store = MemoryLeads([lead(1, FRESH), replace(lead(2, FRESH), list_id=2, number="+48600000001")])
    here, there = store.apply([Claim(1, 1, 1, 9, 3, NOW), Claim(2, 2, 2, 9, 3, NOW)])
    assert ([pick.lead_id for pick in here.picks], there.picks) == ([1], ())


def test_a_private_claim_gives_one_lead_an_owner() -> None:
    leads = [
        lead(1, CALLBACK, -1, owner_id=7),
        lead(2, CALLBACK, -2, owner_id=7),
        lead(3, CALLBACK, 5, owner_id=8),
        lead(4, FRESH, owner_id=9),
        lead(5, CALLBACK, -9),
    ]
    (answer,) = MemoryLeads(leads).apply([ClaimPrivate(1, 1, 1, (7, 8, 9), 3, NOW)])
    assert [(pick.lead_id, pick.owner_id) for pick in answer.picks] == [(2, 7), (4, 9)]


def test_exhausted_is_computed_and_only_for_retries() -> None:
    assert [is_exhausted(RETRY, attempts, 2) for attempts in (1, 2, 3, 4)] == [False, False, True, True]
    assert not is_exhausted(CALLBACK, 99, 0), "somebody agreed to be called"
    assert not is_exhausted(FRESH, 99, 0)


leads_of_any_kind = st.lists(
    st.builds(
        lead,
        st.integers(1, 9999),
        st.sampled_from(LeadState),
        st.none() | st.integers(-9, 9),
        st.integers(0, 6),
        do_not_call=st.booleans(),
        owner_id=st.none() | st.just(1),
    ),
    unique_by=lambda one: one.id,
    max_size=30,
)


@given(leads_of_any_kind, st.integers(0, 5), st.integers(0, 5))
def test_raising_max_retries_only_ever_adds(leads: list[Lead], low: int, more: int) -> None:
    before, after = claimed(leads, max_retries=low), claimed(leads, max_retries=low + more)
    assert [lead_id for lead_id in after if lead_id in before] == before


@given(leads_of_any_kind, st.integers(0, 9))
def test_a_smaller_claim_is_the_beginning_of_a_larger_one(leads: list[Lead], count: int) -> None:
    assert claimed(leads, count) == claimed(leads)[:count]
