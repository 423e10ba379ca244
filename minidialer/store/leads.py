"""Leads: found, listed, edited, and changed by the end of an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import Lead, LeadChange, LeadState

from .errors import NotFoundError
from .schema import handed_out, lead, lead_list, owned_by

PAGE = 500


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """A lead as people see it: with the disposition saved last, and the notes."""

    lead: Lead
    disposition_id: int | None
    notes: str


async def get(conn: AsyncConnection, lead_id: int) -> LeadRecord:
    """The lead of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(lead).where(lead.c.id == lead_id))).first()
    if row is None:
        raise NotFoundError("There is no lead {id}.", id=lead_id)
    return record(row)


async def get_with_list(conn: AsyncConnection, lead_id: int) -> tuple[LeadRecord, str]:
    """The lead of this id and the name of its list, in one statement. Raises NotFoundError."""
    query = sa.select(lead, lead_list.c.name.label("list_name")).join(lead_list, lead_list.c.id == lead.c.list_id)
    row = (await conn.execute(query.where(lead.c.id == lead_id))).first()
    if row is None:
        raise NotFoundError("There is no lead {id}.", id=lead_id)
    return record(row), str(row.list_name)


async def find(conn: AsyncConnection, number: str) -> list[LeadRecord]:
    """The leads of this number (E.164), one a list at most, in lists that are not removed."""
    lists = (await conn.execute(sa.select(lead_list.c.id).where(lead_list.c.removed_at.is_(None)))).scalars().all()
    query = sa.select(lead).where(lead.c.list_id.in_(lists), lead.c.number == number).order_by(lead.c.list_id)
    return [record(row) for row in await conn.execute(query)]


async def page(
    conn: AsyncConnection,
    list_id: int,
    *,
    after: int = 0,
    limit: int = PAGE,
    state: LeadState | None = None,
    exhausted_by: int | None = None,
) -> list[LeadRecord]:
    """Leads of a list in the order of import, those with an id above `after`; an empty page is the end.

    exhausted_by: only retries with more attempts than this limit allows.
    """
    query = sa.select(lead).where(lead.c.list_id == list_id, lead.c.id > after).order_by(lead.c.id).limit(limit)
    if state is not None:
        query = query.where(lead.c.state == state)
    if exhausted_by is not None:
        query = query.where(lead.c.state == LeadState.RETRY, lead.c.attempts > exhausted_by)
    return [record(row) for row in await conn.execute(query)]


async def owned(conn: AsyncConnection, agent_id: int, *, limit: int = PAGE) -> list[LeadRecord]:
    """An agent's private leads that are still to be called, the earliest due first."""
    query = (
        sa.select(lead)
        .join(lead_list, lead_list.c.id == lead.c.list_id)
        .where(owned_by(agent_id), lead.c.state != LeadState.CLOSED, lead_list.c.removed_at.is_(None))
        .order_by(lead.c.due_at, lead.c.id)
        .limit(limit)
    )
    return [record(row) for row in await conn.execute(query)]


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
    await conn.execute(sa.delete(handed_out).where(handed_out.c.lead_id == lead_id))  # it has been called


async def edit(
    conn: AsyncConnection,
    lead_id: int,
    *,
    fields: Mapping[str, str] | None = None,
    notes: str | None = None,
    do_not_call: bool | None = None,
) -> LeadRecord:
    """Change what a person may change of a lead; fields are merged, new ones at the end. Raises NotFoundError."""
    before = await get(conn, lead_id)
    values: dict[str, Any] = {}
    if fields is not None:
        values["fields"] = {**before.lead.fields, **fields}
    if notes is not None:
        values["notes"] = notes
    if do_not_call is not None:
        values["do_not_call"] = do_not_call
    if values:
        await conn.execute(sa.update(lead).where(lead.c.id == lead_id).values(values))
    return await get(conn, lead_id)


async def reset_attempts(conn: AsyncConnection, lead_id: int) -> bool:
    """Start the lead's counter again: a retry is fresh and due at once; False when it is none."""
    fresh = {"state": LeadState.FRESH, "attempts": 0, "due_at": None}
    done = await conn.execute(
        sa.update(lead).where(lead.c.id == lead_id, lead.c.state == LeadState.RETRY).values(fresh)
    )
    return done.rowcount > 0


def record(row: Any) -> LeadRecord:
    """A row that holds all columns of `lead`."""
    person = Lead(
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
    return LeadRecord(person, row.disposition_id, row.notes)
