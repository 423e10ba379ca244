"""Calling windows: how they are written, and when they are open on the clock of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.calling_window import CallingWindow, CallingWindowError

WARSAW = ZoneInfo("Europe/Warsaw")


def is_open(window: str, local: str, zone: ZoneInfo = WARSAW, *, fold: int = 0) -> bool:
    """At this local time (ISO form)."""
    moment = datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold)
    return CallingWindow.parse(window).is_open(moment.astimezone(UTC), zone)


@pytest.mark.parametrize(
    ("window", "local", "expected"),
    [
        ("", "2026-05-03T03:00", True),
        ("mon-fri 9:00-20:00", "2026-05-04T08:59:59.999999", False),  # a Monday
        ("mon-fri 9:00-20:00", "2026-05-04T09:00", True),
        ("mon-fri 9:00-20:00", "2026-05-04T19:59:59.999999", True),
        ("mon-fri 9:00-20:00", "2026-05-04T20:00", False),
        ("mon-fri 9:00-20:00", "2026-05-09T12:00", False),
        ("mon-fri 9:00-20:00, sat 10:00-16:00", "2026-05-09T12:00", True),
        ("mon-fri 9:00-20:00, sat 10:00-16:00", "2026-05-10T12:00", False),
        ("MON-FRI  09:00-20:00", "2026-05-04T12:00", True),
        ("mon 9:00-12:00, mon 14:00-18:00", "2026-05-04T13:00", False),
        ("mon 9:00-12:00, mon 14:00-18:00", "2026-05-04T14:00", True),
        ("sat-mon 9:00-20:00", "2026-05-10T12:00", True),  # over the week's end
        ("sat-mon 9:00-20:00", "2026-05-05T12:00", False),
        ("mon 0:00-24:00", "2026-05-04T00:00", True),
        ("mon 0:00-24:00", "2026-05-04T23:59:59.999999", True),
        ("mon 0:00-24:00", "2026-05-05T00:00", False),
        ("mon 20:00-24:00, tue 0:00-2:00", "2026-05-05T01:59", True),
    ],
)
def test_open_or_not(window: str, local: str, expected: bool) -> None:
    assert is_open(window, local) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9:00-20:00", "is not a calling window"),
        ("mon-fri 9-20", "is not a calling window"),
        ("mon-fri 9:00–20:00", "is not a calling window"),  # a dash of typography
        ("mon–fri 9:00-20:00", "is not a calling window"),
        ("mon fri 9:00-20:00", "is not a calling window"),
        ("monday 9:00-20:00", "is not a calling window"),
        ("mon 9:00-20:00; tue 9:00-20:00", "is not a calling window"),
        ("pon-pia 9:00-20:00", "“pon” is not a day"),
        ("mon-xyz 9:00-20:00", "“xyz” is not a day"),
        ("mon 20:00-9:00", "ends before it starts"),
        ("mon 9:00-9:00", "ends before it starts"),
        ("mon 24:00-24:00", "ends before it starts"),
        ("mon 9:00-24:01", "“24:01” is not a time of day"),
        ("mon 9:60-10:00", "“9:60” is not a time of day"),
        ("mon 25:00-26:00", "“25:00” is not a time of day"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str) -> None:
    with pytest.raises(CallingWindowError, match=message):
        CallingWindow.parse(text)


def test_the_day_the_clock_goes_forward() -> None:
    """29 March 2026 in Warsaw: 2:00 is 3:00, so the window lasts an hour less."""
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    window = CallingWindow.parse("sun 1:00-4:00")
    minutes = [step for step in range(24 * 60) if window.is_open(midnight + timedelta(minutes=step), WARSAW)]
    assert (minutes[0], len(minutes)) == (60, 120)


def test_the_day_the_clock_goes_back() -> None:
    """25 October 2026 in Warsaw: the hour from 2:00 comes twice, and calling is allowed in both."""
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    window = CallingWindow.parse("sun 2:00-3:00")
    minutes = [step for step in range(25 * 60) if window.is_open(midnight + timedelta(minutes=step), WARSAW)]
    assert (minutes[0], len(minutes)) == (120, 120)


@pytest.mark.parametrize(
    ("window", "now", "hours"),
    [
        ("sun 0:00-24:00", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("sun 0:00-24:00", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        ("sun 0:00-24:00", datetime(2026, 5, 2, 22, tzinfo=UTC), 24),
        ("sun 1:00-4:00, sun 9:00-20:00", datetime(2026, 3, 28, 23, tzinfo=UTC), 2 + 11),
        ("sun 1:00-4:00, sun 9:00-20:00", datetime(2026, 10, 24, 22, tzinfo=UTC), 4 + 11),
        ("sun 9:00-20:00", datetime(2026, 10, 25, 12, tzinfo=UTC), 7),  # 13:00 there
        ("mon 9:00-20:00", datetime(2026, 10, 25, 12, tzinfo=UTC), 0),
    ],
)
def test_what_is_left_of_a_day_on_which_the_clocks_change(window: str, now: datetime, hours: int) -> None:
    assert CallingWindow.parse(window).open_left(now, WARSAW) == hours * 3600


def test_a_window_means_the_clock_of_the_zone_not_utc() -> None:
    noon_utc = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
    window = CallingWindow.parse("mon 9:00-20:00")
    assert window.is_open(noon_utc, ZoneInfo("UTC"))
    assert not window.is_open(noon_utc, WARSAW)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        window = CallingWindow.parse(text)
    except CallingWindowError as error:
        assert str(error).endswith(".")
    else:
        assert window.is_open(datetime(2026, 5, 4, 10, tzinfo=UTC), WARSAW) in (True, False)
