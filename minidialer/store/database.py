"""The open store: one writer at a time, readers beside it."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from .engine import MODE, is_busy, is_read_only, let_companions_be_written, reader_engine, writer_engine
from .errors import StoreBusyError, StoreUnavailableError
from .turns import Turns
from .unavailable import unavailable
from .upgrade import prepare, require_present

_log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 30.0  # seconds a writer waits for other processes
DOUBTED = 1.0  # seconds a writer waits for other processes until that is told
_CHECKPOINT_EVERY = 1.0  # seconds
_TOUCH = sa.text("UPDATE alembic_version SET version_num = version_num")


class Database:
    """The store of one daemon. `async with Database.open(path) as db`, then `db.read()` and `db.write()`.

    `in_doubt` is called when a write failed for the sake of the store, or waits long for other processes: `touch` tells
    whether the store can be written.
    """

    def __init__(self, path: Path, writer: AsyncEngine, reader: AsyncEngine, patience: float = PATIENCE) -> None:
        self.path = path
        self.in_doubt: Callable[[], None] = _tell_nobody
        self._writer = writer
        self._reader = reader
        self._patience = patience
        self._turns = Turns()
        self._file = _identity(path)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path, *, mode: int = MODE, patience: float = PATIENCE) -> AsyncIterator[Self]:
        """Create or migrate the file, and open it. Raises StoreError with what is wrong and what to do."""
        await asyncio.to_thread(prepare, path, mode=mode)
        db = cls(path, writer_engine(path), reader_engine(path), patience)
        try:
            yield db
        finally:
            await _to_the_end(db._close())

    @classmethod
    @contextlib.asynccontextmanager
    async def open_to_read(cls, path: Path) -> AsyncIterator[Self]:
        """Open a store as it is, beside its daemon or without: nothing is created, migrated or written.

        Raises StoreError with what is wrong and what to do.
        """
        await asyncio.to_thread(require_present, path)
        reader = reader_engine(path)
        db = cls(path, reader, reader)
        try:
            yield db
        finally:
            await _to_the_end(db._close())

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees the store as it was at its first statement, and cannot write.

        Raises StoreUnavailableError when file or disk fail.
        """
        try:
            async with _connected(self._reader) as conn:
                yield conn
        except sa.exc.DBAPIError as error:
            if (told := unavailable(error, self.path, writing=False)) is not None:
                raise told from error
            raise

    @contextlib.asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """The writing connection, in one transaction: committed at the end, rolled back on any error.

        Writers of this process take turns in order, but the one that is `first` comes before those that wait: calls
        must not wait for five hundred log-ins. Raises StoreBusyError when another process does not let go, and
        StoreUnavailableError when file or disk fail. A cancelled task waits for its commit or rollback, so the lock is
        never free while a transaction is open.
        """
        try:
            async with self._turns.taken(first=first), _connected(self._writer) as conn:
                try:
                    await _to_the_end(self._begin(conn))
                    self._check_in_place()
                    yield conn
                except BaseException as error:
                    await _to_the_end(self._give_up(conn, error))
                    raise
                await _to_the_end(conn.commit())
        except sa.exc.DBAPIError as error:
            if (told := unavailable(error, self.path)) is not None:
                self.in_doubt()
                raise told from error
            raise
        except (StoreBusyError, StoreUnavailableError):
            self.in_doubt()
            raise

    async def touch(self) -> None:
        """A write that changes nothing. Raises what any other write would."""
        async with self.write(first=True) as conn:
            await conn.execute(_TOUCH)

    async def _give_up(self, conn: AsyncConnection, error: BaseException) -> None:
        """Roll back. A connection that was opened while the file was read-only stays so: the next one is a new one."""
        if isinstance(error, sa.exc.DBAPIError) and is_read_only(error):
            let_companions_be_written(self.path)
            await conn.invalidate()
        elif conn.in_transaction():
            await conn.rollback()

    def _check_in_place(self) -> None:
        """SQLite goes on writing a file that has no name any more, and nobody would ever read that again."""
        if _identity(self.path) != self._file:
            raise StoreUnavailableError(
                "The store {path} was moved away or replaced: put it back, or restart the daemon.", path=str(self.path)
            )

    async def _begin(self, conn: AsyncConnection) -> None:
        doubted = asyncio.get_running_loop().call_later(DOUBTED, self.in_doubt)
        try:
            await self._begin_patiently(conn)
        finally:
            doubted.cancel()

    async def _begin_patiently(self, conn: AsyncConnection) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience
        while True:
            try:
                await conn.begin()
            except sa.exc.OperationalError as error:
                if not is_busy(error):
                    raise
                if clock() > deadline:
                    raise StoreBusyError(
                        "Another process has kept the store {path} locked for {seconds:g} s: find and stop it.",
                        path=str(self.path),
                        seconds=self._patience,
                    ) from error
            else:
                return

    async def maintain(self) -> None:
        """Write the log back into the file every second, beside the writer; runs until cancelled."""
        told = ""
        while True:
            await asyncio.sleep(_CHECKPOINT_EVERY)
            try:
                await self.checkpoint()
            except (sa.exc.DBAPIError, sqlite3.Error) as error:  # the pragma is the driver's own, and so is its error
                if str(error) != told:  # a full disk stays full for hours
                    told = str(error)
                    _log.warning("The store's log could not be written back: %s", told, extra={"action": "checkpoint"})
            else:
                told = ""

    async def checkpoint(self) -> None:
        """Write back what no reader needs any more; never waits for a writer and never holds one up."""
        async with _connected(self._reader) as conn:
            raw = await conn.get_raw_connection()
            driver: Any = raw.driver_connection
            await driver.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")

    async def problems(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when it is sound. Reads all of it: seconds on a large store."""
        async with self.read() as conn:
            found = [str(line) for line in (await conn.execute(sa.text("PRAGMA quick_check(20)"))).scalars()]
            broken = (await conn.execute(sa.text("PRAGMA foreign_key_check"))).all()
        lines = [line for line in found if line != "ok"]
        return lines + [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in broken[:20]]

    async def _close(self) -> None:
        async with self._turns.taken():
            await self._reader.dispose()
            await self._writer.dispose()


def _tell_nobody() -> None:
    """Of a store in doubt."""


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


@contextlib.asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection of the pool. A cancelled task still sees it opened: cut short, the driver forgets to close it."""
    conn = engine.connect()
    try:
        await _to_the_end(conn.start())
        yield conn
    finally:
        if conn.sync_connection is not None:  # it could be opened
            await _to_the_end(conn.close())


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Do this whole, even when the caller is cancelled meanwhile; the cancellation follows afterwards."""
    # Not a TaskGroup: that would cancel the commit along with its caller. The task never outlives this call.
    task = asyncio.get_running_loop().create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except Exception:  # task.result() below raises it
            break
    if cancelled is not None:
        if not task.cancelled() and task.exception() is not None:
            _log.error("A write failed while its task was cancelled: %s", task.exception(), extra={"action": "write"})
        raise cancelled
    return task.result()
