"""Opens a file of numbers, whatever kind it is: the front door of the import."""

import contextlib
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from minidialer.importing import sheet
from minidialer.importing.reasons import ImportFileError, NumberRefusedError, Reason
from minidialer.importing.records import Record, chosen_delimiter, detected_delimiter, records, sep_line
from minidialer.importing.source import ImportOptions, Rejected, Row, Source
from minidialer.importing.text import TextFile

__all__ = ["ImportFileError", "ImportOptions", "NumberRefusedError", "Reason", "Rejected", "Row", "Source"]
__all__ += ["Opened", "open_records", "open_source"]

STDIN = "-"


@dataclass(frozen=True)
class Opened:
    """A file of whatever kind, before anything is known of its columns. `sheets` is None for a text."""

    name: str
    rows: Iterator[Record]
    encoding: str | None = None
    delimiter: str | None = None
    progress: Callable[[], float] = float
    sheets: sheet.Sheets | None = None


@contextlib.contextmanager
def open_source(path: Path | str, options: ImportOptions | None = None, name: str | None = None) -> Iterator[Source]:
    """Open the file at `path`, "-" for standard input, and look at its first rows. `name`: as for `open_records`.

    Raises `ImportFileError`, here or (a file that changes or is damaged further on) while reading; ValueError when the
    options name an unknown region.
    """
    options = options or ImportOptions()
    with open_records(path, options, name) as opened:
        yield Source(
            opened.name,
            opened.rows,
            options,
            encoding=opened.encoding,
            delimiter=opened.delimiter,
            progress=opened.progress,
        )


@contextlib.contextmanager
def open_records(path: Path | str, options: ImportOptions, name: str | None = None) -> Iterator[Opened]:
    """Open the file; its kind is told by its content, never by its name. Raises `ImportFileError`.

    `name` is what messages call it; None: as its path, or standard input.
    """
    if name is None:
        name = options.stdin_name if str(path) == STDIN else str(path)
    with contextlib.ExitStack() as stack:
        try:
            opened = _records(path, name, options, stack)
        except OSError as error:
            raise ImportFileError(
                "{file} cannot be read: {problem}.", file=name, problem=error.strerror or str(error)
            ) from error
        yield opened


def _records(path: Path | str, name: str, options: ImportOptions, stack: contextlib.ExitStack) -> Opened:
    raw, real_path = _opened(path, stack)
    raw.seek(0)
    if sheet.is_sheet(raw.read(16)):
        sheet.refuse_zip_bomb(raw, name)
        sheets = sheet.Sheets()
        found = sheet.sheet_records(real_path, name, options.sheet, sheets)
        return Opened(name, stack.enter_context(contextlib.closing(found)), sheets=sheets)
    text = TextFile(raw, name=name, encoding=options.encoding)
    lines = text.lines()
    if options.delimiter is not None:
        delimiter: str | None = chosen_delimiter(options.delimiter)
    else:
        delimiter = detected_delimiter(text.lines())
    first = next(lines, "")
    declared = sep_line(first)
    if declared is None:
        lines = itertools.chain([first], lines)
    elif options.delimiter is None:
        delimiter = declared
    size = max(real_path.stat().st_size, 1)
    return Opened(
        name,
        records(lines, delimiter, first_line=1 if declared is None else 2),
        encoding=text.encoding,
        delimiter=delimiter,
        progress=lambda: raw.tell() / size,
    )


def _opened(path: Path | str, stack: contextlib.ExitStack) -> tuple[BinaryIO, Path]:
    """The file, or a copy of it when it is a pipe, since it is read more than once."""
    if str(path) == STDIN:
        return _copied(sys.stdin.buffer, stack)
    if "\0" in str(path):
        raise ImportFileError("{file!r} cannot be read: no file has such a name.", file=str(path))
    raw = stack.enter_context(Path(path).open("rb"))  # noqa: SIM115 - the stack closes it
    return (raw, Path(path)) if raw.seekable() else _copied(raw, stack)


def _copied(pipe: BinaryIO, stack: contextlib.ExitStack) -> tuple[BinaryIO, Path]:
    copy = tempfile.NamedTemporaryFile(prefix="minidialer-import-")  # noqa: SIM115 - the stack closes it
    stack.callback(copy.close)
    shutil.copyfileobj(pipe, copy)
    copy.flush()
    path = Path(copy.name)
    return stack.enter_context(path.open("rb")), path
