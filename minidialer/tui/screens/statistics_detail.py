"""All there is about one line of the statistics: its time with pauses by reason, its talks, dispositions, hours."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from minidialer.control.models.stats import HOURS, HoursOf, HourStats, Work
from minidialer.control.sentences import ControlError
from minidialer.control.stats_tables import clock, hours_table, tenths
from minidialer.control.words import word
from minidialer.i18n import N_, _, decimal, say
from minidialer.tui.page import Page, doing
from minidialer.tui.text import age, fitted, plain, thousands
from minidialer.tui.widgets.bar_chart import BarChart, Bars

from .statistics_file import write_table_file
from .statistics_hours import chart, is_long
from .statistics_rows import Row, pause_name

_BLOCK = "▆"  # lower than the line, so that bars under each other stay apart
_LABEL, _VALUE, _GAP, _PERCENT = 20, 9, 2, 5


@dataclass(frozen=True)
class Line:
    """What it is, how much, and which share of the whole; `inner`: a part of the line above."""

    label: str
    said: str
    share: float | None = None
    style: str = ""
    inner: bool = False


class Lines(Widget, can_focus=False):
    """A heading, and lines with a bar each."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{name}" for name in ("good", "warn", "bad", "dim", "accent")}
    DEFAULT_CSS = """
    Lines { height: auto; margin-bottom: 1;
        & > .lines--good { color: $success; }
        & > .lines--warn { color: $warning; }
        & > .lines--bad { color: $error; }
        & > .lines--dim { color: $foreground 60%; }
        & > .lines--accent { color: $accent; }
    }
    """

    def __init__(self, heading: str, lines: list[Line]) -> None:
        super().__init__()
        self._heading, self._lines = heading, lines

    def render(self) -> RenderResult:
        shown = Text(no_wrap=True, overflow="crop")
        shown.append(self._heading, "bold")
        label = max(_LABEL, min(40, (self.size.width - _VALUE) // 2))
        room = max(0, self.size.width - label - _VALUE - 2 * _GAP)
        dim = self._style("dim")
        for line in self._lines:
            name = fitted(plain(f"  {line.label}" if line.inner else line.label), label)
            shown.append(f"\n{name}", dim if line.inner else "")
            shown.append(fitted(line.said, _VALUE, right=True), dim if line.inner else "")
            if line.share is not None:
                shown.append(" " * _GAP + _bar(line.share, room - _PERCENT), self._style(line.style or "dim"))
        return shown

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"lines--{name}", partial=name != "dim")


class StatisticsDetailPage(Page):
    """`work` as it was counted when the page was opened; its hours are asked for."""

    NAME = N_("Statistics")
    ABOUT = N_(
        "Everything about one line of the statistics: where the time went, pauses by reason, what came of the talks.\n"
        "Bars beside times show the share of the time on duty, beside dispositions the share of all talks, beside "
        "outcomes the share of all attempts. `x` writes the hours to a file."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "hours", N_("Hours/days")),
        Binding("x", "export", N_("Export")),
    ]
    DEFAULT_CSS = """
    StatisticsDetailPage Horizontal { height: 1fr; }
    StatisticsDetailPage VerticalScroll { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    StatisticsDetailPage BarChart { height: 8; padding: 0 1; border-top: solid $border; }
    StatisticsDetailPage.-tall BarChart { height: 14; }
    """

    def __init__(self, row: Row, time: str, asked: HoursOf, *, of_calls: bool) -> None:
        super().__init__()
        self._row, self._time, self._asked, self._of_calls = row, time, asked, of_calls
        self._hours: HourStats | None = None
        self._by_day = True

    def body(self) -> ComposeResult:
        yield Static(Text(plain(self._row.title), no_wrap=True, overflow="ellipsis"), classes="heading")
        yield Static(Text(plain(self._time), no_wrap=True, overflow="ellipsis"), classes="line")
        with Horizontal():
            with VerticalScroll():
                yield Lines(_("Time on duty"), list(_times(self._row.work)))
            with VerticalScroll():
                if self._of_calls:
                    yield Lines(_("Calls"), list(_calls(self._row)))
                yield Lines(_("Talks"), list(_talks(self._row.work)))
        yield BarChart()

    async def load(self) -> None:
        try:
            async with self.supervisor.session.line() as client:
                self._hours = await client.call(HOURS, self._asked)
        except ControlError as error:  # more days than there are hours of
            self.query_one(BarChart).show(Bars(say(error.sentence)))
            return
        self._show_hours()

    def _show_hours(self) -> None:
        if self._hours is not None:
            who, zone = self._row.title, self.supervisor.zone
            bars = chart(self._hours, who, zone, of_calls=self._of_calls, by_day=self._by_day)
            self.query_one(BarChart).show(bars)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "hours":
            return self._hours is not None and is_long(self._hours)
        if action == "export":
            return self._hours is not None
        return super().check_action(action, parameters)

    def action_hours(self) -> None:
        self._by_day = not self._by_day
        self._show_hours()

    @doing
    async def action_export(self) -> None:
        if self._hours is not None:
            name = _("hours of {who}").format(who=self._row.title)
            await write_table_file(self, hours_table(self._hours, tenths), name)


def _times(work: Work) -> Iterator[Line]:
    whole = work.logged_in

    def line(label: str, seconds: float, style: str, *, inner: bool = False) -> Line:
        return Line(label, clock(seconds), seconds / whole if whole else None, style, inner)

    yield Line(_("on duty"), clock(whole))
    yield line(_("idle"), work.ready, "dim")
    yield line(_("being connected"), work.reserved, "dim")
    yield line(_("talking"), work.talk, "good")
    yield line(_("form"), work.wrap_up, "accent")
    yield line(_("pauses"), work.pause_total, "warn")
    for reason, seconds in work.pauses.items():
        yield line(pause_name(reason), seconds, "warn", inner=True)


def _talks(work: Work) -> Iterator[Line]:
    yield Line(_("talks"), thousands(work.calls))
    if work.calls_per_hour is not None:
        yield Line(_("talks an hour"), decimal(work.calls_per_hour, ".1f"))
    if work.average_talk is not None:
        yield Line(_("average talk"), age(round(work.average_talk)))
    yield Line(_("successes"), thousands(work.successes), work.successes / work.calls if work.calls else None, "good")
    for name, count in work.dispositions.items():
        yield Line(name, thousands(count), count / work.calls if work.calls else None, "accent", inner=True)


def _calls(row: Row) -> Iterator[Line]:
    calls = row.calls
    whole = calls.attempts or 1
    yield Line(_("attempts"), thousands(calls.attempts))
    styles = {"answered": "good", "abandoned": "bad"}
    for outcome, count in calls.outcomes.items():
        yield Line(word(outcome), thousands(count), count / whole, styles.get(outcome, "dim"), inner=True)
    if calls.abandon_rate is not None:
        yield Line(_("lost, %"), decimal(calls.abandon_rate, ".2f"))
    if calls.late:
        yield Line(_("connected late"), thousands(calls.late))
    if calls.by_hand:
        yield Line(_("called by hand"), thousands(calls.by_hand))


def _bar(share: float, room: int) -> str:
    """The share in percent, and as a bar."""
    return f"{share:4.0%} " + _BLOCK * math.ceil(min(1.0, share) * max(0, room))
