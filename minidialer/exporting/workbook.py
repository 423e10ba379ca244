"""Rows to an .xlsx file, one at a time: memory does not grow with the table."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from minidialer.domain.formula import is_formula

from .cells import Cell, cell_text
from .errors import ExportError

MOST_ROWS = 1_048_576  # of one sheet, its header included; what is beyond goes to the next one
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
_EXACT = 10**15  # a spreadsheet keeps 15 digits


def write_workbook(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], zone: tzinfo) -> int:
    """Write the workbook; gives the number of rows. Raises ExportError (too many columns), OSError."""
    import xlsxwriter  # noqa: PLC0415  # a tenth of a second that only this needs
    import xlsxwriter.exceptions  # noqa: PLC0415

    if len(columns) > MOST_COLUMNS:
        raise ExportError(
            "There are {count} columns, and a spreadsheet holds {most}: write a .csv file.",
            count=len(columns),
            most=MOST_COLUMNS,
        )
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
    pages = _Pages(book, columns, zone)
    try:
        for row in rows:
            pages.add(row)
    finally:
        try:
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error
    return pages.count


class _Pages:
    """As many sheets as it takes, each with the header."""

    def __init__(self, book: Any, columns: Sequence[str], zone: tzinfo) -> None:
        self.count = 0
        self._book = book
        self._columns = columns
        self._zone = zone
        self._bold = book.add_format({"bold": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._quoted = book.add_format({"quote_prefix": True})  # stays text when somebody edits the cell
        self._begin()

    def add(self, row: Sequence[Cell]) -> None:
        """One more row."""
        if self._row == MOST_ROWS:
            self._begin()
        for column, cell in enumerate(row):
            self._write(column, cell)
        self._row += 1
        self.count += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._columns):
            self._sheet.set_column(column, column, min(max(len(title) + 2, 12), 40))
        for column, title in enumerate(self._columns):
            self._sheet.write_string(0, column, title[:LONGEST_TEXT], self._bold)
        self._row = 1

    def _write(self, column: int, cell: Cell) -> None:
        """Each by its own kind: the library's own guess would make formulas and links of texts."""
        sheet, row = self._sheet, self._row
        match cell:
            case None | "":
                return
            case bool():
                sheet.write_string(row, column, cell_text(cell, self._zone))
            case int() | float() if math.isfinite(cell) and abs(cell) < _EXACT:
                sheet.write_number(row, column, cell)
            case datetime():
                local = cell.astimezone(self._zone).replace(tzinfo=None)
                sheet.write_datetime(row, column, local, self._moment)
            case _:
                text = str(cell).encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT]
                sheet.write_string(row, column, text, self._quoted if is_formula(text) else None)
