"""Campaigns: added, changed, assigned, started, stopped and removed.

A removed campaign keeps its row for the attempts that point to it; its name is free again.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.campaign import Campaign, CampaignSettings, CampaignStatus

from .campaign_settings import settings_from_json, settings_to_json
from .errors import InUseError, NotFoundError
from .names import find_row, free_name
from .schema import agent, attempt, campaign, campaign_agent

_PRESENT = campaign.c.removed_at.is_(None)


async def every(conn: AsyncConnection) -> list[Campaign]:
    """All campaigns that are not removed, in the order they were added."""
    rows = (await conn.execute(sa.select(campaign).where(_PRESENT).order_by(campaign.c.id))).all()
    assigned: dict[int, set[int]] = {}
    for campaign_id, agent_id in await conn.execute(sa.select(campaign_agent)):
        assigned.setdefault(campaign_id, set()).add(agent_id)
    return [_campaign(row, assigned.get(row.id, set())) for row in rows]


async def get(conn: AsyncConnection, campaign_id: int) -> Campaign:
    """The campaign of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(campaign).where(campaign.c.id == campaign_id, _PRESENT))).first()
    if row is None:
        raise NotFoundError("There is no campaign {id}.", id=campaign_id)
    return _campaign(row, await _assigned(conn, campaign_id))


async def find(conn: AsyncConnection, name: str) -> Campaign:
    """The campaign of this name. Raises NotFoundError, which names the nearest one."""
    row: Any = await find_row(conn, campaign, name)
    return _campaign(row, await _assigned(conn, row.id))


async def add(
    conn: AsyncConnection,
    name: str,
    now: datetime,
    *,
    settings: CampaignSettings | None = None,
    list_id: int | None = None,
) -> Campaign:
    """Add a stopped campaign. Raises NameTakenError, NameRefusedError."""
    kept, key = await free_name(conn, campaign, name)
    values = {
        "name": kept,
        "name_key": key,
        "list_id": list_id,
        "settings": settings_to_json(settings or CampaignSettings()),
        "created_at": now,
    }
    added = await conn.execute(sa.insert(campaign).values(values).returning(campaign.c.id))
    return await get(conn, added.scalar_one())


async def save(conn: AsyncConnection, changed: Campaign) -> Campaign:
    """Store the campaign as given: name, list, settings, status, agents. Raises NotFoundError, NameTakenError.

    Its revision grows when anything but the status is another one.
    """
    kept, key = await free_name(conn, campaign, changed.name, changed.id)
    before = await get(conn, changed.id)
    same = replace(changed, name=kept, status=before.status, status_reason=before.status_reason) == before
    values = {
        "name": kept,
        "name_key": key,
        "list_id": changed.list_id,
        "status": changed.status,
        "status_reason": changed.status_reason,
        "settings": settings_to_json(changed.settings),
        "revision": campaign.c.revision + (0 if same else 1),
    }
    await conn.execute(sa.update(campaign).where(campaign.c.id == changed.id, _PRESENT).values(values))
    gone, new = before.agent_ids - changed.agent_ids, changed.agent_ids - before.agent_ids
    mine = campaign_agent.c.campaign_id == changed.id
    if gone:
        await conn.execute(sa.delete(campaign_agent).where(mine, campaign_agent.c.agent_id.in_(gone)))
    if new:
        rows = [{"campaign_id": changed.id, "agent_id": agent_id} for agent_id in sorted(new)]
        await conn.execute(sa.insert(campaign_agent), rows)
    return await get(conn, changed.id)


async def revision(conn: AsyncConnection, campaign_id: int) -> int:
    """How often a supervisor has changed it."""
    query = sa.select(campaign.c.revision).where(campaign.c.id == campaign_id)
    return int((await conn.execute(query)).scalar_one())


async def set_status(conn: AsyncConnection, campaign_id: int, status: CampaignStatus, reason: str = "") -> Campaign:
    """Start or stop it. `reason` is given when it stopped itself. Raises NotFoundError."""
    values = {"status": status, "status_reason": reason}
    await conn.execute(sa.update(campaign).where(campaign.c.id == campaign_id, _PRESENT).values(values))
    return await get(conn, campaign_id)


async def remove(conn: AsyncConnection, campaign_id: int, now: datetime) -> Campaign:
    """Remove a stopped campaign that nobody is in. Returns it as it was. Raises NotFoundError, InUseError."""
    removed = await get(conn, campaign_id)
    if removed.running:
        raise InUseError("Campaign “{name}” is running: stop it first.", name=removed.name)
    live = sa.select(sa.func.count()).where(attempt.c.campaign_id == campaign_id, attempt.c.ended_at.is_(None))
    if calls := (await conn.execute(live)).scalar_one():
        raise InUseError(
            "Campaign “{name}” has {count} calls under way: wait until they are over.", name=removed.name, count=calls
        )
    joined = sa.select(sa.func.count()).where(agent.c.campaign_id == campaign_id)
    if agents := (await conn.execute(joined)).scalar_one():
        raise InUseError(
            "{count} agents are in campaign “{name}”: they have to leave it first.", name=removed.name, count=agents
        )
    await conn.execute(sa.delete(campaign_agent).where(campaign_agent.c.campaign_id == campaign_id))
    await conn.execute(sa.update(campaign).where(campaign.c.id == campaign_id).values(removed_at=now))
    return removed


async def _assigned(conn: AsyncConnection, campaign_id: int) -> set[int]:
    query = sa.select(campaign_agent.c.agent_id).where(campaign_agent.c.campaign_id == campaign_id)
    return set((await conn.execute(query)).scalars())


def _campaign(row: Any, agent_ids: set[int]) -> Campaign:
    return Campaign(
        id=row.id,
        name=row.name,
        list_id=row.list_id,
        settings=settings_from_json(row.settings, row.name),
        status=row.status,
        status_reason=row.status_reason,
        agent_ids=frozenset(agent_ids),
    )
