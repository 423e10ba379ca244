"""A past day of a campaign: its calls, and when its agents were there to take them.

Calls that agents placed by hand, or that were kept for one agent, are left out with the time they took: they are no
business of the pacing's.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import AgentState
from minidialer.domain.outcome import Outcome

from .agent_runtime import AgentSpan
from .schema import agent_state, attempt, daemon_run

THERE = (AgentState.READY, AgentState.RESERVED, AgentState.IN_CALL, AgentState.WRAP_UP)


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call that ended."""

    dialled_at: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime
    outcome: Outcome
    cause: int | None


async def calls(conn: AsyncConnection, campaign_id: int, since: datetime, until: datetime) -> list[PastCall]:
    """The campaign's calls that went out in this time and have ended, in that order."""
    query = (
        sa.select(
            attempt.c.dialled_at,
            attempt.c.answered_at,
            attempt.c.connected_at,
            attempt.c.ended_at,
            attempt.c.outcome,
            attempt.c.cause,
        )
        .where(
            attempt.c.campaign_id == campaign_id,
            attempt.c.ended_at.is_not(None),
            attempt.c.dialled_at >= since,
            attempt.c.dialled_at < until,
            attempt.c.owner_id.is_(None),
            ~attempt.c.by_hand,
        )
        .order_by(attempt.c.dialled_at, attempt.c.id)
    )
    return [PastCall(*row) for row in await conn.execute(query)]


async def presence(conn: AsyncConnection, campaign_id: int, since: datetime, until: datetime) -> list[AgentSpan]:
    """Spans in which agents were ready for the campaign's calls or busy with them, by agent and time.

    None reaches beyond what is known of that time: on a day that is still running, what is not over lasts to the
    latest moment the store knows of.
    """
    known = await _last_known(conn, since, until)
    query = (
        sa.select(agent_state)
        .outerjoin(attempt, attempt.c.id == agent_state.c.attempt_id)
        .where(
            agent_state.c.campaign_id == campaign_id,
            agent_state.c.state.in_(THERE),
            agent_state.c.started_at >= since,
            agent_state.c.started_at < until,
            sa.or_(attempt.c.id.is_(None), sa.and_(attempt.c.owner_id.is_(None), ~attempt.c.by_hand)),
        )
        .order_by(agent_state.c.agent_id, agent_state.c.started_at, agent_state.c.id)
    )
    return [
        AgentSpan(
            row.agent_id,
            row.state,
            row.reason,
            row.campaign_id,
            row.attempt_id,
            row.started_at,
            min(row.ended_at or known, until),
        )
        for row in await conn.execute(query)
    ]


async def _last_known(conn: AsyncConnection, since: datetime, until: datetime) -> datetime:
    """The latest sign of life in this time: the daemon's own, an agent's or a call's."""
    signs = (daemon_run.c.seen_at, agent_state.c.started_at, agent_state.c.ended_at, attempt.c.ended_at)
    latest = [(await conn.execute(sa.select(sa.func.max(sign)))).scalar_one() for sign in signs]
    return max(since, min(until, max((moment for moment in latest if moment is not None), default=until)))
