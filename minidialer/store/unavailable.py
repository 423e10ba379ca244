"""When the store cannot be used for a while: what SQLite reports, as a sentence that says what to do."""

import shutil
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from .errors import StoreUnavailableError

_NOTHING_LEFT = 1024**2  # bytes: with less, "I/O error" means that there was no room


def unavailable(error: Exception, path: Path, *, writing: bool = True) -> StoreUnavailableError | None:
    """The sentence for this error; None when it is not the file's or the disk's fault, so that waiting would not help.

    error: of SQLAlchemy, or of the driver itself. writing: else a write is refused for being one.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = code & 0xFF
    if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _no_room(path)):
        return StoreUnavailableError("The disk of the store {path} is full: free some space.", path=str(path))
    if kind == sqlite3.SQLITE_READONLY and writing:
        return StoreUnavailableError(
            "The store {path} cannot be written: its file or disk is read-only, or it was moved away.", path=str(path)
        )
    if kind in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM}:
        return StoreUnavailableError(
            "The store {path} cannot be used ({problem}): look at the disk and at the machine's log.",
            path=str(path),
            problem=str(cause),
        )
    if kind in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreUnavailableError(
            "The store {path} is damaged ({problem}): stop the daemon and restore the newest backup.",
            path=str(path),
            problem=str(cause),
        )
    if kind in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}:
        return StoreUnavailableError("Another process keeps the store {path} locked.", path=str(path))
    return None


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NOTHING_LEFT
    except OSError:
        return False
