"""What an agent's pages show and in which language, and which lists the agent must not meet."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import NotFoundError
from .schema import agent, blocked_list

TABS = ("dialer", "connections", "statistics")


@dataclass(frozen=True, slots=True)
class Access:
    """`tabs`: of TABS; `language`: pl, en, or empty (the browser's)."""

    tabs: frozenset[str] = frozenset(TABS)
    language: str = ""
    blocked_lists: frozenset[int] = frozenset()


async def of_agent(conn: AsyncConnection, agent_id: int) -> Access:
    """What this agent may do. Raises NotFoundError."""
    row = (await conn.execute(sa.select(agent.c.tabs, agent.c.language).where(agent.c.id == agent_id))).first()
    if row is None:
        raise NotFoundError("There is no agent {id}.", id=agent_id)
    lists = await conn.execute(sa.select(blocked_list.c.list_id).where(blocked_list.c.agent_id == agent_id))
    return Access(frozenset(filter(None, row.tabs.split(","))), row.language, frozenset(lists.scalars()))


async def of_all(conn: AsyncConnection) -> dict[int, Access]:
    """What each agent may do, by id, in two queries."""
    blocked: dict[int, set[int]] = defaultdict(set)
    for agent_id, list_id in await conn.execute(sa.select(blocked_list.c.agent_id, blocked_list.c.list_id)):
        blocked[agent_id].add(list_id)
    rows = await conn.execute(sa.select(agent.c.id, agent.c.tabs, agent.c.language))
    return {
        row.id: Access(frozenset(filter(None, row.tabs.split(","))), row.language, frozenset(blocked.get(row.id, ())))
        for row in rows
    }


async def save(conn: AsyncConnection, agent_id: int, access: Access) -> None:
    """Store it."""
    values = {"tabs": ",".join(tab for tab in TABS if tab in access.tabs), "language": access.language}
    await conn.execute(sa.update(agent).where(agent.c.id == agent_id).values(values))
    await _block(conn, agent_id, access.blocked_lists)


async def _block(conn: AsyncConnection, agent_id: int, lists: Collection[int]) -> None:
    await conn.execute(sa.delete(blocked_list).where(blocked_list.c.agent_id == agent_id))
    if lists:
        rows = [{"agent_id": agent_id, "list_id": list_id} for list_id in sorted(lists)]
        await conn.execute(sa.insert(blocked_list), rows)
