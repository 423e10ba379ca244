"""What an agent does: log in, join, take calls, fill in the form and save it.

People, robots and front-ends all come through here.
"""

import asyncio
from dataclasses import replace

from minidialer.control.models import agents as agent_models
from minidialer.control.models import seat as models
from minidialer.control.sentences import to_wire
from minidialer.daemon.engine import JournalError
from minidialer.domain.agent import Agent
from minidialer.domain.attempt import AttemptState
from minidialer.domain.commands import SaveDefaultForm
from minidialer.domain.events import Event, FormSaved, HangUp, Join, Leave, LogIn, LogOut, Pause, Resume
from minidialer.domain.flow.dialling import why_not_dialling
from minidialer.domain.sentence import RefusedError
from minidialer.store import agents, attempts, campaigns, dispositions, drafts, forms, leads, lists

from .agents import shown
from .desk import DAEMON, Actor, Desk
from .dispositions import shown as disposition_shown
from .script import filled

_STORED_AFTER = 2.0  # seconds; under a load that never pauses the talk is long stored by then


async def state(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """The agent's own state."""
    del actor
    return shown(desk, await _agent(desk, params.agent))


async def joinable(desk: Desk, actor: Actor, params: models.Seat) -> models.SeatCampaigns:
    """Campaigns the agent may join, by name."""
    del actor
    agent = await _agent(desk, params.agent)
    now = desk.clock()
    assigned = [item for item in desk.floor.campaigns.values() if desk.floor.may_work(agent, item)]
    lines = []
    for campaign in sorted(assigned, key=lambda item: item.name.casefold()):
        hindrance = why_not_dialling(desk.floor, campaign, now)
        lines.append(
            models.SeatCampaign(
                name=campaign.name,
                running=campaign.running,
                joined=agent.campaign_id == campaign.id,
                why_not=to_wire(hindrance) if hindrance is not None else None,
            )
        )
    return models.SeatCampaigns(campaigns=lines)


async def log_in(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """Log in, paused until a campaign is joined."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, LogIn(agent.id))


async def log_out(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """Log out: at once, or after the present call and form."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, LogOut(agent.id))


async def join(desk: Desk, actor: Actor, params: models.SeatJoin) -> agent_models.Agent:
    """Join a campaign; the agent takes its calls."""
    del actor
    agent = await _agent(desk, params.agent)
    async with desk.database.read() as conn:
        campaign = await campaigns.find(conn, params.campaign)
    return await _submit(desk, agent, Join(agent.id, campaign.id))


async def leave(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """Leave the campaign: at once, or after the present call and form."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, Leave(agent.id))


async def pause(desk: Desk, actor: Actor, params: models.SeatPause) -> agent_models.Agent:
    """Take no calls: at once, or after the present call and form."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, Pause(agent.id, params.reason))


async def resume(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """Back from a pause."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, Resume(agent.id))


async def hang_up(desk: Desk, actor: Actor, params: models.Seat) -> agent_models.Agent:
    """End the talk; the form stays open."""
    del actor
    agent = await _agent(desk, params.agent)
    return await _submit(desk, agent, HangUp(agent.id))


async def form(desk: Desk, actor: Actor, params: models.Seat) -> models.FormReply:
    """The open form, if there is one."""
    del actor
    agent = await _agent(desk, params.agent)
    if not agent.form_open or agent.attempt_id is None:
        return models.FormReply(form=None)
    attempt_id, live = agent.attempt_id, desk.floor.attempts.get(agent.attempt_id)
    async with desk.database.read() as conn:
        record = await attempts.get(conn, attempt_id)
        if record is None:
            return models.FormReply(form=None)
        kept = await leads.get(conn, record.attempt.lead_id)
        campaign = await campaigns.get(conn, record.attempt.campaign_id)
        buttons = await dispositions.every(conn)
        names = await lists.names(conn)
    lead, talk = kept.lead, live or record.attempt
    return models.FormReply(
        form=models.Form(
            attempt_id=attempt_id,
            agent=agent.login,
            campaign=campaign.name,
            lead_list=names.get(record.list_id, ""),
            number=lead.number,
            fields=dict(lead.fields),
            notes=kept.notes,
            script=filled(campaign.settings.script, lead.fields, lead.number),
            attempts=lead.attempts,
            talking=talk.state is AttemptState.CONNECTED,
            connected_at=talk.connected_at,
            dispositions=[disposition_shown(button) for button in buttons],
        )
    )


async def save(desk: Desk, actor: Actor, params: models.SeatSave) -> agent_models.Agent:
    """Save the form in one transaction; the agent is free again once the call is over."""
    agent = await _agent(desk, params.agent)
    async with desk.database.read() as conn:
        chosen = await dispositions.find(conn, params.disposition)
    form = forms.Form(agent.id, params.attempt, chosen.id, params.callback_at, params.notes, dict(params.fields))
    await save_form(desk, actor, agent, form)
    return shown(desk, agent)


async def save_form(desk: Desk, actor: Actor, agent: Agent, form: forms.Form) -> None:
    """Save a form, whole or not at all, whoever filled it in. Raises RefusedError."""
    change = desk.change(actor)
    if agent.attempt_id != form.attempt_id or not agent.form_open:
        raise RefusedError("This form is not open any more: it was saved, or its call is long over.")
    await talk_is_stored(desk)
    async with change.transaction() as conn:
        await forms.save(conn, form, desk.clock())
        chosen = await dispositions.get(conn, form.disposition_id or 0)
        subject = f"{agent.login} {form.attempt_id}"
        await change.record(conn, "form.save", subject, after={"disposition": chosen.name})
    await desk.engine.submit(FormSaved(agent.id, form.attempt_id))


async def save_default_form(desk: Desk, command: SaveDefaultForm) -> None:
    """Nobody waits for the agent: the form is saved with the campaign's default disposition, or set aside when there
    is none; either way with what was typed.
    """
    change = desk.change(DAEMON)
    async with change.transaction() as conn:
        form = forms.Form(command.agent_id, command.attempt_id, command.disposition_id)
        typed = await drafts.get(conn, command.agent_id, command.attempt_id)
        if typed is not None:
            form = replace(form, notes=typed.notes, fields=typed.fields)
        if command.disposition_id is None:
            await forms.set_aside(conn, form, desk.clock())
            action, saved_as = "form.set_aside", ""
        else:
            await forms.save(conn, form, desk.clock())
            action, saved_as = "form.save", (await dispositions.get(conn, command.disposition_id)).name
        await change.record(conn, action, f"#{command.agent_id} {command.attempt_id}")
    if saved_as:
        for tell in desk.saved_by_itself:
            tell(command.agent_id, saved_as)
    await desk.engine.submit(FormSaved(command.agent_id, command.attempt_id))


async def talk_is_stored(desk: Desk) -> None:
    """A form saved right after the join must find the talk in the store, which follows the floor by a batch.

    Raises JournalError while the store takes no writes.
    """
    try:
        async with asyncio.timeout(_STORED_AFTER):
            await desk.engine.flushed()
    except TimeoutError:
        raise JournalError("The store cannot be written now: the form stays open, save it again in a moment.") from None


async def _agent(desk: Desk, login: str) -> Agent:
    """The agent as the floor has them. Raises NotFoundError, which suggests the nearest login."""
    async with desk.database.read() as conn:
        stored = await agents.find(conn, login)
    return desk.floor.agents.get(stored.id, stored)


async def _submit(desk: Desk, agent: Agent, event: Event) -> agent_models.Agent:
    await desk.engine.submit(event)
    return shown(desk, agent)
