"""Columns of a table: what each shows of a row, and how they share the width there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from rich.cells import cell_len

from minidialer.i18n import _

T = TypeVar("T")
WIDEST_GAP = 2  # cells between two columns


class Cell(NamedTuple):
    """A cell's text and its style: words out of good, warn, bad, dim, bold, strike, accent."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column.

    `title`: a text marked by N_; `cell`: what it shows of a row; `width`: cells at the least (the title needs its
    own); `grow`: share of the width that is left; `drop`: on a narrow terminal the column with the highest number
    goes first, those with 0 stay; `order`: what rows are sorted by, if they may be sorted by this column.
    """

    title: str
    cell: Callable[[T], str | Cell]
    width: int = 6
    grow: int = 0
    right: bool = False
    drop: int = 0
    order: Callable[[T], Any] | None = None

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return _(self.title)

    @property
    def least(self) -> int:
        """Cells it needs."""
        return max(self.width, cell_len(self.shown_title))


class Shared(NamedTuple, Generic[T]):
    """The columns that fit with the width of each, and the cells between two."""

    columns: list[tuple[Column[T], int]]
    gap: int


def share(columns: Sequence[Column[T]], width: int) -> Shared[T]:
    """As many columns as fit; together exactly `width` if any of them grows. The gap gives way before a column does."""
    shown = list(columns)
    gap = WIDEST_GAP if _needed(shown, WIDEST_GAP) <= width else 1
    while _needed(shown, gap) > width and any(column.drop for column in shown):
        shown.remove(max(shown, key=lambda column: column.drop))
    left = width - _needed(shown, gap)
    widths = [column.least for column in shown]
    if left < 0 and shown:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] = max(1, widths[widest] + left)
        left = 0
    shares = sum(column.grow for column in shown)
    for index, column in enumerate(shown):
        if column.grow:
            extra = left * column.grow // shares
            widths[index] += extra
            left, shares = left - extra, shares - column.grow
    return Shared(list(zip(shown, widths, strict=True)), gap)


def _needed(columns: Sequence[Column[T]], gap: int) -> int:
    return sum(column.least for column in columns) + gap * max(0, len(columns) - 1)
