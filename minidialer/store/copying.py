"""Whole copies of a store: how one is taken while others write, and how it is looked through.

Works on files and blocks: call it in a process of its own, or in a thread.
"""

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .engine import MODE
from .errors import StoreError

Progress = Callable[[float], None]  # the share that is copied

_STEP = 1024  # pages of 4 KiB between two reports
_PATIENCE = 30.0  # seconds
_COMPANIONS = ("-wal", "-shm", "-journal")  # files SQLite may keep beside a database


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a store: its schema's revision, and rows by table."""

    revision: str
    rows: dict[str, int]


@contextlib.contextmanager
def opened(path: Path, *, read_only: bool) -> Iterator[sqlite3.Connection]:
    """A connection of its own that never creates the file. Transactions begin where the caller says.

    read_only: for a file nobody writes. A store that is written is opened for writing, and nothing is written: its
    readers note in the shared memory which moment they read.
    """
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None
    )
    with contextlib.closing(connection):
        yield connection


def revision_of(connection: sqlite3.Connection, path: Path) -> str:
    """The schema's revision of the store that is open here. Raises StoreError for a database of another program."""
    if "alembic_version" not in _tables(connection):
        raise StoreError("{path} is no store of miniDIALER.", path=str(path))
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    return str(revision)


def contents(connection: sqlite3.Connection, path: Path) -> Contents:
    """What is in the store that is open here. Raises StoreError for a database of another program."""
    revision, tables = revision_of(connection, path), _tables(connection)
    kept = sorted(name for name in tables if name != "alembic_version" and not name.startswith("sqlite_"))
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}  # noqa: S608 - the file's own names
    return Contents(revision, rows)


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]


def look_through(path: Path) -> Contents:
    """Open a file that nobody writes, read all of it and say what is in it. Raises StoreError when it is damaged."""
    try:
        with opened(path, read_only=True) as connection:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(1)")]
            if found != ["ok"]:
                raise _damaged(path, found[0])
            if (broken := connection.execute("PRAGMA foreign_key_check").fetchone()) is not None:
                raise _damaged(path, f"{broken[0]}: {broken[1]} -> {broken[2]}")
            return contents(connection, path)
    except sqlite3.Error as error:
        raise StoreError("{path} cannot be read: {problem}.", path=str(path), problem=str(error)) from error


def copy(source: Path, target: Path, progress: Progress, *, live: bool) -> Contents:
    """Copy the store as it is at this moment into an empty file; gives what was in it then.

    live: others may write the source meanwhile, and need not wait: one transaction that only reads is held all the
    time, so that the copy is of one moment and no write makes it begin anew. The copy is one file without a log.
    Raises StoreError.
    """
    try:
        with opened(source, read_only=not live) as reading, opened(target, read_only=False) as writing:
            reading.execute("BEGIN")
            found = contents(reading, source)
            writing.execute("PRAGMA synchronous = OFF")  # it is synced once, when it is whole
            reading.backup(
                writing, pages=_STEP, progress=lambda _status, left, total: progress(1 - left / (total or 1))
            )
            reading.execute("ROLLBACK")
            writing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(
            "{source} cannot be copied to {target}: {problem}.",
            source=str(source),
            target=str(target.parent),
            problem=str(error),
        ) from error
    return found


@contextlib.contextmanager
def part_file(beside: Path) -> Iterator[Path]:
    """An empty file of the daemon alone in the folder of `beside`, under another name; what is left of it goes."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{beside.name}.", suffix=".part", dir=beside.parent)
    except OSError as error:
        raise StoreError(
            "Nothing can be written to {folder}: {problem}.",
            folder=str(beside.parent),
            problem=error.strerror or str(error),
        ) from error
    path = Path(name)
    try:
        os.fchmod(handle, MODE)
        os.close(handle)
        yield path
    finally:
        for suffix in ("", *_COMPANIONS):
            companion(path, suffix).unlink(missing_ok=True)


def companion(path: Path, suffix: str) -> Path:
    """A file SQLite keeps beside a database."""
    return path.with_name(path.name + suffix)


def sync(path: Path) -> None:
    """Back once the file, or the folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(path: Path, problem: str) -> StoreError:
    return StoreError("{path} is damaged: {problem}.", path=str(path), problem=problem.replace("\n", " "))
