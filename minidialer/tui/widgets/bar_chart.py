"""Upright bars of stacked parts, each with a label below and figures under that: a day by its hours, a week by days."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from minidialer.i18n import decimal
from minidialer.tui.text import fitted, plain

_BLOCKS = " ▁▂▃▄▅▆▇█"
_STEPS = len(_BLOCKS) - 1  # heights within one cell
_MARGIN = 11  # cells at the left, for what the height means and what the figures are
_WIDEST = 7  # cells from one bar to the next
_LEAST_BARS = 2  # lines that bars need
_NOTHING = -1


@dataclass(frozen=True)
class Part:
    """What one colour of the bars means. `style`: good, warn, bad, dim or accent."""

    label: str
    style: str


@dataclass(frozen=True)
class Bar:
    """`parts`: from below, as many as the chart has; `figures`: as many as the chart has names for."""

    label: str
    parts: tuple[float, ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bars:
    """A whole chart. `height_of`: says in words how much the highest bar is; `figures`: names of the figures."""

    title: str
    parts: tuple[Part, ...] = ()
    bars: tuple[Bar, ...] = ()
    figures: tuple[str, ...] = ()
    height_of: Callable[[float], str] = lambda top: decimal(top, "g")


class BarChart(Widget, can_focus=False):
    """`show(bars)` as often as one likes. Title and legend, the bars, their labels, and figures while there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bar-chart--{name}" for name in ("good", "warn", "bad", "dim", "accent", "label", "title")
    }
    DEFAULT_CSS = """
    BarChart { height: 9;
        & > .bar-chart--good { color: $success; }
        & > .bar-chart--warn { color: $warning; }
        & > .bar-chart--bad { color: $error; }
        & > .bar-chart--dim { color: $border; }
        & > .bar-chart--accent { color: $accent; }
        & > .bar-chart--label { color: $foreground 60%; }
        & > .bar-chart--title { text-style: bold; }
    }
    """
    _bars = Bars("")

    def show(self, bars: Bars) -> None:
        """This chart instead."""
        self._bars = bars
        self.refresh()

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self._heading()
        figures = self._figures_shown
        lines = self.size.height - 2 - len(figures)
        if not self._bars.bars or y > self.size.height - 1:
            return self._strip()
        if y <= lines:
            return self._level(lines - y, lines)
        if y == lines + 1:
            return self._labels()
        return self._numbers(figures[y - lines - 2])

    @property
    def _cell(self) -> int:
        """Cells from one bar to the next; where there are too many bars, only the last ones are shown."""
        room = self.size.width - _MARGIN
        return max(1, min(_WIDEST, room // max(1, len(self._bars.bars))))

    @property
    def _shown(self) -> Sequence[Bar]:
        return self._bars.bars[-max(1, (self.size.width - _MARGIN) // self._cell) :]

    @property
    def _figures_shown(self) -> Sequence[int]:
        """Places of the figures that fit below the bars, in height and in width."""
        room = max(0, self.size.height - 2 - _LEAST_BARS - 1)
        fit = [
            place
            for place in range(len(self._bars.figures))
            if all(cell_len(bar.figures[place]) < self._cell for bar in self._shown)
        ]
        return fit[:room]

    @property
    def _top(self) -> float:
        return max((sum(bar.parts) for bar in self._shown), default=0)

    def _heading(self) -> Strip:
        segments = [Segment(plain(self._bars.title), self._style("title"))]
        for part in self._bars.parts if self._bars.bars else ():
            segments += [Segment("   ■ ", self._style(part.style)), Segment(part.label, self._style("label"))]
        return self._strip(*segments)

    def _level(self, up: int, lines: int) -> Strip:
        said = self._bars.height_of(self._top) if up == lines - 1 else ""
        mark = "┤" if up == lines - 1 else "│"
        segments = [Segment(fitted(f"{said} ", _MARGIN - 2, right=True) + mark + " ", self._style("label"))]
        wide = max(1, self._cell - 1)
        for bar in self._shown:
            sign, style = self._block(self._parts_of(bar, up, lines))
            segments += [Segment(sign * wide, style), Segment(" " * (self._cell - wide), self.rich_style)]
        return self._strip(*segments)

    def _parts_of(self, bar: Bar, up: int, lines: int) -> list[int]:
        """Which part each step of this cell is filled by, from below."""
        scale = lines * _STEPS / self._top if self._top else 0
        ends: list[int] = []
        for part, end in zip(bar.parts, accumulate(bar.parts), strict=True):
            below = ends[-1] if ends else 0
            ends.append(max(below + 1 if part > 0 else below, round(end * scale)))  # something is not nothing
        steps = range(up * _STEPS, (up + 1) * _STEPS)
        return [next((place for place, end in enumerate(ends) if step < end), _NOTHING) for step in steps]

    def _block(self, steps: list[int]) -> tuple[str, Style]:
        """A sign and its colours; a cell shows two at most."""
        filled = [place for place in steps if place != _NOTHING]
        if not filled:
            return " ", self.rich_style
        if len(filled) < _STEPS:
            return _BLOCKS[len(filled)], self._part_style(Counter(filled).most_common(1)[0][0])
        lower = filled[0]
        above = [place for place in filled if place != lower]
        style = self._part_style(lower)
        if not above:
            return " ", Style(bgcolor=style.color)  # without the gaps that fonts leave between full blocks
        upper = self._part_style(Counter(above).most_common(1)[0][0])
        return _BLOCKS[_STEPS - len(above)], style + Style(bgcolor=upper.color)

    def _labels(self) -> Strip:
        every = -(-max((cell_len(bar.label) + 1 for bar in self._shown), default=1) // self._cell)
        text = ""
        for place, bar in enumerate(self._shown):
            left = place * self._cell
            if place % every == 0 and _MARGIN + left + cell_len(bar.label) <= self.size.width:
                text += " " * (left - cell_len(text)) + bar.label
        return self._strip(Segment(" " * (_MARGIN - 2) + "└ " + text, self._style("label")))

    def _numbers(self, place: int) -> Strip:
        wide = max(1, self._cell - 1)
        text = "".join(f"{bar.figures[place]:<{wide}} " for bar in self._shown)
        return self._strip(
            Segment(fitted(self._bars.figures[place], _MARGIN), self._style("label")), Segment(text, self.rich_style)
        )

    def _part_style(self, place: int) -> Style:
        return self._style(self._bars.parts[place].style)

    def _strip(self, *segments: Segment) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"bar-chart--{name}")
