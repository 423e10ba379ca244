"""Leads: found, listed, edited, and changed by the end of an attempt."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import Lead, LeadChange, LeadState

from .errors import InUseError, NotFoundError
from .schema import lead, lead_list

PAGE = 500


async def get(conn: AsyncConnection, lead_id: int) -> Lead:
    """The lead of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(lead).where(lead.c.id == lead_id))).first()
    if row is None:
        raise NotFoundError("There is no lead {id}.", id=lead_id)
    return _lead(row)


async def notes(conn: AsyncConnection, lead_id: int) -> str:
    """The notes on the lead. Raises NotFoundError."""
    found: str | None = (await conn.execute(sa.select(lead.c.notes).where(lead.c.id == lead_id))).scalar()
    if found is None:
        raise NotFoundError("There is no lead {id}.", id=lead_id)
    return found


async def find(conn: AsyncConnection, number: str) -> list[Lead]:
    """The leads of this number (E.164), one a list at most, in lists that are not removed."""
    lists = (await conn.execute(sa.select(lead_list.c.id).where(lead_list.c.removed_at.is_(None)))).scalars().all()
    query = sa.select(lead).where(lead.c.list_id.in_(lists), lead.c.number == number).order_by(lead.c.list_id)
    return [_lead(row) for row in await conn.execute(query)]


async def page(
    conn: AsyncConnection, list_id: int, *, after: int = 0, limit: int = PAGE, state: LeadState | None = None
) -> list[Lead]:
    """Leads of a list in the order of import, those with an id above `after`; an empty page is the end."""
    query = sa.select(lead).where(lead.c.list_id == list_id, lead.c.id > after).order_by(lead.c.id).limit(limit)
    if state is not None:
        query = query.where(lead.c.state == state)
    return [_lead(row) for row in await conn.execute(query)]


async def owned(conn: AsyncConnection, agent_id: int, *, limit: int = PAGE) -> list[Lead]:
    """An agent's private leads that are still to be called, the earliest due first."""
    query = (
        sa.select(lead)
        .join(lead_list, lead_list.c.id == lead.c.list_id)
        .where(lead.c.owner_id == agent_id, lead.c.state != LeadState.CLOSED, lead_list.c.removed_at.is_(None))
        .order_by(lead.c.due_at, lead.c.id)
        .limit(limit)
    )
    return [_lead(row) for row in await conn.execute(query)]


async def change(conn: AsyncConnection, lead_id: int, what: LeadChange) -> None:
    """Store what the end of an attempt, or a saved form, does to the lead."""
    values: dict[str, Any] = {"state": what.state, "due_at": what.due_at}
    if what.resets:
        values["attempts"] = 0
    elif what.counts:
        values["attempts"] = lead.c.attempts + 1
    if what.do_not_call:
        values["do_not_call"] = True
    if what.owner_id is not None:
        values["owner_id"] = what.owner_id
    await conn.execute(sa.update(lead).where(lead.c.id == lead_id).values(values))


async def edit(
    conn: AsyncConnection,
    lead_id: int,
    *,
    fields: Mapping[str, str] | None = None,
    notes: str | None = None,
    do_not_call: bool | None = None,
) -> Lead:
    """Change what a person may change of a lead; fields are merged, new ones at the end. Raises NotFoundError."""
    before = await get(conn, lead_id)
    values: dict[str, Any] = {}
    if fields is not None:
        values["fields"] = {**before.fields, **fields}
    if notes is not None:
        values["notes"] = notes
    if do_not_call is not None:
        values["do_not_call"] = do_not_call
    if values:
        await conn.execute(sa.update(lead).where(lead.c.id == lead_id).values(values))
    return await get(conn, lead_id)


async def reopen(conn: AsyncConnection, lead_id: int) -> Lead:
    """Make a lead fresh again. Raises NotFoundError, InUseError while a call or a form of it is open."""
    before = await get(conn, lead_id)
    if before.state is LeadState.LIVE:
        raise InUseError("{number} is being called or its form is open: wait until it is saved.", number=before.number)
    values = {"state": LeadState.FRESH, "attempts": 0, "due_at": None}
    await conn.execute(sa.update(lead).where(lead.c.id == lead_id).values(values))
    return await get(conn, lead_id)


def _lead(row: Any) -> Lead:
    return Lead(
        id=row.id,
        list_id=row.list_id,
        number=row.number,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        owner_id=row.owner_id,
        do_not_call=row.do_not_call,
        fields=row.fields,
    )
