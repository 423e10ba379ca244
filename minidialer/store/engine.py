"""Connections to the store's file: how they are opened, and the pragmas they work under."""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .columns import to_json
from .errors import StoreError

# hide_parameters: what a statement was given is people's data and hashes of passwords, which no log may show.
_ANY: dict[str, Any] = {"json_serializer": to_json, "hide_parameters": True}
MODE = 0o600  # personal data: the account of the daemon alone, unless said otherwise
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # a committed attempt survives a power cut, and so does "do not call"
    "PRAGMA cache_size = -32000",  # KiB: the upper levels of every index of a million leads
    "PRAGMA trusted_schema = OFF",
)
# A claim or a commit must not find itself writing the whole log back into the file: `Database.maintain` does that
# aside. This is the net under it, in pages of 4 KiB.
_WRITER_CHECKPOINT = 16_000


def create_file(path: Path, mode: int = MODE) -> None:
    """Create the file with these permissions when it is not there; the log beside it gets the same from SQLite.

    Raises StoreError, also when only the log is there: what it holds would be lost with an empty file beside it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = path.with_name(path.name + "-wal")
        if not path.exists() and log.exists() and log.stat().st_size > 0:
            raise StoreError(
                "The store {path} is missing and its log is there: put the file back, or restore a backup and remove "
                "the log.",
                path=str(path),
            )
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            path.chmod(mode)  # whatever the umask left
    except OSError as error:
        raise StoreError(
            "The store {path} cannot be created: {problem}.", path=str(path), problem=error.strerror or str(error)
        ) from error


def let_companions_be_written(path: Path) -> None:
    """The log and the shared memory keep the mode the file had when they were made, and bar it from being written."""
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(OSError):  # not there, or not ours
            path.with_name(path.name + suffix).chmod(path.stat().st_mode & 0o777)


def is_busy(error: sa.exc.DBAPIError) -> bool:
    """Did this fail only because another connection is writing?"""
    code = _code(error)
    return code == sqlite3.SQLITE_BUSY if code is not None else "database is locked" in str(error.orig)


def is_read_only(error: sa.exc.DBAPIError) -> bool:
    """Did this fail because nothing may be written?"""
    return _code(error) == sqlite3.SQLITE_READONLY


def _code(error: sa.exc.DBAPIError) -> int | None:
    """SQLite's, without what it adds for particulars."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return int(code) & 0xFF if code is not None else None


def sync_engine(path: Path, *, patience: float = 30.0) -> sa.Engine:
    """An engine for a process of its own (import, migration). Every transaction is a writer's.

    patience: seconds to wait for another writer.
    """
    engine = sa.create_engine(_url(path, "sqlite"), **_ANY)
    _prepare(engine, "BEGIN IMMEDIATE", patience)
    return engine


def writer_engine(path: Path) -> AsyncEngine:
    """The engine of the one writing connection. The caller waits for other processes itself (see `Database`).

    It waits 3 ms at a time inside SQLite: within these it looks after 1 and 3 ms, whereas over a long wait SQLite
    looks every 100 ms only, and would miss the gaps between an import's transactions.
    """
    engine = create_async_engine(
        _url(path),
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,
        **_ANY,
    )
    _prepare(engine.sync_engine, "BEGIN IMMEDIATE", 0.003, f"PRAGMA wal_autocheckpoint = {_WRITER_CHECKPOINT}")
    return engine


def reader_engine(path: Path, connections: int = 4) -> AsyncEngine:
    """The engine of the reading connections: each reads one snapshot, and none can write."""
    engine = create_async_engine(_url(path), pool_size=connections, max_overflow=connections, **_ANY)
    _prepare(engine.sync_engine, "BEGIN", 5.0, "PRAGMA query_only = ON")
    return engine


def _url(path: Path, driver: str = "sqlite+aiosqlite") -> sa.URL:
    """Never creates the file: one that somebody moved away must not become an empty store that goes on being used."""
    return sa.URL.create(driver, database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})


def _prepare(engine: sa.Engine, begin: str, patience: float, *pragmas: str) -> None:
    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        for pragma in (f"PRAGMA busy_timeout = {int(patience * 1000)}", *_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begins(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)
