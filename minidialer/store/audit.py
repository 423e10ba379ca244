"""The audit trail: who changed what, when, from what to what. Lines are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import audit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change. `uid`: of the process that asked, None for the dialer itself; `actor`: who that is, for people."""

    at: datetime
    action: str  # e.g. campaign.start
    subject: str = ""  # e.g. the campaign's name
    uid: int | None = None
    actor: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def insert(line: AuditLine) -> sa.Insert:
    """The statement that writes the line, for connections of any kind."""
    return sa.insert(audit).values(
        at=line.at,
        action=line.action,
        subject=line.subject,
        uid=line.uid,
        actor=line.actor,
        before=dict(line.before) if line.before is not None else None,
        after=dict(line.after) if line.after is not None else None,
    )


async def record(conn: AsyncConnection, line: AuditLine) -> None:
    """Write the line, in the transaction of the change itself."""
    await conn.execute(insert(line))


async def latest(
    conn: AsyncConnection, *, limit: int = 100, before_id: int | None = None
) -> list[tuple[int, AuditLine]]:
    """The latest lines with their ids, the newest first; `before_id` goes on from an earlier page."""
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    return [
        (row.id, AuditLine(row.at, row.action, row.subject, row.uid, row.actor, row.before, row.after))
        for row in await conn.execute(query)
    ]
