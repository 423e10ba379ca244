"""How many calls to place: overdial, the sliding windows, and what is left for private leads."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.campaign import PacingMode
from minidialer.domain.pacing.decision import decide, spare, wanted
from minidialer.domain.pacing.start_window import StartWindow
from minidialer.domain.pacing.view import PacingView

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
POWER, PROGRESSIVE, MANUAL = PacingMode.POWER, PacingMode.PROGRESSIVE, PacingMode.MANUAL


def view(
    ready: int, percent: int, in_flight: int = 0, mode: PacingMode = POWER, starts_left: int = 99, trunk_left: int = 99
) -> PacingView:
    """A view with limits out of the way."""
    return PacingView(mode, percent, ready, in_flight, starts_left, trunk_left)


@pytest.mark.parametrize(
    ("ready", "percent", "in_flight", "count"),
    [
        (1, 0, 0, 1),
        (1, 0, 1, 0),
        (5, 0, 2, 3),
        (1, 100, 0, 2),  # the original's own example
        (1, 100, 1, 1),
        (3, 100, 6, 0),
        (1, 50, 0, 1),  # fractions floor over all free agents, not for each
        (2, 50, 0, 3),
        (3, 50, 0, 4),
        (3, 33, 0, 3),
        (10, 33, 0, 13),
        (2, 250, 0, 7),
        (3, 250, 0, 10),
        (0, 250, 0, 0),
        (1, 0, 9, 0),  # agents went: never negative
    ],
)
def test_overdial(ready: int, percent: int, in_flight: int, count: int) -> None:
    assert decide(view(ready, percent, in_flight)).count == count


def test_progressive_and_manual_know_no_overdial() -> None:
    assert decide(view(3, 250, mode=PROGRESSIVE)).count == 3
    assert decide(view(3, 250, mode=MANUAL)).count == 0


@pytest.mark.parametrize(
    ("starts_left", "trunk_left", "count", "why"),
    [
        (99, 99, 10, "5 ready × (1+100 %) − 0 under way = 10; limit 5 s: 99 left"),
        (4, 99, 4, "limit 5 s holds it at 4"),
        (0, 99, 0, "limit 5 s holds it at 0"),
        (99, 3, 3, "the trunk holds it at 3"),
        (2, 1, 1, "the trunk holds it at 1"),
    ],
)
def test_the_limit_that_holds_is_named(starts_left: int, trunk_left: int, count: int, why: str) -> None:
    decision = decide(view(5, 100, starts_left=starts_left, trunk_left=trunk_left))
    assert decision.count == count
    assert why in str(decision.reason)


views = st.builds(
    PacingView,
    mode=st.sampled_from(PacingMode),
    overdial_percent=st.integers(0, 1000),
    ready=st.integers(0, 500),
    in_flight=st.integers(0, 2000),
    starts_left=st.integers(0, 100),
    trunk_left=st.integers(0, 100),
)


@given(views)
def test_a_decision_keeps_every_limit(seen: PacingView) -> None:
    count = decide(seen).count
    assert 0 <= count <= min(seen.starts_left, seen.trunk_left)
    assert count == 0 or seen.in_flight + count <= wanted(seen)
    assert str(decide(seen).reason)


@given(views)
def test_who_is_spared_for_a_private_lead_is_not_needed(seen: PacingView) -> None:
    """The others still are enough for the calls under way; one more would be too many."""
    count = spare(seen)
    assert 0 <= count <= seen.ready

    def enough(ready: int) -> bool:
        return wanted(view(ready, seen.overdial_percent, mode=seen.mode)) >= seen.in_flight

    if seen.mode is not MANUAL:
        assert enough(seen.ready - count) or count == 0
        assert count == seen.ready or not enough(seen.ready - count - 1)


def test_a_start_leaves_the_window_exactly_its_span_after_it_entered() -> None:
    window = StartWindow(timedelta(seconds=5))
    window.add(NOW)
    assert window.left(1, NOW + timedelta(seconds=4, microseconds=999_999)) == 0
    assert window.next_free(NOW) == NOW + timedelta(seconds=5)
    assert window.left(1, NOW + timedelta(seconds=5)) == 1
    assert window.next_free(NOW + timedelta(seconds=5)) is None


def test_a_limit_lowered_meanwhile_leaves_nothing() -> None:
    window = StartWindow(timedelta(seconds=5))
    for _ in range(4):
        window.add(NOW)
    assert window.left(2, NOW) == 0


@given(st.lists(st.floats(0, 3, allow_nan=False), max_size=80), st.integers(1, 6))
def test_the_limit_holds_in_every_window_wherever_it_is_laid(pauses: list[float], limit: int) -> None:
    """A fixed grid of five seconds would let twice as many through."""
    window, now, starts = StartWindow(timedelta(seconds=5)), NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        if window.left(limit, now):
            window.add(now)
            starts.append(now)
    for first in starts:
        assert sum(1 for start in starts if first <= start < first + timedelta(seconds=5)) <= limit


def test_a_clock_set_back_frees_nothing_early() -> None:
    window = StartWindow(timedelta(seconds=5))
    window.add(NOW)
    window.add(NOW - timedelta(hours=1))
    assert window.left(2, NOW - timedelta(hours=1)) == 0
    assert window.left(2, NOW + timedelta(seconds=5)) == 2
