"""Calling windows: the days and hours in which a campaign may call."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .days import start_of
from .sentence import RefusedError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = re.compile(r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<start>\d{1,2}:\d{2})-(?P<end>\d{1,2}:\d{2})")


class CallingWindowError(RefusedError):
    """A calling window that cannot be read."""


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """Spans of the week, e.g. ``mon-fri 9:00-20:00, sat 10:00-16:00``; no span: always open."""

    spans: tuple[tuple[frozenset[int], time, time], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "CallingWindow":
        """Read the form above; an empty text is always open. Raises CallingWindowError."""
        parts = [part.strip().lower() for part in text.split(",") if part.strip()]
        return cls(tuple(_span(part) for part in parts))

    def is_open(self, now: datetime, zone: ZoneInfo) -> bool:
        """Is calling allowed at this moment, on the clock of that zone?"""
        if not self.spans:
            return True
        local = now.astimezone(zone)
        day, moment = local.weekday(), local.time()
        for days, start, end in self.spans:  # asked at every event: a loop costs a third of any()
            if day in days and start <= moment and (moment < end or end == time.max):
                return True
        return False

    def open_left(self, now: datetime, zone: ZoneInfo) -> float | None:
        """Seconds of today that are open and still to come; None when it is always open."""
        if not self.spans:
            return None
        today = now.astimezone(zone).date()
        return sum(
            max(0.0, (_on(today, end, zone) - max(now, _on(today, start, zone))).total_seconds())
            for days, start, end in self.spans
            if today.weekday() in days
        )


def _on(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """That time of that day there, in UTC. A day has 23 or 25 hours when the clocks change."""
    if moment == time.max:
        return start_of(day + timedelta(days=1), zone)
    return datetime.combine(day, moment, zone).astimezone(UTC)


def window_text(window: CallingWindow) -> str:
    """The window in the form `CallingWindow.parse` reads; consecutive days as one range."""
    return ", ".join(f"{_days_text(days)} {_clock_text(start)}-{_clock_text(end)}" for days, start, end in window.spans)


def _days_text(days: frozenset[int]) -> str:
    first = next(day for day in sorted(days) if (day - 1) % 7 not in days or len(days) == 7)
    last = (first + len(days) - 1) % 7
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _clock_text(moment: time) -> str:
    return "24:00" if moment == time.max else f"{moment.hour}:{moment:%M}"


def _span(text: str) -> tuple[frozenset[int], time, time]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise CallingWindowError("“{text}” is not a calling window: write it like “mon-fri 9:00-20:00”.", text=text)
    first = _day(match["first"])
    last = _day(match["last"] or match["first"])
    days = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    start, end = _clock(match["start"]), _clock(match["end"])
    if start >= end:
        raise CallingWindowError("“{text}” ends before it starts: a window lies within one day.", text=text)
    return days, start, end


def _day(name: str) -> int:
    if name not in DAYS:
        raise CallingWindowError("“{name}” is not a day: use {days}.", name=name, days=", ".join(DAYS))
    return DAYS.index(name)


def _clock(text: str) -> time:
    hours, minutes = (int(part) for part in text.split(":"))
    if (hours, minutes) == (24, 0):
        return time.max
    try:
        return time(hours, minutes)
    except ValueError:
        raise CallingWindowError("“{text}” is not a time of day: use 0:00 to 24:00.", text=text) from None
