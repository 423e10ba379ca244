"""Agents: accounts of people. What an agent is doing is written by `agent_runtime`, for the dialer.

A removed agent keeps the row for the talks that point to it; the login is free again.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import AfterCall, Agent, AgentState, Home, Phone
from minidialer.domain.lead import LeadState

from .errors import InUseError, NotFoundError
from .names import find_row, free_name, key, tidy
from .schema import agent, blocked_list, campaign, campaign_agent, lead, owned_by

_PRESENT = agent.c.removed_at.is_(None)


async def every(conn: AsyncConnection) -> list[Agent]:
    """All agents that are not removed, by login, with what they are doing."""
    rows = (await conn.execute(sa.select(agent).where(_PRESENT).order_by(agent.c.login_key))).all()
    blocked = await _blocked(conn)
    return [_agent(row, blocked.get(row.id, frozenset())) for row in rows]


async def get(conn: AsyncConnection, agent_id: int) -> Agent:
    """The agent of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(agent).where(agent.c.id == agent_id, _PRESENT))).first()
    if row is None:
        raise NotFoundError("There is no agent {id}.", id=agent_id)
    return _agent(row, (await _blocked(conn, agent_id)).get(agent_id, frozenset()))


async def find(conn: AsyncConnection, login: str) -> Agent:
    """The agent of this login. Raises NotFoundError, which names the nearest one."""
    row: Any = await find_row(conn, agent, login)
    return _agent(row, (await _blocked(conn, row.id)).get(row.id, frozenset()))


async def by_login(conn: AsyncConnection, login: str) -> tuple[Agent, str | None] | None:
    """The agent of this login with the hash of their password; None takes as long as one that is found."""
    query = sa.select(agent).where(agent.c.login_key == key(login), _PRESENT)
    row = (await conn.execute(query)).first()
    blocked = await _blocked(conn, row.id if row is not None else 0)
    return None if row is None else (_agent(row, blocked.get(row.id, frozenset())), row.password_hash)


async def add(
    conn: AsyncConnection, login: str, now: datetime, *, name: str = "", active: bool = True, auto_answer: bool = False
) -> Agent:
    """Add an agent, logged out. Raises NameTakenError, NameRefusedError."""
    kept, key = await free_name(conn, agent, login)
    values = {
        "login": kept,
        "login_key": key,
        "name": tidy(name) if name.strip() else "",
        "active": active,
        "auto_answer": auto_answer,
        "created_at": now,
    }
    added = await conn.execute(sa.insert(agent).values(values).returning(agent.c.id))
    return await get(conn, added.scalar_one())


async def save(conn: AsyncConnection, changed: Agent) -> Agent:
    """Store login, name, active and auto-answer; the state is the dialer's. Raises NotFoundError, NameTakenError."""
    kept, key = await free_name(conn, agent, changed.login, changed.id)
    values = {
        "login": kept,
        "login_key": key,
        "name": tidy(changed.name) if changed.name.strip() else "",
        "active": changed.active,
        "auto_answer": changed.auto_answer,
    }
    await conn.execute(sa.update(agent).where(agent.c.id == changed.id, _PRESENT).values(values))
    return await get(conn, changed.id)


async def remove(conn: AsyncConnection, agent_id: int, now: datetime) -> Agent:
    """Remove an agent who is logged out and has no private lead left to call. Raises NotFoundError, InUseError."""
    removed = await get(conn, agent_id)
    if removed.state is not AgentState.LOGGED_OUT:
        raise InUseError("Agent {login} is logged in: log the agent out first.", login=removed.login)
    if owned := await private_leads(conn, agent_id):
        raise InUseError(
            "Agent {login} owns {count} private leads: hand them over first.", login=removed.login, count=owned
        )
    mine = campaign_agent.c.agent_id == agent_id
    assigned = campaign.c.id.in_(sa.select(campaign_agent.c.campaign_id).where(mine))
    await conn.execute(sa.update(campaign).where(assigned).values(revision=campaign.c.revision + 1))
    await conn.execute(sa.delete(campaign_agent).where(mine))
    await conn.execute(sa.update(agent).where(agent.c.id == agent_id).values(removed_at=now, password_hash=None))
    return removed


async def private_leads(conn: AsyncConnection, agent_id: int) -> int:
    """How many leads of the agent are still to be called."""
    query = sa.select(sa.func.count()).where(owned_by(agent_id), lead.c.state != LeadState.CLOSED)
    return (await conn.execute(query)).scalar_one()


async def hand_over(conn: AsyncConnection, agent_id: int, to: int | None) -> int:
    """Give the agent's private leads to another agent, or to nobody in particular; returns how many."""
    if to is not None:
        await get(conn, to)
    given = await conn.execute(sa.update(lead).where(owned_by(agent_id)).values(owner_id=to))
    return given.rowcount


async def set_password_hash(conn: AsyncConnection, agent_id: int, password_hash: str | None) -> None:
    """Store the hash of the agent's own password; None: no log-in with a password. Raises NotFoundError."""
    done = await conn.execute(
        sa.update(agent).where(agent.c.id == agent_id, _PRESENT).values(password_hash=password_hash)
    )
    if done.rowcount == 0:
        raise NotFoundError("There is no agent {id}.", id=agent_id)


async def password_hash(conn: AsyncConnection, agent_id: int) -> str | None:
    """The hash of the agent's password, None when there is none."""
    query = sa.select(agent.c.password_hash).where(agent.c.id == agent_id, _PRESENT)
    return (await conn.execute(query)).scalar_one_or_none()


async def with_password(conn: AsyncConnection) -> frozenset[int]:
    """The agents who have a password."""
    query = sa.select(agent.c.id).where(agent.c.password_hash.is_not(None), _PRESENT)
    return frozenset((await conn.execute(query)).scalars())


async def _blocked(conn: AsyncConnection, agent_id: int | None = None) -> dict[int, frozenset[int]]:
    """Blocked lists by agent."""
    query = sa.select(blocked_list.c.agent_id, blocked_list.c.list_id)
    if agent_id is not None:
        query = query.where(blocked_list.c.agent_id == agent_id)
    found: dict[int, set[int]] = {}
    for owner_id, list_id in await conn.execute(query):
        found.setdefault(owner_id, set()).add(list_id)
    return {owner_id: frozenset(lists) for owner_id, lists in found.items()}


def _wish(row: Any) -> AfterCall:
    return AfterCall(row.after_call, row.after_call_reason, row.after_call_force)


def _agent(row: Any, blocked: frozenset[int]) -> Agent:
    return Agent(
        id=row.id,
        login=row.login,
        name=row.name,
        active=row.active,
        auto_answer=row.auto_answer,
        state=row.state,
        reason=row.reason,
        since=row.since,
        ready_since=row.ready_since,
        campaign_id=row.campaign_id,
        attempt_id=row.attempt_id,
        saved=row.saved,
        after_call=_wish(row) if row.after_call is not None else None,
        phone=Phone(row.phone_state, row.phone_leg, row.phone_since),
        home=Home(row.home_campaign_id, row.home_reason) if row.by_hand else None,
        blocked_lists=blocked,
    )
