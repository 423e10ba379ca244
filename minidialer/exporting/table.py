"""A table to a file: .csv or .xlsx by its name. The file appears when it is complete, and only then."""

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TextIO

from .cells import Cell, cell_text
from .errors import ExportError
from .workbook import write_workbook

__all__ = ["ExportError", "check_path", "complete_file", "told", "write_csv", "write_table"]
MODE = 0o640  # names and numbers of people
Rows = Iterable[Sequence[Cell]]


def check_path(path: Path) -> None:
    """Raise ExportError unless the name says what kind of file it shall be."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise ExportError("{file}: the name must end in .csv or .xlsx.", file=str(path))


def write_table(path: Path, columns: Sequence[str], rows: Rows, *, zone: tzinfo = UTC, delimiter: str = ";") -> int:
    """Write the table, in place of a file that is there; gives the number of rows. Raises ExportError.

    A .csv has a byte order mark, without which spreadsheets misread Polish letters, and a decimal comma where the
    delimiter is none. Rows may be of any number: they are not kept in memory.
    """
    check_path(path)
    with complete_file(path) as temporary:
        if path.suffix.lower() == ".xlsx":
            return write_workbook(temporary, columns, rows, zone)
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            return write_csv(file, columns, rows, zone=zone, delimiter=delimiter)


def write_csv(file: TextIO, columns: Sequence[str], rows: Rows, *, zone: tzinfo = UTC, delimiter: str = ";") -> int:
    """The same to an open text file, such as standard output."""
    decimal = "." if delimiter == "," else ","
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([cell_text(column, zone) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([cell_text(cell, zone, decimal) for cell in row])
        count += 1
    return count


@contextlib.contextmanager
def complete_file(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end; with an exception, nothing stays. Raises ExportError."""
    with told(path):
        folder = path.parent
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name[:100]}.", suffix=path.suffix)
        os.close(descriptor)
    temporary = Path(name)
    try:
        with told(path):
            yield temporary
            temporary.chmod(MODE)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of the file as ExportError."""
    try:
        yield
    except OSError as error:
        raise ExportError(
            "{file} cannot be written: {problem}.", file=str(path), problem=error.strerror or str(error)
        ) from error
