"""Connections to the store's file: how they are opened, and the pragmas they work under."""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

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
    """Create the file with these permissions when it is not there; the log beside it gets the same from SQLite."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
            path.chmod(mode)  # whatever the umask left
    except OSError as error:
        raise StoreError(
            "The store {path} cannot be created: {problem}.", path=str(path), problem=error.strerror or str(error)
        ) from error


def is_busy(error: sa.exc.DBAPIError) -> bool:
    """Did this fail only because another connection is writing?"""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return (int(code) & 0xFF) == sqlite3.SQLITE_BUSY
    return "database is locked" in str(error.orig)


def sync_engine(path: Path, *, patience: float = 30.0) -> sa.Engine:
    """An engine for a process of its own (import, migration). Every transaction is a writer's.

    patience: seconds to wait for another writer.
    """
    engine = sa.create_engine(f"sqlite:///{path}", **_ANY)
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


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


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
