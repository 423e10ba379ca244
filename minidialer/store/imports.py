"""Imports: what was brought into a list by which file, and how it is taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState

from .database import Database
from .errors import NotFoundError
from .schema import attempt, lead, lead_import

STEP = 500  # leads in one transaction


@dataclass(frozen=True, slots=True)
class LeadImport:
    """One import. Unfinished (`finished_at` None): it is under way, or it was interrupted; what it added is there."""

    id: int
    list_id: int
    file_name: str
    uid: int | None
    started_at: datetime
    finished_at: datetime | None
    read: int
    added: int
    updated: int
    duplicate_in_file: int
    already_in_list: int
    invalid: int
    rejected_file: str | None
    encoding: str | None
    delimiter: str | None
    undone_at: datetime | None
    removed: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: leads removed, and leads of the import that stay because they were dialled or marked."""

    removed: int
    kept: int


_COLUMNS = [lead_import.c[name] for name in LeadImport.__dataclass_fields__]


async def every(conn: AsyncConnection) -> list[LeadImport]:
    """All imports, the newest first."""
    rows = await conn.execute(sa.select(*_COLUMNS).order_by(lead_import.c.id.desc()))
    return [LeadImport(**row._mapping) for row in rows]


async def get(conn: AsyncConnection, import_id: int) -> LeadImport:
    """The import of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(*_COLUMNS).where(lead_import.c.id == import_id))).first()
    if row is None:
        raise NotFoundError("There is no import {id}: `minidialer imports` shows those there are.", id=import_id)
    return LeadImport(**row._mapping)


async def begin(conn: AsyncConnection, values: Mapping[str, Any]) -> int:
    """Note that an import has begun; returns its id."""
    first = sa.select(sa.func.coalesce(sa.func.max(lead.c.id), 0) + 1).scalar_subquery()
    added = await conn.execute(sa.insert(lead_import).values(first_lead_id=first, **values).returning(lead_import.c.id))
    return int(added.scalar_one())


async def known(conn: AsyncConnection, list_id: int, numbers: Sequence[str], *, fields: bool = False) -> dict[str, Any]:
    """Rows (id, import_id, fields when asked for) of those of the numbers that are in the list."""
    columns = [lead.c.number, lead.c.id, lead.c.import_id, *([lead.c.fields] if fields else [])]
    query = sa.select(*columns).where(lead.c.list_id == list_id, lead.c.number.in_(numbers))
    return {row.number: row for row in await conn.execute(query)}


async def insert_leads(conn: AsyncConnection, list_id: int, import_id: int, leads: Sequence[tuple[str, str]]) -> None:
    """Add leads that are not in the list yet: number, and fields as `to_json` writes them.

    Already written out, so that nothing is computed while others wait for the store.
    """
    if leads:
        common = {"list_id": list_id, "import_id": import_id}
        rows = [{**common, "number": number, "fields": fields} for number, fields in leads]
        await conn.execute(_INSERT, rows)


_INSERT = sa.insert(sa.table("lead", *(sa.column(name) for name in ("list_id", "import_id", "number", "fields"))))


async def update_fields(conn: AsyncConnection, changed: Mapping[int, Mapping[str, str]]) -> None:
    """Replace the fields of these leads."""
    if changed:
        query = sa.update(lead).where(lead.c.id == sa.bindparam("of")).values(fields=sa.bindparam("new", type_=sa.JSON))
        await conn.execute(query, [{"of": lead_id, "new": fields} for lead_id, fields in changed.items()])


async def fields_of(conn: AsyncConnection, lead_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The fields of those of the leads that are there."""
    rows = await conn.execute(sa.select(lead.c.id, lead.c.fields).where(lead.c.id.in_(lead_ids)))
    return {row.id: row.fields for row in rows}


async def note(conn: AsyncConnection, import_id: int, values: Mapping[str, Any]) -> bool:
    """Store how far the import has come; False when somebody has undone it meanwhile: it must stop."""
    last = sa.select(sa.func.max(lead.c.id)).scalar_subquery()
    query = sa.update(lead_import).where(lead_import.c.id == import_id, lead_import.c.undone_at.is_(None))
    return (await conn.execute(query.values(last_lead_id=last, **values))).rowcount > 0


async def undo(db: Database, import_id: int, now: datetime) -> Undone:
    """Remove the import's leads that were never dialled, in short transactions, and stop it if it still runs.

    Leads that were dialled, or are marked do-not-call, stay; so do fields it updated. May be interrupted and called
    again. Raises NotFoundError.
    """
    async with db.write() as conn:
        await get(conn, import_id)
        mine = lead_import.c.id == import_id
        await conn.execute(sa.update(lead_import).where(mine).values(undone_at=now))
        ends = sa.select(lead_import.c.first_lead_id, lead_import.c.last_lead_id).where(mine)
        first, last = (await conn.execute(ends)).one()
    removed = seen = 0
    after = (first or 1) - 1
    while after < (last or 0):
        async with db.read() as conn:  # another import's leads may lie between: a long look holds up nobody
            some = sa.select(lead.c.id).where(lead.c.id > after, lead.c.id <= last, lead.c.import_id == import_id)
            ids = (await conn.execute(some.order_by(lead.c.id).limit(STEP))).scalars().all()
        async with db.write() as conn:
            gone = (await conn.execute(sa.delete(lead).where(lead.c.id.in_(ids), *_UNTOUCHED))).rowcount if ids else 0
            counted = lead_import.c.removed + gone
            await conn.execute(sa.update(lead_import).where(mine).values(removed=counted))
        removed += gone
        seen += len(ids)
        after = ids[-1] if len(ids) == STEP else last
    return Undone(removed, seen - removed)


_UNTOUCHED = (
    lead.c.state == LeadState.FRESH,
    lead.c.attempts == 0,
    ~lead.c.do_not_call,
    ~sa.exists().where(attempt.c.lead_id == lead.c.id),
)
