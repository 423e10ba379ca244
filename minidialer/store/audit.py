"""The audit trail: who changed what, when, from what to what. Lines are added and never changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import audit

_RECENT = 20_000


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


async def last_change(conn: AsyncConnection, name: str, actions: Collection[str]) -> AuditLine | None:
    """The latest of these actions on what is called so now; looked for among the last lines only."""
    newest = sa.select(sa.func.max(audit.c.id)).scalar_subquery()
    named = sa.or_(audit.c.subject == name, audit.c.after["name"].as_string() == name)
    query = (
        sa.select(audit)
        .where(audit.c.id > newest - _RECENT, audit.c.action.in_(actions), named)
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(query)).first()
    if row is None:
        return None
    return AuditLine(row.at, row.action, row.subject, row.uid, row.actor, row.before, row.after)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: of a time, of somebody, of a kind (`campaign.start`, or `campaign` for all of it), of a subject."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""  # any part of it


ALL = Asked()


async def latest(
    conn: AsyncConnection, *, limit: int = 100, before_id: int | None = None, asked: Asked = ALL
) -> list[tuple[int, AuditLine]]:
    """The latest lines with their ids, the newest first; `before_id` goes on from an earlier page."""
    query = sa.select(audit).where(*_asked(asked)).order_by(audit.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    return [
        (row.id, AuditLine(row.at, row.action, row.subject, row.uid, row.actor, row.before, row.after))
        for row in await conn.execute(query)
    ]


def _asked(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = []
    if asked.since is not None:
        found.append(audit.c.at >= asked.since)
    if asked.until is not None:
        found.append(audit.c.at < asked.until)
    if asked.actor:
        found.append(sa.func.lower(audit.c.actor) == asked.actor.lower())
    if asked.action:
        whole = audit.c.action == asked.action
        found.append(sa.or_(whole, audit.c.action.startswith(f"{asked.action}.", autoescape=True)))
    if asked.subject:
        found.append(audit.c.subject.icontains(asked.subject, autoescape=True))
    return found
