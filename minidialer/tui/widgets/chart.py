"""Bars over time: a line or more for each of some series, the newest at the right edge, the time below if it fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from minidialer.tui.text import fitted, plain, thousands

V = TypeVar("V")
_BLOCKS = " ▁▂▃▄▅▆▇█"
_STEPS = len(_BLOCKS) - 1  # heights within one cell
_LABEL, _TOTAL, _GAP = 10, 6, 2
_TICK = 15  # values between two texts of the axis


@dataclass(frozen=True)
class Series:
    """`values`, the oldest first. `top`: what fills the height; `style`: one of good, bad, accent."""

    label: str
    values: tuple[int, ...]
    top: int
    style: str


class Chart(Widget, can_focus=False):
    """`show(series, axis)` as often as one likes; the height there is, is shared by the series."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"chart--{name}" for name in ("dim", "good", "bad", "accent")}
    DEFAULT_CSS = """
    Chart { height: 3;
        & > .chart--dim { color: $foreground 60%; }
        & > .chart--good { color: $text-success; }
        & > .chart--bad { color: $text-error; }
        & > .chart--accent { color: $text-accent; }
    }
    """
    _series: Sequence[Series] = ()
    _axis: Sequence[str] = ()

    def show(self, series: Sequence[Series], axis: Sequence[str] = ()) -> None:
        """These instead; `axis`: a text for each of the values, shown for every fifteenth."""
        if (series, axis) != (self._series, self._axis):
            self._series, self._axis = series, axis
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line: label and sum in the series' last line, what fills it in its first, bars in all of them."""
        each, rest = divmod(self.size.height, max(1, len(self._series)))
        index, line = divmod(y, each) if each else (len(self._series), 0)
        if index < len(self._series):
            return self._bars(self._series[index], each - 1 - line, each)
        return self._times() if rest and index == len(self._series) and line == 0 else self._blank()

    def _bars(self, series: Series, up: int, height: int) -> Strip:
        style = self._style(series.style)
        shown, wide = self._visible(series.values)
        steps = (-(-value * _STEPS * height // max(1, series.top)) - up * _STEPS for value in shown)
        bars = "".join(_BLOCKS[max(0, min(_STEPS, step))] * wide for step in steps)
        head = (
            " " * _LABEL + fitted(thousands(series.top), _TOTAL, right=True)
            if up == height - 1 and any(series.values)
            else ""
        )
        if up == 0:
            head = fitted(plain(series.label), _LABEL) + fitted(thousands(sum(series.values)), _TOTAL, right=True)
        head = head or " " * (_LABEL + _TOTAL)
        width = self.size.width - len(head)
        return self._line(Segment(head, self._style("dim")), Segment(fitted(bars, width, right=True), style))

    def _times(self) -> Strip:
        shown, wide = self._visible(self._axis)
        line = [" "] * (len(shown) * wide)
        for place, text in enumerate(shown):
            if (len(shown) - 1 - place) % _TICK == 0:
                left = max(0, (place + 1) * wide - len(text))
                line[left : left + len(text)] = text
        return self._line(Segment(fitted("".join(line), self.size.width, right=True), self._style("dim")))

    def _visible(self, values: Sequence[V]) -> tuple[Sequence[V], int]:
        """The newest of them, as many as fit, and how many cells each takes."""
        room = max(1, self.size.width - _LABEL - _TOTAL - _GAP)
        return values[-room:], max(1, room // max(1, len(values)))

    def _line(self, *segments: Segment) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _blank(self) -> Strip:
        return Strip.blank(self.size.width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"chart--{name}")
