"""Leads changed by supervisors, and where they came from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import Lead

from .leads import LeadRecord, get
from .schema import handed_out, lead, lead_import


@dataclass(frozen=True, slots=True)
class Origin:
    """The import a lead came with, and the agent it is handed out to at the moment."""

    import_id: int | None = None
    file_name: str = ""
    imported_at: datetime | None = None
    handed_to: int | None = None


async def origin(conn: AsyncConnection, lead_id: int) -> Origin:
    """Where the lead came from."""
    query = (
        sa.select(lead.c.import_id, lead_import.c.file_name, lead_import.c.started_at, handed_out.c.agent_id)
        .select_from(lead)
        .outerjoin(lead_import, lead_import.c.id == lead.c.import_id)
        .outerjoin(handed_out, handed_out.c.lead_id == lead.c.id)
        .where(lead.c.id == lead_id)
    )
    row = (await conn.execute(query)).first()
    return Origin() if row is None else Origin(row.import_id, row.file_name or "", row.started_at, row.agent_id)


def merged(present: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """The fields afterwards: new ones at the end; None takes one away."""
    both = {**present, **changes}
    return {name: value for name, value in both.items() if value is not None}


async def save(conn: AsyncConnection, after: Lead, *, disposition_id: int | None, notes: str) -> LeadRecord:
    """Store the lead as it is now. Raises NotFoundError."""
    values: dict[str, Any] = {
        "state": after.state,
        "attempts": after.attempts,
        "due_at": after.due_at,
        "owner_id": after.owner_id,
        "do_not_call": after.do_not_call,
        "disposition_id": disposition_id,
        "fields": dict(after.fields),
        "notes": notes,
    }
    await conn.execute(sa.update(lead).where(lead.c.id == after.id).values(values))
    return await get(conn, after.id)


async def mark_do_not_call(conn: AsyncConnection, lead_ids: Collection[int], marked: bool) -> int:
    """Mark or unmark these leads; returns how many were not so before."""
    changed = sa.update(lead).where(lead.c.id.in_(lead_ids), lead.c.do_not_call != marked)
    return (await conn.execute(changed.values(do_not_call=marked))).rowcount
