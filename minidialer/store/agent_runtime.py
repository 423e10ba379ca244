"""What agents are doing, and did: the present state on the agent's row, and the history for the statistics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import Agent, AgentState

from .schema import agent, agent_state


@dataclass(frozen=True, slots=True)
class AgentSpan:
    """An agent was in one state from `started_at` to `ended_at` (None: still is)."""

    agent_id: int
    state: AgentState
    reason: str
    campaign_id: int | None
    attempt_id: int | None
    started_at: datetime
    ended_at: datetime | None


async def save(conn: AsyncConnection, current: Agent) -> None:
    """Store what the agent is doing. Storing the same twice changes nothing."""
    after, home = current.after_call, current.home
    values = {
        "state": current.state,
        "reason": current.reason,
        "since": current.since,
        "ready_since": current.ready_since,
        "campaign_id": current.campaign_id,
        "attempt_id": current.attempt_id,
        "saved": current.saved,
        "after_call": after.action if after is not None else None,
        "after_call_reason": after.reason if after is not None else "",
        "after_call_force": after is not None and after.force,
        "phone_state": current.phone.state,
        "phone_leg": current.phone.leg,
        "phone_since": current.phone.since,
        "by_hand": home is not None,
        "home_campaign_id": home.campaign_id if home is not None else None,
        "home_reason": home.reason if home is not None else "",
    }
    await conn.execute(sa.update(agent).where(agent.c.id == current.id).values(values))
    if current.since is not None:
        await _keep_history(conn, current, current.since)


async def _keep_history(conn: AsyncConnection, current: Agent, since: datetime) -> None:
    """Close the span that was open and open the present one; a span is known by agent, start, state and reason."""
    mine = agent_state.c.agent_id == current.id
    present = sa.and_(
        agent_state.c.started_at == since,
        agent_state.c.state == current.state,
        agent_state.c.reason == current.reason,
    )
    started_at = agent_state.c.started_at
    end = sa.case(
        (started_at > since, started_at), else_=sa.literal(since, started_at.type)
    )  # the clock may have been set back
    others = sa.update(agent_state).where(mine, agent_state.c.ended_at.is_(None), sa.not_(present))
    closed = await conn.execute(others.values(ended_at=end).returning(started_at))
    if any(begin > since for begin in closed.scalars()):
        await _take_back(conn, mine, since)
    span: dict[str, Any] = {
        "agent_id": current.id,
        "started_at": since,
        "state": current.state,
        "reason": current.reason,
        "campaign_id": current.campaign_id,
        "attempt_id": current.attempt_id,
    }
    again = {"ended_at": None, "campaign_id": current.campaign_id, "attempt_id": current.attempt_id}
    known_by = ["agent_id", "started_at", "state", "reason"]
    await conn.execute(insert(agent_state).values(span).on_conflict_do_update(index_elements=known_by, set_=again))


async def _take_back(conn: AsyncConnection, mine: sa.ColumnElement[bool], since: datetime) -> None:
    """The clock was set back: what was noted beyond this moment gives way, so that nobody is in two states at once."""
    started_at = agent_state.c.started_at
    await conn.execute(sa.delete(agent_state).where(mine, started_at > since))
    last = sa.select(sa.func.max(started_at)).where(mine, started_at <= since).scalar_subquery()
    reaches = sa.update(agent_state).where(mine, started_at >= last, agent_state.c.ended_at > since)
    await conn.execute(reaches.values(ended_at=since))


async def history(conn: AsyncConnection, agent_id: int, since: datetime, until: datetime) -> list[AgentSpan]:
    """The spans of an agent that touch this time, in order."""
    mine, started_at = agent_state.c.agent_id == agent_id, agent_state.c.started_at
    # Spans follow each other: of those begun before, only the last can reach into this time. A year's are not read.
    before = sa.select(sa.func.max(started_at)).where(mine, started_at <= since).scalar_subquery()
    query = (
        sa.select(agent_state)
        .where(
            mine,
            started_at >= sa.func.coalesce(before, sa.literal(since, started_at.type)),
            started_at < until,
            sa.or_(agent_state.c.ended_at.is_(None), agent_state.c.ended_at > since),
        )
        .order_by(started_at, agent_state.c.id)
    )
    return [
        AgentSpan(
            agent_id=row.agent_id,
            state=row.state,
            reason=row.reason,
            campaign_id=row.campaign_id,
            attempt_id=row.attempt_id,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row in await conn.execute(query)
    ]
