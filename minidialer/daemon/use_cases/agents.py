"""Agents, as supervisors manage them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import agents as models
from minidialer.control.models.base import Done, Nothing
from minidialer.daemon.passwords import Passwords, generated
from minidialer.domain.agent import Agent
from minidialer.domain.events import AgentRemoved, AgentStored, CampaignStored, Event, LogOut, Pause, Resume
from minidialer.domain.sentence import RefusedError
from minidialer.store import access, agents, handed_out, lists
from minidialer.store.access import Access

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
    return await with_access(desk, shown(desk, added))


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Agents:
    """All agents, by login, with what they are doing: by a few queries, however many they are."""
    del actor, params
    async with desk.database.read() as conn:
        stored = await agents.every(conn)
        allowed = await access.of_all(conn)
        names = await lists.names(conn)
        known = await agents.with_password(conn)
    return models.Agents(
        agents=[_with(shown(desk, one), allowed[one.id], names, has_password=one.id in known) for one in stored]
    )


async def change_one(desk: Desk, actor: Actor, params: models.AgentSet) -> models.Agent:
    """Change name, active, auto-answer, or what the agent's page may show."""
    change = desk.change(actor)
    given = params.model_dump(exclude={"login", "tabs", "blocked_lists", "language"}, exclude_none=True)
    async with desk.changing:
        async with change.transaction() as conn:
            before = await agents.find(conn, params.login)
            allowed = await access.of_agent(conn, before.id)
            await agents.save(conn, replace(before, **given))
            now_allowed = await _changed_access(conn, allowed, params)
            await access.save(conn, before.id, now_allowed)
            after = await agents.get(conn, before.id)
            was, is_now = _audited(before) | _audited_access(allowed), _audited(after) | _audited_access(now_allowed)
            await change.record(conn, "agent.set", after.login, before=was, after=is_now)
        await desk.engine.submit(AgentStored(after))
    desk.tell_pages()
    return await with_access(desk, shown(desk, after))


async def set_password(desk: Desk, actor: Actor, params: models.AgentPassword) -> models.AgentPasswordSet:
    """Set or take away the password of the page; whoever is logged in there with the former one is logged off."""
    change = desk.change(actor)
    if params.generate and params.password is not None:
        raise RefusedError("Give a password or have one made, not both.")
    made = generated() if params.generate else None
    chosen = params.password.get_secret_value() if params.password is not None else made
    kept = await Passwords().hashed(chosen) if chosen is not None else None
    async with change.transaction() as conn:
        agent = await agents.find(conn, params.login)
        await agents.set_password_hash(conn, agent.id, kept)
        await change.record(conn, "agent.password", agent.login)
    for revoke in desk.revoked:
        revoke(agent.id)
    view = await with_access(desk, shown(desk, agent))
    return models.AgentPasswordSet(**view.model_dump(), password=made)


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
            await handed_out.release(conn, agent.id)
            await change.record(conn, "agent.remove", agent.login, before=_audited(agent))
        await desk.engine.submit(AgentRemoved(agent.id))
        await _unassign(desk, agent.id)
    return Done()


async def log_out(desk: Desk, actor: Actor, params: models.AgentLogOut) -> models.Agent:
    """Log an agent out, by a supervisor's order."""
    how = {"force": True} if params.force else None
    return await _order(
        desk, actor, params.login, "agent.log_out", lambda agent: LogOut(agent.id, params.force), how=how
    )


async def pause(desk: Desk, actor: Actor, params: models.AgentPause) -> models.Agent:
    """Pause an agent, by a supervisor's order."""
    reason = params.reason or actor.name
    how = {"reason": reason, **({"force": True} if params.force else {})}
    return await _order(
        desk, actor, params.login, "agent.pause", lambda agent: Pause(agent.id, reason, params.force), how=how
    )


async def resume(desk: Desk, actor: Actor, params: models.AgentKey) -> models.Agent:
    """Bring an agent back from a pause, or take back one that was ordered."""
    return await _order(desk, actor, params.login, "agent.resume", lambda agent: Resume(agent.id))


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
        after_call=live.after_call.action.value if live.after_call is not None else "",
        phone=live.phone.state.value,
        assigned=sorted(item.name for item in desk.floor.campaigns.values() if live.id in item.agent_ids),
    )


async def with_access(desk: Desk, view: models.Agent) -> models.Agent:
    """The agent with what their page may show."""
    async with desk.database.read() as conn:
        allowed = await access.of_agent(conn, view.id)
        names = await lists.names(conn)
        kept = await agents.password_hash(conn, view.id)
    return _with(view, allowed, names, has_password=kept is not None)


def _with(view: models.Agent, allowed: Access, names: Mapping[int, str], *, has_password: bool) -> models.Agent:
    blocked = sorted(names[list_id] for list_id in allowed.blocked_lists if list_id in names)
    more = {"tabs": _in_order(allowed), "blocked_lists": blocked, "language": allowed.language}
    return view.model_copy(update=more | {"has_password": has_password})


async def _changed_access(conn: AsyncConnection, before: Access, params: models.AgentSet) -> Access:
    after = before
    if params.tabs is not None:
        after = replace(after, tabs=frozenset(params.tabs))
    if params.language is not None:
        after = replace(after, language=params.language)
    if params.blocked_lists is not None:
        blocked = frozenset([(await lists.find(conn, name)).id for name in params.blocked_lists])
        after = replace(after, blocked_lists=blocked)
    return after


def _audited_access(allowed: Access) -> dict[str, object]:
    return {
        "tabs": _in_order(allowed),
        "language": allowed.language,
        "blocked_lists": sorted(allowed.blocked_lists),
    }


def _in_order(allowed: Access) -> list[str]:
    return [tab for tab in access.TABS if tab in allowed.tabs]


async def _order(
    desk: Desk,
    actor: Actor,
    login: str,
    action: str,
    event: Callable[[Agent], Event],
    *,
    how: Mapping[str, object] | None = None,
) -> models.Agent:
    change = desk.change(actor)
    async with desk.database.read() as conn:
        agent = await agents.find(conn, login)
    await desk.engine.submit(event(agent))
    async with change.transaction() as conn:
        await change.record(conn, action, agent.login, after=how)
    return await with_access(desk, shown(desk, agent))


async def _unassign(desk: Desk, agent_id: int) -> None:
    """The store has taken the agent off all campaigns; the floor follows."""
    for campaign in list(desk.floor.campaigns.values()):
        if agent_id in campaign.agent_ids:
            await desk.engine.submit(CampaignStored(replace(campaign, agent_ids=campaign.agent_ids - {agent_id})))


def _audited(agent: Agent) -> dict[str, object]:
    return {"login": agent.login, "name": agent.name, "active": agent.active, "auto_answer": agent.auto_answer}
