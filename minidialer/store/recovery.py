"""Recovery: what a daemon that died left between two of its writes is finished at the next start."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import AgentState
from minidialer.domain.events import FormSaved
from minidialer.domain.outcome import Outcome
from minidialer.domain.retry import lead_after
from minidialer.domain.run import FIVE_SECONDS

from . import attempts, campaigns, leads
from .errors import NotFoundError
from .schema import agent, attempt

_log = logging.getLogger(__name__)
_MINUTES = 60  # until the next try when the campaign is gone


async def saved_forms(conn: AsyncConnection) -> list[FormSaved]:
    """Forms that were committed before the dialer could free their agents."""
    query = (
        sa.select(agent.c.id, attempt.c.id.label("attempt_id"))
        .join(attempt, attempt.c.id == agent.c.attempt_id)
        .where(attempt.c.saved_at.is_not(None), agent.c.state.in_((AgentState.IN_CALL, AgentState.WRAP_UP)))
    )
    return [FormSaved(row.id, row.attempt_id) for row in await conn.execute(query)]


async def recent_starts(conn: AsyncConnection, now: datetime) -> list[tuple[int, datetime]]:
    """Calls the last run placed within the present 5 seconds: the limit holds across a restart.

    Those of later moments, which there are when the clock was set back, would hold everything up until then.
    """
    return [start for start in await attempts.starts_since(conn, now - FIVE_SECONDS) if start[1] <= now]


async def settle_lost(conn: AsyncConnection, now: datetime) -> int:
    """Give leads whose attempt ended without any effect on them the retry rule of `unknown`; returns how many."""
    lost = await attempts.unsettled(conn)
    for ended in lost:
        try:
            minutes = (await campaigns.get(conn, ended.campaign_id)).settings.retry_interval
        except NotFoundError:
            minutes = _MINUTES
        if await attempts.settle(conn, ended.id):
            await leads.change(conn, ended.lead_id, lead_after(Outcome.UNKNOWN, minutes, now))
            _log.warning(
                "Attempt %d had no effect on its lead: it is called again", ended.id, extra={"action": "recover"}
            )
    return len(lost)
