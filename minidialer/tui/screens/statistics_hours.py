"""Hours as bars: agents' time by what they did, or a campaign's calls by what became of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from minidialer.control.models.stats import HourStats, HourWork
from minidialer.i18n import N_, _
from minidialer.tui.text import thousands
from minidialer.tui.widgets.bar_chart import Bar, Bars, Part

from .statistics_rows import short

_ONE_DAY = timedelta(hours=26)  # the longest there is has 25 hours
_TIMES = ((N_("talking"), "good"), (N_("form"), "accent"), (N_("idle"), "dim"), (N_("pauses"), "warn"))
# The few that are lost lie at the bottom, where they are always seen.
_CALLS = ((N_("abandoned"), "bad"), (N_("connected"), "good"), (N_("not reached"), "dim"))
_COUNTED = ("ready", "reserved", "talk", "wrap_up", "pause_total", "calls", "successes")


@dataclass
class _Slot:
    """Hours that share a bar, summed."""

    label: str
    ready: float = 0
    reserved: float = 0
    talk: float = 0
    wrap_up: float = 0
    pause_total: float = 0
    calls: int = 0
    successes: int = 0
    attempts: int = 0
    answered: int = 0
    abandoned: int = 0

    def add(self, hour: HourWork) -> None:
        """One more of them."""
        for name in (*_COUNTED, "attempts", "answered", "abandoned"):
            setattr(self, name, getattr(self, name) + (getattr(hour, name) or 0))

    @property
    def empty(self) -> bool:
        """Did nothing happen?"""
        return not any(getattr(self, name) for name in (*_COUNTED, "attempts"))


def is_long(stats: HourStats) -> bool:
    """More than a day: then there are days to see, or all days' hours together."""
    return stats.until - stats.since > _ONE_DAY


def chart(stats: HourStats, who: str, zone: tzinfo, *, of_calls: bool, by_day: bool) -> Bars:
    """The bars. `of_calls`: what became of calls, else what agents did; `by_day`: a bar a day, if there are days."""
    by_day = by_day and is_long(stats)
    slots = _slots(stats, zone, "%d.%m" if by_day else "%H")
    if not by_day:
        slots = _trimmed(slots)
    title = _("{who}, by the day") if by_day else _("{who}, by the hour")
    make = _of_calls if of_calls else _of_time
    return make(title.format(who=who), slots)


def _slots(stats: HourStats, zone: tzinfo, form: str) -> list[_Slot]:
    slots: dict[str, _Slot] = {}
    for hour in stats.hours:
        label = hour.at.astimezone(zone).strftime(form)
        slots.setdefault(label, _Slot(label)).add(hour)
    return list(slots.values())


def _trimmed(slots: list[_Slot]) -> list[_Slot]:
    """In the order of the clock, without the hours before and after everything."""
    slots = sorted(slots, key=lambda slot: slot.label)
    busy = [place for place, slot in enumerate(slots) if not slot.empty]
    return slots[busy[0] : busy[-1] + 1] if busy else []


def _of_time(title: str, slots: list[_Slot]) -> Bars:
    bars = [
        Bar(
            slot.label,
            (slot.talk, slot.wrap_up, slot.ready + slot.reserved, slot.pause_total),
            (_said(slot.calls), _said(slot.successes)),
        )
        for slot in slots
    ]
    return _bars(title, _TIMES, bars, (_("talks"), _("successes")), short)


def _of_calls(title: str, slots: list[_Slot]) -> Bars:
    bars = []
    for slot in slots:
        abandoned = min(slot.abandoned, slot.answered)
        parts = (abandoned, slot.answered - abandoned, max(0, slot.attempts - slot.answered))
        figures = _said(slot.attempts), _said(slot.answered), _said(slot.successes)
        bars.append(Bar(slot.label, tuple(map(float, parts)), figures))
    names = (_("attempts"), _("answered"), _("successes"))
    return _bars(title, _CALLS, bars, names, lambda top: thousands(round(top)))


def _bars(
    title: str,
    parts: Iterable[tuple[str, str]],
    bars: list[Bar],
    figures: tuple[str, ...],
    height_of: Callable[[float], str],
) -> Bars:
    shown = tuple(Part(_(label), style) for label, style in parts)
    return Bars(title, shown, tuple(bars), figures, height_of)


def _said(count: int) -> str:
    return str(count) if count else "·"
