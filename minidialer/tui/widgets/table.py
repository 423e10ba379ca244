"""A table for rows that change while they are looked at.

Rows are objects; cells are made of them only for the lines on the screen, and with new rows only those lines are drawn
again whose cells differ: 600 rows changing four times a second cost what the 30 lines cost that are seen. The cursor
and the marks belong to a row's key, not to its place.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from minidialer.i18n import N_, _
from minidialer.tui.text import fitted, keyed, plain

from .columns import Cell, Column, Shared, share

T = TypeVar("T")
_NEAR_END = 20  # rows before the last at which more are asked for
_ATTRIBUTES = {"bold": Style(bold=True), "strike": Style(strike=True)}


class _Line(NamedTuple):
    """All that decides how a row's line looks; compared to what was drawn."""

    cells: tuple[str | Cell, ...]
    under_cursor: bool
    marked: bool


class Table(ScrollView, Generic[T], can_focus=True, inherit_bindings=False):
    """`table.show(rows)` as often as one likes; `table.current` is the row under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{name}" for name in ("title", "cursor", "cursor-away", "good", "warn", "bad", "dim", "accent", "key")
    }
    DEFAULT_CSS = """
    Table {
        height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        & > .table--title { color: $foreground 60%; }
        & > .table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .table--cursor-away { background: $boost; }
        & > .table--good { color: $text-success; }
        & > .table--warn { color: $text-warning; }
        & > .table--bad { color: $text-error; }
        & > .table--dim { color: $foreground 60%; }
        & > .table--accent { color: $text-accent; }
        & > .table--key { color: $text-accent; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Up"), show=False),
        Binding("down,j", "move(1)", N_("Down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home", "edge(-1)", N_("First"), show=False),
        Binding("end", "edge(1)", N_("Last"), show=False),
        Binding("enter", "choose", N_("Open"), show=False),
        Binding("space", "mark", N_("Mark"), show=False),
        Binding("o", "order", N_("Sort by the next column"), show=False),
        Binding("O", "turn", N_("Sort the other way round"), show=False),
    ]

    class Chosen(Message):
        """Enter, or a click on the row under the cursor."""

        def __init__(self, table: "Table[Any]", row: Any) -> None:
            super().__init__()
            self.table, self.row = table, row

        @property
        def control(self) -> "Table[Any]":
            return self.table

    class Moved(Chosen):
        """The cursor is on another row (None: on none)."""

    class EndNear(Message):
        """The cursor comes near the end: append what follows, if more is there."""

        def __init__(self, table: "Table[Any]") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "Table[Any]":
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], Hashable],
        empty: str = "",
        marks: bool = False,
        titles: bool = True,
        opens: str = "",
        pinned: Callable[[T], bool] = lambda _row: False,
        id: str | None = None,  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """`empty`: said while there are no rows, keys between backticks, marked by N_. `marks`: rows can be marked.

        `titles`: whether the first line names the columns; `opens`: what Enter does, for the key bar, marked by N_.
        `pinned`: rows that stay at the top however the others are sorted.
        """
        super().__init__(id=id, classes=classes)
        self.columns = list(columns)
        self.marked: set[Hashable] = set()
        self.empty = empty
        self._key = key
        self._marks = marks
        self._pinned = pinned
        self._header = 1 if titles else 0
        if opens:
            self._bindings.key_to_bindings["enter"] = [Binding("enter", "choose", opens)]
        self._rows: list[T] | None = None
        self._given: Sequence[T] = ()
        self._cursor = 0
        self._order: tuple[Column[T], bool] | None = None
        self._drawn: dict[int, _Line | str] = {}
        self._styles: dict[str, Style] = {}
        self._shares: tuple[int, list[Column[T]], Shared[T]] | None = None

    # -- what callers use ---------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[T]:
        """All rows as they are shown."""
        return self._rows or ()

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    @property
    def chosen(self) -> list[T]:
        """The marked rows, else the one under the cursor."""
        marked = [row for row in self.rows if self._key(row) in self.marked]
        return marked or ([self.current] if self.current is not None else [])

    def show(self, rows: Sequence[T]) -> None:
        """These rows instead of those before; cursor, marks and place stay where they were."""
        was = self._key(self.current) if self.current is not None else None
        self._given = rows
        self._rows = self._sorted(rows)
        keys = [self._key(row) for row in self._rows]
        self.marked &= set(keys)
        before = self._cursor
        self._cursor = keys.index(was) if was in keys else max(0, min(before, len(keys) - 1))
        self._fit_height()
        if self._cursor != before:
            self._reveal()
        self._draw_changes()
        if (keys[self._cursor] if keys else None) != was:
            self.post_message(self.Moved(self, self.current))

    def append(self, rows: Sequence[T]) -> None:
        """More rows after the present ones."""
        self.show([*self._given, *rows])

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on the row with this key; False when there is none."""
        for index, row in enumerate(self.rows):
            if self._key(row) == key:
                self._move_to(index)
                return True
        return False

    def set_columns(self, columns: Sequence[Column[T]]) -> None:
        """Other columns from now on, in the order given."""
        self.columns = list(columns)
        self._order = None
        self._draw_all()

    def say_empty(self, text: str) -> None:
        """Another text for when there are no rows, in the reader's language already."""
        if text != self.empty:
            self.empty = text
            self._draw_all()

    def sort_by(self, column: Column[T] | None, *, down: bool = False) -> None:
        """Sort by this column, or as given; rows shown later too."""
        self._order = (column, down) if column is not None else None
        self.show(self._given)
        self._draw_all()

    # -- keys and mouse -----------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self._move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        self._move_to(self._cursor + by * max(1, self._lines - 1))

    def action_edge(self, side: int) -> None:
        self._move_to(0 if side < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def action_mark(self) -> None:
        if self.current is not None:
            self.marked ^= {self._key(self.current)}
            self._draw_changes()
            self._move_to(self._cursor + 1)

    def action_order(self) -> None:
        """The next column that sorts; after the last one the order given."""
        sortable = [column for column, _width in self._shared().columns if column.order is not None]
        at = sortable.index(self._order[0]) + 1 if self._order is not None and self._order[0] in sortable else 0
        self.sort_by(sortable[at] if at < len(sortable) else None)

    def action_turn(self) -> None:
        """The column it is sorted by, the largest first; or the smallest again."""
        if self._order is not None:
            self.sort_by(self._order[0], down=not self._order[1])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "mark":
            return self._marks
        if action == "choose":
            return bool(self._rows)
        if action in {"order", "turn"}:
            return any(column.order is not None for column in self.columns)
        return super().check_action(action, parameters)

    def on_click(self, event: events.Click) -> None:
        if event.y < self._header:
            self._order_at(event.x)
            return
        index = event.y - self._header + self.scroll_offset.y
        if index >= len(self.rows):
            return
        if index == self._cursor and event.chain > 1:
            self.action_choose()
        self._move_to(index)

    def _order_at(self, x: int) -> None:
        left = 2 if self._marks else 0
        columns, gap = self._shared()
        for column, width in columns:
            if left <= x < left + width and column.order is not None:
                down = self._order is not None and self._order[0] is column and not self._order[1]
                self.sort_by(column, down=down)
                return
            left += width + gap

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self.rows) - 1))
        if not self.rows:
            return
        if index != self._cursor:
            self._cursor = index
            self.post_message(self.Moved(self, self.current))
        self._reveal()
        self._draw_changes()
        if index >= len(self.rows) - _NEAR_END:
            self.post_message(self.EndNear(self))

    # -- drawing ------------------------------------------------------------------------------------------------

    @property
    def _lines(self) -> int:
        return max(0, self.size.height - self._header)

    def _sorted(self, rows: Sequence[T]) -> list[T]:
        if self._order is None or self._order[0].order is None:
            return list(rows)
        first = [row for row in rows if self._pinned(row)]
        others = [row for row in rows if not self._pinned(row)]
        return [*first, *sorted(others, key=self._order[0].order, reverse=self._order[1])]

    def _fit_height(self) -> None:
        height = len(self.rows) + self._header
        if self.virtual_size.height != height:
            self.virtual_size = Size(0, height)

    def _reveal(self) -> None:
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True, force=True)
        elif self._lines and self._cursor >= top + self._lines:
            self.scroll_to(y=self._cursor - self._lines + 1, animate=False, immediate=True, force=True)

    def _draw_all(self) -> None:
        self._drawn.clear()
        self.refresh()

    def _draw_changes(self) -> None:
        """Ask for those lines to be drawn whose content is not what stands there."""
        width = self.size.width
        for y in range(self._header, self.size.height):
            if self._drawn.get(y) != self._line(y):
                self.refresh(Region(0, y, width, 1))

    def _line(self, y: int) -> _Line | str:
        index = y - self._header + self.scroll_offset.y
        if index >= len(self.rows):
            return "" if self.rows or self._rows is None else "empty"
        row = self.rows[index]
        cells = tuple(column.cell(row) for column, _width in self._shared().columns)
        return _Line(cells, index == self._cursor, self._key(row) in self.marked)

    def _shared(self) -> Shared[T]:
        """Reckoned once for a width: every line that is drawn asks for it."""
        width = self.size.width - (2 if self._marks else 0) - 1
        if self._shares is None or self._shares[:2] != (width, self.columns):
            self._shares = (width, list(self.columns), share(self.columns, width))
        return self._shares[2]

    def render_line(self, y: int) -> Strip:
        """One line of the widget; the first has the titles."""
        if y < self._header:
            return self._titles()
        line = self._line(y)
        self._drawn[y] = line
        if isinstance(line, _Line):
            return self._row_strip(line)
        return self._empty_line(y) if line else Strip.blank(self.size.width, self.rich_style)

    def _row_strip(self, line: _Line) -> Strip:
        over = self._style("cursor" if self.has_focus else "cursor-away") if line.under_cursor else Style()
        plain_style = self.rich_style + over
        segments = (
            [Segment("● " if line.marked else "○ ", self._style("accent" if line.marked else "dim") + over)]
            if self._marks
            else []
        )
        columns, gap = self._shared()
        for (column, width), cell in zip(columns, line.cells, strict=True):
            text, style = cell if isinstance(cell, Cell) else (cell, "")
            shown = fitted(plain(text), width, right=column.right)
            written = shown.rstrip() if "strike" in style else shown  # nothing is struck beyond the text
            segments.append(Segment(written, self._style(style) + over))
            if written is not shown:
                segments.append(Segment(shown[len(written) :], plain_style))
            segments.append(Segment(" " * gap, plain_style))
        return Strip(segments[:-1]).adjust_cell_length(self.size.width, plain_style)

    def _titles(self) -> Strip:
        style = self._style("title")
        segments = [Segment("  ", style)] if self._marks else []
        columns, gap = self._shared()
        for column, width in columns:
            title = column.shown_title
            if self._order is not None and self._order[0] is column:
                title = f"{title}{'↓' if self._order[1] else '↑'}"
            segments += [Segment(fitted(title, width, right=column.right), style), Segment(" " * gap, style)]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _empty_line(self, y: int) -> Strip:
        text = keyed(_(self.empty), self._style("key"))
        text.stylize_before(self._style("dim"))
        lines = text.wrap(self.app.console, max(20, min(76, self.size.width - 4)))
        if not 0 <= y - 2 < len(lines):
            return Strip.blank(self.size.width, self.rich_style)
        parts = [Segment("  ", self.rich_style), *lines[y - 2].render(self.app.console, end="")]
        return Strip(parts).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, names: str) -> Style:
        """A cell's style; the cursor's lies over it."""
        if names not in self._styles:
            style = self.rich_style
            for name in names.split():
                style += _ATTRIBUTES.get(name) or self.get_component_rich_style(f"table--{name}")
            if names == "cursor-away":
                style = Style(bgcolor=style.bgcolor)
            self._styles[names] = style if names else self.rich_style
        return self._styles[names]

    # -- what makes all lines look different ------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self._drawn.clear()

    def on_resize(self) -> None:
        self._drawn.clear()
        self._reveal()

    def on_focus(self) -> None:
        self._draw_all()

    def on_blur(self) -> None:
        self._draw_all()
