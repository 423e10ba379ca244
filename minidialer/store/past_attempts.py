"""Earlier attempts to a lead as an agent reads them: names instead of ids, in one statement."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.outcome import Outcome

from .schema import agent, attempt, disposition


@dataclass(frozen=True, slots=True)
class Past:
    """One attempt. `agent`: the person's name, else the account; "" where there is nothing. Removed ones keep names."""

    attempt_id: int
    at: datetime
    outcome: Outcome | None
    agent: str
    disposition: str
    notes: str


async def of_lead(conn: AsyncConnection, lead_id: int, *, most: int) -> list[Past]:
    """The latest attempts, the latest first."""
    query = (
        sa.select(
            attempt.c.id,
            sa.func.coalesce(attempt.c.dialled_at, attempt.c.claimed_at, type_=attempt.c.dialled_at.type).label("at"),
            attempt.c.outcome,
            sa.func.coalesce(sa.func.nullif(agent.c.name, ""), agent.c.login, "").label("agent"),
            sa.func.coalesce(disposition.c.name, "").label("disposition"),
            attempt.c.notes,
        )
        .outerjoin(agent, agent.c.id == attempt.c.agent_id)
        .outerjoin(disposition, disposition.c.id == attempt.c.disposition_id)
        .where(attempt.c.lead_id == lead_id)
        .order_by(attempt.c.id.desc())
        .limit(most)
    )
    return [Past(*row) for row in await conn.execute(query)]
