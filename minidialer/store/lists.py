"""Lead lists: added, renamed, counted, reset and removed.

A list may hold a million leads, so whatever touches all of them goes in short transactions: the dialer's own writes
take turns with them. A removed list disappears at once and its name is free; its leads that were never dialled are
then deleted, the others stay for the attempts that point to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState

from .database import Database
from .errors import InUseError, NotFoundError
from .names import find_row, free_name
from .schema import attempt, campaign, lead, lead_import, lead_list, lead_tally, offered
from .tally import counts

_PRESENT = lead_list.c.removed_at.is_(None)
STEP = 500  # leads in one transaction


@dataclass(frozen=True, slots=True)
class LeadList:
    """A list of leads."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Uses:
    """What hangs on a list: calls under way, and imports that were not undone."""

    calls: int
    imports: int


async def uses(conn: AsyncConnection, list_id: int) -> Uses:
    """What hangs on this list."""
    calls = sa.select(sa.func.count()).where(attempt.c.list_id == list_id, attempt.c.ended_at.is_(None))
    made = sa.select(sa.func.count()).where(lead_import.c.list_id == list_id, lead_import.c.undone_at.is_(None))
    return Uses((await conn.execute(calls)).scalar_one(), (await conn.execute(made)).scalar_one())


async def is_empty(conn: AsyncConnection, list_id: int) -> bool:
    """Whether no lead is in it."""
    return (await conn.execute(sa.select(lead.c.id).where(lead.c.list_id == list_id).limit(1))).first() is None


async def every(conn: AsyncConnection) -> list[LeadList]:
    """All lists that are not removed, by name."""
    rows = await conn.execute(sa.select(lead_list).where(_PRESENT).order_by(lead_list.c.name_key))
    return [_list(row) for row in rows]


async def names(conn: AsyncConnection) -> dict[int, str]:
    """Names by id, those of removed lists as well."""
    return {row.id: row.name for row in await conn.execute(sa.select(lead_list.c.id, lead_list.c.name))}


async def get(conn: AsyncConnection, list_id: int) -> LeadList:
    """The list of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(lead_list).where(lead_list.c.id == list_id, _PRESENT))).first()
    if row is None:
        raise NotFoundError("There is no list {id}.", id=list_id)
    return _list(row)


async def find(conn: AsyncConnection, name: str) -> LeadList:
    """The list of this name. Raises NotFoundError, which names the nearest one."""
    return _list(await find_row(conn, lead_list, name))


async def add(conn: AsyncConnection, name: str, now: datetime) -> LeadList:
    """Add an empty list. Raises NameTakenError, NameRefusedError."""
    kept, key = await free_name(conn, lead_list, name)
    values = {"name": kept, "name_key": key, "created_at": now}
    added = await conn.execute(sa.insert(lead_list).values(values).returning(lead_list.c.id))
    return await get(conn, added.scalar_one())


async def rename(conn: AsyncConnection, list_id: int, name: str) -> LeadList:
    """Give it another name. Raises NotFoundError, NameTakenError, NameRefusedError."""
    kept, key = await free_name(conn, lead_list, name, list_id)
    await conn.execute(sa.update(lead_list).where(lead_list.c.id == list_id, _PRESENT).values(name=kept, name_key=key))
    return await get(conn, list_id)


async def remove(conn: AsyncConnection, list_id: int, now: datetime) -> LeadList:
    """Remove a list that no campaign dials and of which no call is under way; `purge` then frees the space.

    Raises NotFoundError, InUseError.
    """
    removed = await get(conn, list_id)
    dialled_by = sa.select(campaign.c.name).where(campaign.c.list_id == list_id, campaign.c.removed_at.is_(None))
    if used := (await conn.execute(dialled_by.order_by(campaign.c.id))).scalars().all():
        raise InUseError(
            "List “{name}” is dialled by {campaigns}: give that campaign another list first.",
            name=removed.name,
            campaigns=", ".join(f"“{name}”" for name in used),
        )
    live = sa.select(attempt.c.id).where(attempt.c.list_id == list_id, attempt.c.ended_at.is_(None))
    if (await conn.execute(live)).first() is not None:
        raise InUseError("A number of list “{name}” is being called: wait until the call is over.", name=removed.name)
    await conn.execute(sa.update(lead_list).where(lead_list.c.id == list_id).values(removed_at=now))
    return removed


async def unpurged(conn: AsyncConnection) -> list[int]:
    """Removed lists that may have leads for `purge`; by the tallies, so this costs little."""
    removed = sa.select(lead_list.c.id).where(lead_list.c.removed_at.is_not(None))
    some = sa.select(lead_tally.c.list_id).where(
        *(lead_tally.c.list_id.in_(removed), lead_tally.c.leads > 0, lead_tally.c.attempts == 0),
        *(~lead_tally.c.do_not_call, lead_tally.c.state != LeadState.LIVE),
    )
    return list((await conn.execute(some.distinct())).scalars())


async def purge(db: Database, list_id: int) -> int:
    """Delete the leads of a removed list that were never dialled, in short transactions; returns how many.

    Do-not-call marks stay. It may be interrupted and called again.
    """
    called = sa.exists().where(attempt.c.lead_id == lead.c.id)
    deletable = sa.and_(lead.c.attempts == 0, ~called, ~lead.c.do_not_call, lead.c.state != LeadState.LIVE)
    removed_list = sa.exists().where(lead_list.c.id == list_id, lead_list.c.removed_at.is_not(None))
    deleted = after = 0
    while True:
        async with db.read() as conn:  # looking for them may take long, and holds up nobody
            some = sa.select(lead.c.id).where(lead.c.list_id == list_id, lead.c.id > after, removed_list, deletable)
            ids = (await conn.execute(some.order_by(lead.c.id).limit(STEP))).scalars().all()
        if not ids:
            return deleted
        async with db.write() as conn:
            gone = await conn.execute(sa.delete(lead).where(lead.c.id.in_(ids), deletable))
            deleted += gone.rowcount
        after = ids[-1]


async def reset_attempts(db: Database, list_id: int, progress: Callable[[int], None] | None = None) -> int:
    """Make the list's retries fresh again: no attempts, due at once. Callbacks keep their time; returns how many.

    In short transactions: leads change one step after another, and the dialer may call the first ones meanwhile.
    `progress` is called with the count so far.
    """
    async with db.read() as conn:
        at_most = (await counts(conn, list_id)).states[
            LeadState.RETRY
        ]  # those that failed since the start keep their time
    some = sa.select(lead.c.id).where(lead.c.list_id == list_id, offered(LeadState.RETRY)).limit(STEP)
    some = some.correlate(None)
    fresh = {"state": LeadState.FRESH, "attempts": 0, "due_at": None}
    done = 0
    while done < at_most:
        async with db.write() as conn:
            changed = await conn.execute(sa.update(lead).where(lead.c.id.in_(some)).values(fresh))
        if changed.rowcount == 0:
            break
        done += changed.rowcount
        if progress is not None:
            progress(done)
    return done


def _list(row: Any) -> LeadList:
    return LeadList(row.id, row.name, row.created_at)
