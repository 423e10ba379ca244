"""When the daemon ran. While it was away nobody's time is known, so statistics leave that out (see `domain.work`)."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .database import Database
from .errors import StoreUnavailableError
from .schema import daemon_run

_log = logging.getLogger(__name__)
_EVERY = 60.0  # seconds between signs of life


async def begin(conn: AsyncConnection, now: datetime) -> int:
    """A run begins; gives its id."""
    query = sa.insert(daemon_run).values(started_at=now, seen_at=now).returning(daemon_run.c.id)
    run_id: int = (await conn.execute(query)).scalar_one()
    return run_id


async def seen(conn: AsyncConnection, run_id: int, now: datetime) -> None:
    """A sign of life."""
    await conn.execute(sa.update(daemon_run).where(daemon_run.c.id == run_id).values(seen_at=now))


async def keep(database: Database, clock: Callable[[], datetime]) -> NoReturn:
    """Note a run: its begin, a sign of life a minute, and a last one when this is cancelled."""
    run_id: int | None = None
    try:
        while True:
            run_id = await _note(database, run_id, clock())
            await asyncio.sleep(_EVERY)
    finally:
        await _note(database, run_id, clock())


async def _note(database: Database, run_id: int | None, now: datetime) -> int | None:
    try:
        async with database.write() as conn:
            if run_id is None:
                return await begin(conn, now)
            await seen(conn, run_id, now)
    except StoreUnavailableError as error:  # the disk is full, say: the next one will tell
        _log.warning("A sign of life could not be written: %s", error, extra={"action": "sign_of_life"})
    return run_id


async def away(
    conn: AsyncConnection, since: datetime, until: datetime, shortest: timedelta
) -> list[tuple[datetime, datetime]]:
    """Times within this one in which the daemon did not run for at least `shortest`, in order.

    Time before its first run on record, and after its latest sign of life, counts as run.
    """
    started_at, seen_at = daemon_run.c.started_at, daemon_run.c.seen_at
    # The latest run that ended before this time tells when an absence began that reaches into it.
    before = sa.select(sa.func.max(seen_at)).where(seen_at <= since).scalar_subquery()
    query = (
        sa.select(started_at, seen_at)
        .where(seen_at >= sa.func.coalesce(before, sa.literal(0)))
        .order_by(seen_at, daemon_run.c.id)
    )
    gaps = []
    last: datetime | None = None
    for row in await conn.execute(query):
        if last is not None and row.started_at - last >= shortest and last < until and row.started_at > since:
            gaps.append((max(last, since), min(row.started_at, until)))
        last = row.seen_at
        if last >= until:
            break
    return gaps
