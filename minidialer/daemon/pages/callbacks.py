"""Callback times: one to suggest, and a warning about one outside the calling window."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from minidialer.domain.calling_window import CallingWindow, window_text
from minidialer.domain.campaign import Campaign
from minidialer.domain.disposition import CallbackTimeError
from minidialer.domain.sentence import Sentence, sentence

_STEP = timedelta(minutes=15)
_AHEAD = timedelta(hours=1)
_A_WEEK = 8 * 24 * 4  # steps
_DAYS = {
    "mon": sentence("Mon"),
    "tue": sentence("Tue"),
    "wed": sentence("Wed"),
    "thu": sentence("Thu"),
    "fri": sentence("Fri"),
    "sat": sentence("Sat"),
    "sun": sentence("Sun"),
}


def suggested(window: CallingWindow, zone: ZoneInfo, now: datetime) -> datetime:
    """A full quarter of an hour, an hour ahead or a little more, inside the calling window when it ever opens."""
    first = now + _AHEAD
    first += timedelta(seconds=-(first.timestamp() % _STEP.total_seconds()) % _STEP.total_seconds())
    first = first.replace(microsecond=0)
    return next((at for at in (first + _STEP * step for step in range(_A_WEEK)) if window.is_open(at, zone)), first)


def warning(campaign: Campaign | None, at: datetime, zone: ZoneInfo, now: datetime) -> Sentence | None:
    """What is wrong with this time though it can be saved. Raises CallbackTimeError for one that is over."""
    if at <= now:
        raise CallbackTimeError("The time of the next call is in the past: choose a later one.")
    if campaign is None or campaign.settings.calling_window.is_open(at, zone):
        return None
    return sentence(
        "Campaign “{campaign}” does not call at that time, only {window}.",
        campaign=campaign.name,
        window=_spoken(window_text(campaign.settings.calling_window).split(", ")),
    )


def _spoken(spans: list[str]) -> Sentence:
    """A window in the reader's words: its days are words of a language."""
    days, _, hours = spans[0].partition(" ")
    first, _, last = days.partition("-")
    if last:
        span = sentence("{first}–{last} {hours}", first=_DAYS[first], last=_DAYS[last], hours=hours)
    else:
        span = sentence("{day} {hours}", day=_DAYS[first], hours=hours)
    return sentence("{span}, {others}", span=span, others=_spoken(spans[1:])) if spans[1:] else span
