"""Opens a file of numbers, whatever kind it is: the front door of the import."""

import contextlib
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from minidialer.importing import sheet
from minidialer.importing.reasons import ImportFileError, NumberRefusedError, Reason
from minidialer.importing.records import chosen_delimiter, detected_delimiter, records, sep_line
from minidialer.importing.source import ImportOptions, Rejected, Row, Source
from minidialer.importing.text import TextFile

__all__ = ["ImportFileError", "ImportOptions", "NumberRefusedError", "Reason", "Rejected", "Row", "Source"]
__all__ += ["open_source"]

STDIN = "-"


@contextlib.contextmanager
def open_source(path: Path | str, options: ImportOptions | None = None) -> Iterator[Source]:
    """Open the file at `path`, "-" for standard input, and look at its first rows.

    The kind of file is told by its content, never by its name. Raises `ImportFileError`, here or (a file that
    changes or is damaged further on) while reading; ValueError when the options name an unknown region.
    """
    options = options or ImportOptions()
    name = options.stdin_name if str(path) == STDIN else str(path)
    with contextlib.ExitStack() as stack:
        try:
            source = _source(path, name, options, stack)
        except OSError as error:
            raise ImportFileError(
                "{file} cannot be read: {problem}.", file=name, problem=error.strerror or str(error)
            ) from error
        yield source


def _source(path: Path | str, name: str, options: ImportOptions, stack: contextlib.ExitStack) -> Source:
    raw, real_path = _opened(path, stack)
    raw.seek(0)
    if sheet.is_sheet(raw.read(16)):
        sheet.refuse_zip_bomb(raw, name)
        rows = stack.enter_context(contextlib.closing(sheet.sheet_records(real_path, name)))
        return Source(name, rows, options)
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
    return Source(
        name,
        records(lines, delimiter, first_line=1 if declared is None else 2),
        options,
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
