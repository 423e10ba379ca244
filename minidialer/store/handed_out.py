"""Leads handed out to one agent: no claim sees them until they were called, given back, or the day is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.campaign import Campaign
from minidialer.domain.commands import Claim
from minidialer.domain.lead import LeadState

from .claim import first_due
from .leads import LeadRecord, record
from .schema import attempt, handed_out, lead

_UNDER_WAY = sa.exists().where(attempt.c.lead_id == handed_out.c.lead_id, ~attempt.c.settled)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A lead in an agent's hand. `campaign_id`: the one it was taken from."""

    lead: LeadRecord
    campaign_id: int


async def take(
    conn: AsyncConnection, agent_id: int, campaign: Campaign, *, count: int, now: datetime, until: datetime
) -> int:
    """Hand out up to `count` leads that are due, in selection order; gives how many."""
    if campaign.list_id is None or count < 1:
        return 0
    order = Claim(0, campaign.id, campaign.list_id, count, campaign.settings.max_retries, now)
    rows = await first_due(conn, order)
    if rows:
        common = {"agent_id": agent_id, "campaign_id": campaign.id, "at": now, "until": until}
        values = [common | {"lead_id": row.id, "state": row.state, "due_at": row.due_at} for row in rows]
        await conn.execute(sa.insert(handed_out), values)
        live = sa.update(lead).where(lead.c.id == sa.bindparam("of")).values(state=LeadState.LIVE)
        await conn.execute(live, [{"of": row.id} for row in rows])
    return len(rows)


async def of_agent(conn: AsyncConnection, agent_id: int) -> list[HandedOut]:
    """Those in this agent's hand, in the order they were taken."""
    query = (
        sa.select(lead, handed_out.c.campaign_id, handed_out.c.due_at.label("was_due_at"))
        .join(handed_out, handed_out.c.lead_id == lead.c.id)
        .where(handed_out.c.agent_id == agent_id)
        .order_by(handed_out.c.at, lead.c.id)
    )
    return [HandedOut(record(row), row.campaign_id) for row in await conn.execute(query)]


async def count(conn: AsyncConnection, agent_id: int) -> int:
    """How many are in this agent's hand."""
    query = sa.select(sa.func.count()).where(handed_out.c.agent_id == agent_id)
    return (await conn.execute(query)).scalar_one()


async def release(conn: AsyncConnection, agent_id: int, lead_id: int | None = None) -> set[int]:
    """Give one, or all, of an agent's leads back; gives the lists they are of. One being called stays."""
    wanted = [handed_out.c.agent_id == agent_id]
    if lead_id is not None:
        wanted.append(handed_out.c.lead_id == lead_id)
    return await _release(conn, *wanted)


async def release_over(conn: AsyncConnection, now: datetime) -> set[int]:
    """Give back what nobody called by the end of its day; gives the lists they are of."""
    return await _release(conn, handed_out.c.until <= now)


async def _release(conn: AsyncConnection, *wanted: sa.ColumnElement[bool]) -> set[int]:
    query = (
        sa.select(handed_out.c.lead_id, handed_out.c.state, handed_out.c.due_at, lead.c.list_id)
        .join(lead, lead.c.id == handed_out.c.lead_id)
        .where(*wanted, ~_UNDER_WAY)
    )
    rows: list[Any] = list(await conn.execute(query))
    if not rows:
        return set()
    back = sa.update(lead).where(lead.c.id == sa.bindparam("of"), lead.c.state == LeadState.LIVE)
    values = back.values(state=sa.bindparam("was"), due_at=sa.bindparam("due"))
    await conn.execute(values, [{"of": row.lead_id, "was": LeadState(row.state), "due": row.due_at} for row in rows])
    gone = sa.delete(handed_out).where(handed_out.c.lead_id == sa.bindparam("of"))
    await conn.execute(gone, [{"of": row.lead_id} for row in rows])
    return {row.list_id for row in rows}
