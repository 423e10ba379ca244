"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods) to records of texts, read by a process of its own."""

import contextlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from minidialer.importing.reasons import ImportFileError, Reason
from minidialer.importing.records import MOST_COLUMNS, Record

MOST_UNPACKED_BYTES = 1 << 30
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHILD = Path(__file__).with_name("sheet_child.py")


def is_sheet(head: bytes) -> bool:
    """Whether a file that begins so is a spreadsheet; names lie, as web pages are often exported as .xls."""
    return head.startswith((_ZIP, _OLE))


def refuse_zip_bomb(raw: BinaryIO, name: str, *, most_bytes: int = MOST_UNPACKED_BYTES) -> None:
    """Raise `ImportFileError` when a zip-based spreadsheet says it unpacks to more than `most_bytes`."""
    raw.seek(0)
    if not raw.read(4).startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(raw) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(name) from error
    if any(member.flag_bits & 1 for member in members):
        raise _encrypted(name)
    if sum(member.file_size for member in members) > most_bytes:
        raise ImportFileError(
            "{file} unpacks to more than {size} MB: save it as .csv, or in several parts.",
            file=name,
            size=most_bytes >> 20,
        )


@dataclass
class Sheets:
    """The sheets of a spreadsheet, known once its first row is."""

    names: list[str] = field(default_factory=list)
    chosen: str | None = None


def sheet_records(
    path: Path, name: str, wanted: str | None = None, sheets: Sheets | None = None
) -> Generator[Record, None, None]:
    """Yield the records of the wanted sheet, or of the first that is shown and not empty; the line is its row.

    `sheets` is filled in. Raises `ImportFileError`, if need be after some records, on encrypted and damaged files, and
    when there is no such sheet.
    """
    sheets = sheets if sheets is not None else Sheets()
    command = [sys.executable, "-P", "-B", str(_CHILD), str(path), *([wanted] if wanted is not None else [])]
    with _reading(command) as child:
        assert child.stdout is not None  # noqa: S101 - said for mypy: it was asked to be a pipe
        outcome: object = None
        for number, line in enumerate(child.stdout):
            if not line.endswith(b"\n"):
                break  # it died while writing
            cells = json.loads(line)
            if isinstance(cells, dict) and "sheets" in cells:
                sheets.names, sheets.chosen = cells["sheets"], cells["sheet"]
                if wanted is not None and sheets.chosen is None:
                    raise _no_sheet(name, wanted, sheets.names)
            elif isinstance(cells, dict):
                outcome = cells.get("error", "end")
            elif len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                yield number, [next(filter(None, cells))], Reason.TOO_MANY_COLUMNS
            else:
                yield number, cells[:MOST_COLUMNS], None
    if outcome != "end":
        raise _encrypted(name) if outcome == "encrypted" else _damaged(name)


def _no_sheet(name: str, wanted: str, names: list[str]) -> ImportFileError:
    known = ", ".join(f"“{one}”" for one in names)
    return ImportFileError(
        "There is no sheet “{sheet}” in {file}: it has {known}.", sheet=wanted, file=name, known=known
    )


def _damaged(name: str) -> ImportFileError:
    return ImportFileError(
        "{file} is damaged, too big or not a spreadsheet: open it in a spreadsheet and save it as .xlsx or .csv.",
        file=name,
    )


def _encrypted(name: str) -> ImportFileError:
    return ImportFileError("{file} is protected by a password: save it without one.", file=name)


@contextlib.contextmanager
def _reading(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is gone when this is left, in whatever way."""
    child = subprocess.Popen(  # noqa: S603 - our own script, and a path that is not parsed by any shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with child:
        try:
            yield child
        finally:
            child.kill()
