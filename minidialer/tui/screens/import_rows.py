"""What the import page shows of a file: its columns with what each is taken for, and its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from minidialer.control.models.base import WireSentence
from minidialer.control.models.uploads import Preview, PreviewColumn, PreviewRow
from minidialer.i18n import N_, _
from minidialer.tui.text import plain, spoken, thousands
from minidialer.tui.widgets.columns import Cell, Column

from .import_plan import Choice, kind_said

_WIDEST, _NARROWEST = 14, 6


@dataclass(frozen=True)
class FileColumn:
    """One column with the first thing that stands in it."""

    column: PreviewColumn
    example: str


class _Own(Column[PreviewRow]):
    """A column with a title of the file's own, which is not ours to translate."""

    @property
    def shown_title(self) -> str:
        return plain(self.title)


CHOICES = (
    Column[Choice]("", lambda row: Cell(row.label, "dim"), width=15),
    Column[Choice]("", lambda row: Cell(row.said, "warn" if row.open else "bold"), width=14, grow=1),
)


def _kind(row: FileColumn) -> Cell:
    field = row.column.field
    return Cell(kind_said(row.column), "good" if field == "number" else "accent" if field else "dim")


COLUMNS = (
    Column[FileColumn](N_("column"), lambda row: row.column.name, width=10, grow=2),
    Column[FileColumn](N_("taken for"), _kind, width=15, grow=1),
    Column[FileColumn](N_("example"), lambda row: row.example, width=12, grow=2, drop=1),
)


def file_columns(preview: Preview) -> list[FileColumn]:
    """All columns, each with an example."""
    return [FileColumn(column, _example(preview.rows, column.position - 1)) for column in preview.columns]


def _example(rows: Sequence[PreviewRow], at: int) -> str:
    return next((row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]), "")


def _number(row: PreviewRow) -> Cell:
    if row.reason is not None:
        return Cell(f"✗ {spoken(row.reason)}", "bad")
    return Cell(row.number, "good") if row.number else Cell("?", "warn")


def row_columns(preview: Preview) -> list[Column[PreviewRow]]:
    """For the first rows: the line, the number or why there is none, then the file's own columns."""
    shown: list[Column[PreviewRow]] = [
        Column(N_("line"), lambda row: thousands(row.line), width=4, right=True),
        Column(N_("is dialled"), _number, width=22),
    ]
    for place, column in enumerate(preview.columns):
        longest = max((len(_cell(row, place)) for row in preview.rows), default=0)
        shown.append(
            _Own(
                column.name,
                lambda row, place=place: _cell(row, place),  # type: ignore[misc]  # a lambda's defaults have no types
                width=min(max(longest, _NARROWEST), _WIDEST),
                grow=1,
                drop=len(preview.columns) + 1
                if column.field == "number"
                else place + 1,  # that one stands there already
            )
        )
    return shown


def _cell(row: PreviewRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def why(line: int, reason: WireSentence | None) -> str:
    """Why the row of this line cannot be dialled; nothing when it can."""
    return _("line {line}: {reason}").format(line=thousands(line), reason=spoken(reason)) if reason is not None else ""
