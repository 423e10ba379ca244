"""Periods as people name them, on the clock of the call centre."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.period import Period, PeriodError, hours, period

WARSAW, KOLKATA = ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Kolkata")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of summer time
NOW = datetime(2026, 5, 6, 12, 30, 30, tzinfo=UTC)  # a Wednesday, 14:30:30 in Warsaw


def shown(found: Period) -> tuple[str, str]:
    begin, end = (moment.astimezone(WARSAW).strftime("%m-%d %H:%M:%S") for moment in (found.since, found.until))
    return begin, end


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("today", None, ("05-06 00:00:00", "05-06 14:30:30")),
        ("yesterday", None, ("05-05 00:00:00", "05-06 00:00:00")),
        ("yesterday", "today", ("05-05 00:00:00", "05-06 14:30:30")),
        ("this-week", None, ("05-04 00:00:00", "05-06 14:30:30")),
        ("last-week", None, ("04-27 00:00:00", "05-04 00:00:00")),
        ("last-week", "yesterday", ("04-27 00:00:00", "05-06 00:00:00")),
        ("this-month", None, ("05-01 00:00:00", "05-06 14:30:30")),
        ("last-month", None, ("04-01 00:00:00", "05-01 00:00:00")),
        ("2026-03-29", None, ("03-29 00:00:00", "03-30 00:00:00")),
        ("2026-03-29", "2026-03-30", ("03-29 00:00:00", "03-31 00:00:00")),
        ("2026-05-05", "2099-01-01", ("05-05 00:00:00", "05-06 14:30:30")),
        ("2026-05-05T09:30", "2026-05-05T10:45:59", ("05-05 09:30:00", "05-05 10:45:00")),
        ("2026-05-05T07:30Z", "2026-05-05 10:45", ("05-05 09:30:00", "05-05 10:45:00")),
        ("2026-05-06T14:00", None, ("05-06 14:00:00", "05-06 14:30:30")),
    ],
)
def test_what_is_named(since: str, until: str | None, expected: tuple[str, str]) -> None:
    assert shown(period(since, until, WARSAW, NOW)) == expected


def test_december_and_january() -> None:
    new_year = datetime(2026, 1, 3, 12, tzinfo=UTC)
    assert shown(period("last-month", None, WARSAW, new_year)) == ("12-01 00:00:00", "01-01 00:00:00")
    assert shown(period("this-week", None, WARSAW, new_year))[0] == "12-29 00:00:00"
    december = datetime(2025, 12, 31, 12, tzinfo=UTC)
    assert shown(period("this-month", None, WARSAW, december)) == ("12-01 00:00:00", "12-31 13:00:00")


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("2026-05-07", None, "2026-05-07 has not begun yet: choose an earlier time."),
        ("today", "yesterday", "The end yesterday comes before today: change one of them."),
        ("2026-05-05T09:30", "2026-05-05T09:30", "The end 2026-05-05T09:30 comes before"),
        ("yesterdya", None, "“yesterdya” is no time: did you mean yesterday?"),
        ("2026-02-30", None, "“2026-02-30” is no time: write today, yesterday"),
        ("99999999999", None, "“99999999999” is no time"),
        ("0001-01-01T00:00+14:00", None, "“0001-01-01T00:00+14:00” is no time"),
        ("9999-12-31", None, "no time"),
        ("0001-01-01", None, "no time"),
    ],
)
def test_what_is_no_period(since: str, until: str | None, says: str) -> None:
    with pytest.raises(PeriodError) as caught:
        period(since, until, WARSAW, NOW)
    assert says in str(caught.value)


@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_no_text_does_worse_than_to_be_refused(since: str, until: str | None) -> None:
    with contextlib.suppress(PeriodError):
        period(since, until, WARSAW, NOW)


@pytest.mark.parametrize(
    ("day", "zone", "count"),
    [
        ("2026-03-28", WARSAW, 24),
        ("2026-03-29", WARSAW, 23),
        ("2025-10-26", WARSAW, 25),
        ("2026-03-29", KOLKATA, 24),
        ("2025-10-05", LORD_HOWE, 23),  # 2:00 becomes 2:30: the hour before lasts half an hour more
        ("2026-04-05", LORD_HOWE, 24),  # 2:00 becomes 1:30: it does so again
    ],
)
def test_a_day_has_the_hours_it_has_there(day: str, zone: ZoneInfo, count: int) -> None:
    whole = period(day, None, zone, NOW)
    found = hours(whole, zone)
    assert len(found) == count
    assert {one.since.astimezone(zone).minute for one in found} <= {0, 30}


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 5, 1)),  # noqa: DTZ001  # the zone is added below
    st.timedeltas(timedelta(minutes=1), timedelta(days=3)),
    st.sampled_from([WARSAW, KOLKATA, LORD_HOWE]),
)
def test_hours_follow_each_other_from_end_to_end(begin: datetime, length: timedelta, zone: ZoneInfo) -> None:
    whole = Period(begin.replace(tzinfo=UTC), begin.replace(tzinfo=UTC) + length)
    found = hours(whole, zone)
    assert (found[0].since, found[-1].until) == (whole.since, whole.until)
    for one, other in itertools.pairwise(found):
        assert one.until == other.since
        assert one.until.astimezone(zone).minute == 0
    assert all(timedelta() < one.until - one.since <= timedelta(hours=1.5) for one in found)
