"""Sessions on the agents' pages: one open session an agent. Only a hash of the token is known here."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import agent_session


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in. `why` it ended: taken_over, signed_out, revoked or expired; empty while it is open."""

    token_hash: str
    agent_id: int
    address: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    why: str = ""


_COLUMNS = [agent_session.c[name] for name in Session.__dataclass_fields__]


async def begin(conn: AsyncConnection, session: Session) -> None:
    """Open it; an open one of the same agent is taken over."""
    await end(conn, session.agent_id, session.created_at, "taken_over")
    values = {name: getattr(session, name) for name in Session.__dataclass_fields__}
    await conn.execute(sa.insert(agent_session).values(values))


async def end(conn: AsyncConnection, agent_id: int, now: datetime, why: str) -> None:
    """End the open session of this agent, if there is one."""
    mine = sa.and_(agent_session.c.agent_id == agent_id, agent_session.c.ended_at.is_(None))
    await conn.execute(sa.update(agent_session).where(mine).values(ended_at=now, why=why))


async def seen(conn: AsyncConnection, agent_id: int, now: datetime) -> None:
    """The open session of this agent was used."""
    mine = sa.and_(agent_session.c.agent_id == agent_id, agent_session.c.ended_at.is_(None))
    await conn.execute(sa.update(agent_session).where(mine).values(last_seen_at=now))


async def every_open(conn: AsyncConnection) -> list[Session]:
    """All open sessions."""
    query = sa.select(*_COLUMNS).where(agent_session.c.ended_at.is_(None))
    return [Session(**row._mapping) for row in await conn.execute(query)]


async def why_ended(conn: AsyncConnection, token_hash: str) -> str:
    """Why the session of this token is over; empty when there was none."""
    query = sa.select(agent_session.c.why).where(agent_session.c.token_hash == token_hash)
    return (await conn.execute(query)).scalar_one_or_none() or ""
