"""Periods of time as people name them, on the clock of the call centre: words, days, moments; their hours.

A day is as long as it is there: 23, 24 or 25 hours. Weeks begin on Monday.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .days import start_of
from .nearest import nearest
from .sentence import RefusedError

_DAY = timedelta(days=1)
_TICK = timedelta(minutes=15)  # every zone's clock is a whole number of these away from UTC
Days = tuple[date, date]  # the first day, and the day after the last

WORDS: dict[str, Callable[[date], Days]] = {
    "today": lambda day: (day, day + _DAY),
    "yesterday": lambda day: (day - _DAY, day),
    "this-week": lambda day: (_monday(day), _monday(day) + 7 * _DAY),
    "last-week": lambda day: (_monday(day) - 7 * _DAY, _monday(day)),
    "this-month": lambda day: (_first(day), _first(_first(day) + 31 * _DAY)),
    "last-month": lambda day: (_first(_first(day) - _DAY), _first(day)),
}


class PeriodError(RefusedError):
    """What was given is no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to just before `until`, in UTC."""

    since: datetime
    until: datetime


def period(since: str, until: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """The period from what `since` names to the end of what `until` (else `since`) names, at most to `now`.

    Each is a word of WORDS, a day (2026-05-04), or a moment; a moment without a zone is on the clock of `zone`, counts
    to the minute, and as `until` ends the period. A lone moment lasts to `now`. Raises PeriodError.
    """
    begin, end = _span(since, zone, now)
    if until is not None:
        end = _span(until, zone, now, last=True)[1]
    if begin >= now:
        raise PeriodError("{since} has not begun yet: choose an earlier time.", since=since)
    if end <= begin:
        raise PeriodError("The end {until} comes before {since}: change one of them.", until=until, since=since)
    return Period(begin, min(end, now))


def hours(whole: Period, zone: ZoneInfo) -> list[Period]:
    """The period cut at the full hours of that clock; when clocks go back, an hour comes twice."""
    borders = [whole.since]
    tick = _floor(whole.since, _TICK) + _TICK
    while tick < whole.until:
        if tick.astimezone(zone).minute == 0:
            borders.append(tick)
        tick += _TICK
    borders.append(whole.until)
    return [Period(start, end) for start, end in itertools.pairwise(borders)]


def _span(text: str, zone: ZoneInfo, now: datetime, *, last: bool = False) -> tuple[datetime, datetime]:
    word = WORDS.get(text)
    if word is not None:
        first, after = word(now.astimezone(zone).date())
        return start_of(first, zone), start_of(after, zone)
    try:
        if len(text) == len("2026-05-04"):
            day = date.fromisoformat(text)
            return start_of(day, zone), start_of(day + _DAY, zone)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        at = moment.astimezone(UTC).replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        near = nearest(text, WORDS)
        if near is not None:
            raise PeriodError("“{text}” is no time: did you mean {near}?", text=text, near=near) from None
        raise PeriodError(
            "“{text}” is no time: write {words}, a day like 2026-05-04, or 2026-05-04T09:30.",
            text=text,
            words=", ".join(WORDS),
        ) from None
    return at, at if last else now


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first(day: date) -> date:
    return day.replace(day=1)


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - datetime(1970, 1, 1, tzinfo=UTC)) % step
