"""Agents, as supervisors manage them."""

from collections.abc import Callable
from dataclasses import replace

from minidialer.control.models import agents as models
from minidialer.control.models.base import Done, Nothing
from minidialer.domain.agent import Agent
from minidialer.domain.events import AgentRemoved, AgentStored, CampaignStored, Event, LogOut, Pause
from minidialer.domain.sentence import RefusedError
from minidialer.store import agents

from .desk import Actor, Desk


async def add(desk: Desk, actor: Actor, params: models.AgentAdd) -> models.Agent:
    """Add an agent, logged out."""
    change = desk.change(actor)
    async with desk.changing:
        async with change.transaction() as conn:
            added = await agents.add(
                conn,
                params.login,
                desk.clock(),
                name=params.name,
                active=params.active,
                auto_answer=params.auto_answer,
            )
            await change.record(conn, "agent.add", added.login, after=_audited(added))
        await desk.engine.submit(AgentStored(added))
    return shown(desk, added)


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Agents:
    """All agents, by login, with what they are doing."""
    del actor, params
    async with desk.database.read() as conn:
        stored = await agents.every(conn)
    return models.Agents(agents=[shown(desk, agent) for agent in stored])


async def change_one(desk: Desk, actor: Actor, params: models.AgentSet) -> models.Agent:
    """Change name, active or auto-answer."""
    change = desk.change(actor)
    given = params.model_dump(exclude={"login"}, exclude_none=True)
    async with desk.changing:
        async with change.transaction() as conn:
            before = await agents.find(conn, params.login)
            after = await agents.save(conn, replace(before, **given))
            await change.record(conn, "agent.set", after.login, before=_audited(before), after=_audited(after))
        await desk.engine.submit(AgentStored(after))
    return shown(desk, after)


async def remove(desk: Desk, actor: Actor, params: models.AgentKey) -> Done:
    """Remove an agent who is logged out."""
    change = desk.change(actor)
    async with desk.changing:
        async with change.transaction() as conn:
            agent = await agents.find(conn, params.login)
            await agents.remove(conn, agent.id, desk.clock())
            # The floor is ahead of the store by a batch at most: an agent who just logged in must not vanish.
            live = desk.floor.agents.get(agent.id)
            if live is not None and live.state is not agent.state:
                raise RefusedError("Agent {login} is logged in: log the agent out first.", login=agent.login)
            await change.record(conn, "agent.remove", agent.login, before=_audited(agent))
        await desk.engine.submit(AgentRemoved(agent.id))
        await _unassign(desk, agent.id)
    return Done()


async def log_out(desk: Desk, actor: Actor, params: models.AgentKey) -> models.Agent:
    """Log an agent out, by a supervisor's order."""
    return await _order(desk, actor, params.login, "agent.log_out", lambda agent: LogOut(agent.id))


async def pause(desk: Desk, actor: Actor, params: models.AgentPause) -> models.Agent:
    """Pause an agent, by a supervisor's order."""
    reason = params.reason or actor.name
    return await _order(desk, actor, params.login, "agent.pause", lambda agent: Pause(agent.id, reason))


def shown(desk: Desk, agent: Agent) -> models.Agent:
    """The agent with what the floor knows of them now."""
    live = desk.floor.agents.get(agent.id, agent)
    campaign = desk.floor.campaign_of(live)
    return models.Agent(
        id=live.id,
        login=live.login,
        name=live.name,
        active=live.active,
        auto_answer=live.auto_answer,
        state=live.state.value,
        reason=live.reason,
        since=live.since,
        campaign=campaign.name if campaign is not None else None,
        form_open=live.form_open,
        phone=live.phone.state.value,
        assigned=sorted(item.name for item in desk.floor.campaigns.values() if live.id in item.agent_ids),
    )


async def _order(desk: Desk, actor: Actor, login: str, action: str, event: Callable[[Agent], Event]) -> models.Agent:
    change = desk.change(actor)
    async with desk.database.read() as conn:
        agent = await agents.find(conn, login)
    await desk.engine.submit(event(agent))
    async with change.transaction() as conn:
        await change.record(conn, action, agent.login)
    return shown(desk, agent)


async def _unassign(desk: Desk, agent_id: int) -> None:
    """The store has taken the agent off all campaigns; the floor follows."""
    for campaign in list(desk.floor.campaigns.values()):
        if agent_id in campaign.agent_ids:
            await desk.engine.submit(CampaignStored(replace(campaign, agent_ids=campaign.agent_ids - {agent_id})))


def _audited(agent: Agent) -> dict[str, object]:
    return {"login": agent.login, "name": agent.name, "active": agent.active, "auto_answer": agent.auto_answer}
