"""The lines at the top of the live panel; four times a second only those are drawn again that say something else."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from minidialer.tui.text import fitted, plain

_LEAST_NAME = 20  # cells the name of the campaign keeps, whatever stands beside it


class LiveHead(Widget, can_focus=False):
    """`show(...)` as often as one likes; as many lines as CSS gives it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"head--{name}" for name in ("name", "good", "dim")}
    DEFAULT_CSS = """
    LiveHead { height: 4; padding: 0 1;
        & > .head--name { text-style: bold; }
        & > .head--good { color: $text-success; }
        & > .head--dim { color: $foreground 60%; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = ("", "", False)
        self._facts: tuple[str, ...] = ()
        self._lines: tuple[tuple[str, str], ...] = ()

    def show(self, name: str, status: str, facts: Sequence[str], lines: Sequence[tuple[str, str]], *, on: bool) -> None:
        """Name, status (`on`: in green) and facts in the first line, then lines that have names of their own."""
        title, found, after = (plain(name), plain(status), on), tuple(facts), tuple(lines)
        before = self._lines
        if [label for label, _text in after] == [label for label, _text in before]:
            changed = [y for y, pair in enumerate(zip(after, before, strict=True), 1) if pair[0] != pair[1]]
        else:  # their column may be as wide as it was no more
            changed = list(range(1, self.size.height))
        if (title, found) != (self._title, self._facts):
            changed.append(0)
        self._title, self._facts, self._lines = title, found, after
        for y in changed:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One of them."""
        if y == 0:
            return self._line(self._first())
        if y > len(self._lines):
            return self._line([])
        label, text = self._lines[y - 1]
        wide = max(cell_len(label) for label, _text in self._lines) + 2
        shown = fitted(plain(text), max(0, self.size.width - wide))
        return self._line([Segment(fitted(label, wide), self._style("dim")), Segment(shown, self.rich_style)])

    def _first(self) -> list[Segment]:
        name, status, on = self._title
        facts = "   ".join(plain(fact) for fact in self._facts)
        beside = cell_len(f"   ● {status}   {facts}")
        name = fitted(name, min(cell_len(name), max(_LEAST_NAME, self.size.width - beside)))
        left = max(0, self.size.width - cell_len(f"{name}   ● {status}   "))
        return [
            Segment(f"{name}   ", self._style("name")),
            Segment(f"● {status}   ", self._style("good" if on else "dim")),
            Segment(fitted(facts, left), self._style("dim")),
        ]

    def _line(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"head--{name}")
