"""An agent's own work: talks and what came of them, and the callbacks they agreed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState

from .leads import LeadRecord, record
from .schema import attempt, disposition, lead, lead_list

_MOST = 200


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk. `ended_at` None: it goes on; `disposition` empty: not saved yet."""

    connected_at: datetime
    ended_at: datetime | None
    disposition: str
    success: bool


async def talks(conn: AsyncConnection, agent_id: int, since: datetime, until: datetime) -> list[Talk]:
    """The agent's talks that began in this time."""
    query = (
        sa.select(attempt.c.connected_at, attempt.c.ended_at, disposition.c.name, disposition.c.success)
        .outerjoin(disposition, disposition.c.id == attempt.c.disposition_id)
        .where(
            attempt.c.agent_id == agent_id,
            attempt.c.connected_at.is_not(None),
            attempt.c.connected_at >= since,
            attempt.c.connected_at < until,
        )
        .order_by(attempt.c.connected_at)
    )
    return [
        Talk(row.connected_at, row.ended_at, row.name or "", bool(row.success)) for row in await conn.execute(query)
    ]


async def due_callbacks(conn: AsyncConnection, agent_id: int, now: datetime) -> list[LeadRecord]:
    """Leads nobody owns whose callback this agent agreed and that are due, the latest agreed first; at most 200."""
    query = (
        sa.select(lead)
        .join(attempt, attempt.c.lead_id == lead.c.id)
        .join(lead_list, lead_list.c.id == lead.c.list_id)
        .where(
            attempt.c.agent_id == agent_id,
            attempt.c.callback_at.is_not(None),
            attempt.c.callback_at <= now,
            lead.c.state == LeadState.CALLBACK,
            lead.c.due_at == attempt.c.callback_at,
            lead.c.owner_id.is_(None),
            ~lead.c.do_not_call,
            lead_list.c.removed_at.is_(None),
        )
        .order_by(attempt.c.callback_at.desc(), lead.c.id)
        .limit(_MOST)
    )
    return [record(row) for row in await conn.execute(query)]
