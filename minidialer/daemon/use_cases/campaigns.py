"""Campaigns: added, changed, started, stopped, removed."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import campaigns as models
from minidialer.control.models.base import Done, Named, Nothing
from minidialer.control.models.campaign_settings import changed_settings, settings_to_domain, settings_to_model
from minidialer.control.sentences import to_wire
from minidialer.domain.campaign import Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.disposition import Disposition
from minidialer.domain.events import CampaignRemoved, CampaignStored
from minidialer.domain.flow.setup import check_removable
from minidialer.store import agents, campaigns, dispositions, lists

from .campaign_rules import check_revision, check_settings, check_startable, notes_on_start
from .campaign_views import audited, shown
from .desk import Actor, Desk

Changed = Callable[[AsyncConnection, Campaign], Awaitable[Campaign]]


async def add(desk: Desk, actor: Actor, params: models.CampaignAdd) -> models.Campaign:
    """Add a stopped campaign."""
    change = desk.change(actor)
    async with desk.changing:
        async with change.transaction() as conn:
            settings = await _settings(desk, conn, CampaignSettings(), params.settings)
            list_id = (await lists.find(conn, params.lead_list)).id if params.lead_list else None
            added = await campaigns.add(conn, params.name, desk.clock(), settings=settings, list_id=list_id)
            if params.agents:
                added = await campaigns.save(conn, replace(added, agent_ids=await _ids(conn, params.agents)))
            after = audited(await shown(desk, conn, added))
            await change.record(conn, "campaign.add", added.name, after=after)
        await desk.engine.submit(CampaignStored(added))
    async with desk.database.read() as conn:
        return await shown(desk, conn, added)


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Campaigns:
    """All of them."""
    del actor, params
    async with desk.database.read() as conn:
        stored = sorted(await campaigns.every(conn), key=lambda campaign: campaign.name.casefold())
        return models.Campaigns(campaigns=[await shown(desk, conn, campaign) for campaign in stored])


async def show(desk: Desk, actor: Actor, params: Named) -> models.Campaign:
    """One of them."""
    del actor
    async with desk.database.read() as conn:
        return await shown(desk, conn, await campaigns.find(conn, params.name))


async def change_one(desk: Desk, actor: Actor, params: models.CampaignSet) -> models.Campaign:
    """Change name, list or settings; a running campaign obeys at once."""

    async def changed(conn: AsyncConnection, before: Campaign) -> Campaign:
        after = replace(
            before,
            name=params.new_name or before.name,
            settings=await _settings(desk, conn, before.settings, params.settings),
            agent_ids=before.agent_ids if params.agents is None else await _ids(conn, params.agents),
        )
        if params.lead_list is None:
            return after
        if params.lead_list:
            return replace(after, list_id=(await lists.find(conn, params.lead_list)).id)
        return replace(after, list_id=None)

    return await _store(desk, actor, "campaign.set", params.name, changed, revision=params.revision)


async def assign(desk: Desk, actor: Actor, params: models.CampaignAgents) -> models.Campaign:
    """Let agents join."""

    async def changed(conn: AsyncConnection, before: Campaign) -> Campaign:
        return replace(before, agent_ids=before.agent_ids | await _ids(conn, params.agents))

    return await _store(desk, actor, "campaign.assign", params.name, changed, revision=params.revision)


async def unassign(desk: Desk, actor: Actor, params: models.CampaignAgents) -> models.Campaign:
    """Take agents off; those who are in the campaign leave, after their call."""

    async def changed(conn: AsyncConnection, before: Campaign) -> Campaign:
        return replace(before, agent_ids=before.agent_ids - await _ids(conn, params.agents))

    return await _store(desk, actor, "campaign.unassign", params.name, changed, revision=params.revision)


async def start(desk: Desk, actor: Actor, params: Named) -> models.Started:
    """Start dialling, or say what is missing."""

    async def changed(conn: AsyncConnection, before: Campaign) -> Campaign:
        check_startable(desk, before, await _default_of(conn, before.settings))
        return replace(before, status=CampaignStatus.RUNNING, status_reason="")

    view = await _store(desk, actor, "campaign.start", params.name, changed)
    return models.Started(campaign=view, notes=[to_wire(note) for note in notes_on_start(desk)])


async def stop(desk: Desk, actor: Actor, params: Named) -> models.Campaign:
    """Stop dialling; calls under way go on."""

    async def changed(_conn: AsyncConnection, before: Campaign) -> Campaign:
        return replace(before, status=CampaignStatus.STOPPED, status_reason="")

    return await _store(desk, actor, "campaign.stop", params.name, changed)


async def remove(desk: Desk, actor: Actor, params: Named) -> Done:
    """Remove a stopped campaign with nothing under way; agents in it leave."""
    change = desk.change(actor)
    async with desk.changing:
        async with desk.database.read() as conn:
            campaign = await campaigns.find(conn, params.name)
        if campaign.id in desk.floor.campaigns:
            check_removable(desk.floor, desk.floor.campaign(campaign.id))
            # The dialer goes first: its agents leave, and no call of it can begin while the store follows.
            await desk.engine.submit(CampaignRemoved(campaign.id))
            await desk.engine.flushed()
        async with change.transaction() as conn:
            view = await shown(desk, conn, campaign)
            await campaigns.remove(conn, campaign.id, desk.clock())
            await change.record(conn, "campaign.remove", campaign.name, before=audited(view))
    return Done()


async def _store(
    desk: Desk, actor: Actor, action: str, name: str, changed: Changed, *, revision: int | None = None
) -> models.Campaign:
    """Store what `changed` makes of the campaign, and tell the dialer. `revision`: refused unless it is still that."""
    change = desk.change(actor)
    async with desk.changing:
        async with change.transaction() as conn:
            before = _with_live_status(desk, await campaigns.find(conn, name))
            before_view = await shown(desk, conn, before)
            await check_revision(desk, conn, before_view, revision)
            wanted = await changed(conn, before)
            after = await campaigns.save(conn, wanted)
            view = await shown(desk, conn, after)
            await change.record(conn, action, before.name, before=audited(before_view), after=audited(view))
        if after.status is before.status:
            after = _with_live_status(desk, after)  # it may have stopped itself while this was written
        await desk.engine.submit(CampaignStored(after))
    async with desk.database.read() as conn:
        return await shown(desk, conn, after)


def _with_live_status(desk: Desk, campaign: Campaign) -> Campaign:
    """The dialer knows first when a campaign stops itself."""
    live = desk.floor.campaigns.get(campaign.id)
    return replace(campaign, status=live.status, status_reason=live.status_reason) if live is not None else campaign


async def _ids(conn: AsyncConnection, logins: Iterable[str]) -> frozenset[int]:
    return frozenset([(await agents.find(conn, login)).id for login in logins])


async def _settings(
    desk: Desk, conn: AsyncConnection, present: CampaignSettings, changes: dict[str, object]
) -> CampaignSettings:
    if not changes:
        return present
    default = await _default_of(conn, present)
    model = changed_settings(settings_to_model(present, default.name if default is not None else ""), changes)
    default = await dispositions.find(conn, model.default_disposition) if model.default_disposition.strip() else None
    settings = settings_to_domain(model, default.id if default is not None else None)
    check_settings(desk, settings, default)
    return settings


async def _default_of(conn: AsyncConnection, settings: CampaignSettings) -> Disposition | None:
    if settings.default_disposition_id is None:
        return None
    return await dispositions.get(conn, settings.default_disposition_id)
