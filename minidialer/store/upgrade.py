"""Creating and migrating the store's file, at every start."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .copying import opened, revision_of
from .engine import MODE, create_file, is_busy, let_companions_be_written, sync_engine
from .errors import StoreBusyError, StoreError
from .unavailable import unavailable

_MIGRATIONS = Path(__file__).with_name("migrations")


def prepare(path: Path, *, mode: int = MODE) -> None:
    """Create the file or bring it to the present schema, in one transaction. Raises StoreError.

    Blocks: call it in a thread, or in a process of its own.
    """
    create_file(path, mode)
    let_companions_be_written(path)
    engine = sync_engine(path)
    try:
        with engine.connect() as connection:
            _prepare_connection(connection)
            with connection.begin():
                upgrade(connection, path)
    except sa.exc.DatabaseError as error:
        raise _explained(error, path) from error
    finally:
        engine.dispose()


def require_present(path: Path) -> None:
    """Refuse a file that is not there, is no store or has another schema than the present one. Changes nothing.

    Raises StoreError. Blocks, as `prepare` does.
    """
    if not path.is_file():
        raise StoreError("There is no store {path}: start the daemon once, or give the right file.", path=str(path))
    try:
        with opened(path, read_only=False) as connection:
            present = revision_of(connection, path)
    except sqlite3.Error as error:
        told = unavailable(error, path, writing=False)
        raise told or StoreError("{path} cannot be read: {problem}.", path=str(path), problem=str(error)) from error
    known = revisions()
    if present not in known:
        raise _newer(path)
    if present != known[-1]:
        raise StoreError(
            "The store {path} is of an older version: start the daemon, which brings it up to date.", path=str(path)
        )


def upgrade(connection: sa.Connection, path: Path, revision: str = "head") -> None:
    """Migrate inside the connection's transaction. Refuses a store of a newer version and somebody else's file."""
    config = _config()
    config.attributes["connection"] = connection
    present = MigrationContext.configure(connection).get_current_revision()
    known = revisions()
    if present is None and sa.inspect(connection).get_table_names():
        raise StoreError("{path} is a database of another program: give the store a file of its own.", path=str(path))
    if present is not None and present not in known:
        raise _newer(path)
    command.upgrade(config, revision)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StoreError(
            "{path} could not be migrated: rows point to missing ones; nothing was changed.", path=str(path)
        )


def revisions() -> list[str]:
    """Every revision of the schema this version knows, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _prepare_connection(connection: sa.Connection) -> None:
    """What cannot be set inside a transaction: the write-ahead log, which the file remembers, and foreign keys off.

    SQLite alters a table by copying and dropping it, which would delete everything that points to it.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"The store's file is opened by sqlite3, not by {driver!r}.")
    (mode,) = driver.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA foreign_keys = OFF")


def _newer(path: Path) -> StoreError:
    return StoreError(
        "The store {path} was written by a newer version of miniDIALER: install that version again.", path=str(path)
    )


def _explained(error: sa.exc.DatabaseError, path: Path) -> StoreError:
    if is_busy(error):
        return StoreBusyError("Another process keeps the store {path} locked: find and stop it.", path=str(path))
    told = unavailable(error, path)
    if told is not None:
        return told
    return StoreError(
        "The store {path} cannot be opened: {problem}. Restore it from a backup or give another file.",
        path=str(path),
        problem=str(error.orig),
    )
