"""Campaigns as they travel, and as the audit trail keeps them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import campaigns as models
from minidialer.control.models.base import Named
from minidialer.control.models.campaign_settings import settings_to_model
from minidialer.control.sentences import to_wire
from minidialer.domain.campaign import Campaign
from minidialer.domain.disposition import Disposition
from minidialer.domain.snapshot import campaign_snapshot
from minidialer.store import agents, campaigns, dispositions, lists, tally

from .desk import Actor, Desk


async def shown(desk: Desk, conn: AsyncConnection, campaign: Campaign) -> models.Campaign:
    """The campaign with names instead of ids, and the dialer's last decision."""
    live = desk.floor.campaigns.get(campaign.id)
    default_id = campaign.settings.default_disposition_id
    default = (await dispositions.get(conn, default_id)).name if default_id is not None else ""
    names = await lists.names(conn)
    logins = {agent.id: agent.login for agent in await agents.every(conn)}
    return models.Campaign(
        id=campaign.id,
        name=campaign.name,
        status=campaign.status.value,
        status_reason=campaign.status_reason,
        lead_list=names.get(campaign.list_id) if campaign.list_id is not None else None,
        agents=sorted(logins[agent_id] for agent_id in campaign.agent_ids if agent_id in logins),
        settings=settings_to_model(campaign.settings, default),
        decision=to_wire(campaign_snapshot(desk.floor, live, desk.clock()).decision) if live is not None else None,
        revision=await campaigns.revision(conn, campaign.id),
    )


def audited(view: models.Campaign) -> dict[str, object]:
    """What a change of a campaign is told by."""
    flat = view.model_dump(mode="json", include={"name", "status", "lead_list", "agents"})
    return {**flat, **view.settings.model_dump(mode="json")}


async def counts(desk: Desk, actor: Actor, params: Named) -> models.CampaignCounts:
    """The list's leads by disposition, in the order of the buttons, exhausted last."""
    del actor
    async with desk.database.read() as conn:
        campaign = await campaigns.find(conn, params.name)
        if campaign.list_id is None:
            return models.CampaignCounts(lead_list=None, dispositions=[], exhausted=0)
        tallied = await tally.counts(conn, campaign.list_id)
        buttons = await dispositions.every(conn, removed=True)
        names = await lists.names(conn)
    return models.CampaignCounts(
        lead_list=names.get(campaign.list_id),
        dispositions=disposition_counts(tallied, buttons),
        exhausted=tallied.exhausted(campaign.settings.max_retries),
    )


def disposition_counts(tallied: tally.ListCounts, buttons: list[Disposition]) -> list[models.DispositionCount]:
    """A list's leads by disposition, in the order of the buttons."""
    return [
        models.DispositionCount(disposition=button.name, leads=tallied.dispositions[button.id])
        for button in buttons
        if tallied.dispositions.get(button.id)
    ]
