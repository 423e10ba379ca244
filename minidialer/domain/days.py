"""Days on the clock of the call centre."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Its first moment, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def today(now: datetime, zone: ZoneInfo) -> date:
    """The day it is there."""
    return now.astimezone(zone).date()


def end_of_today(now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of tomorrow, in UTC."""
    return start_of(today(now, zone) + timedelta(days=1), zone)
