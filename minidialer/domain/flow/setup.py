"""What supervisors change: campaigns and agents, while calls go on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from minidialer.domain.agent import BUSY, AgentState
from minidialer.domain.campaign import Campaign
from minidialer.domain.commands import Command
from minidialer.domain.events import (
    AgentRemoved,
    AgentStored,
    CampaignRemoved,
    CampaignStored,
    LeadsChanged,
    Leave,
    LogOut,
)
from minidialer.domain.floor import Floor
from minidialer.domain.sentence import RefusedError

from .seats import fit_phone, leave, log_out


def campaign_stored(floor: Floor, event: CampaignStored, now: datetime) -> Iterator[Command]:
    """The new settings hold from now on; agents no longer assigned leave."""
    campaign, before = event.campaign, floor.campaigns.get(event.campaign.id)
    floor.store_campaign(campaign)
    run = floor.run(campaign.id)
    run.dry_until = None
    if before is None or not before.running:
        run.failures = 0
    if before is not None and _dials_others(before, campaign):
        for claim_id in [key for key, claim in floor.claims.items() if claim.campaign_id == campaign.id]:
            del floor.claims[claim_id]  # its leads are put back when the store answers
    for agent in floor.joined(campaign.id):
        floor.private_dry_until.pop(agent.id, None)
        if not floor.may_work(agent, campaign):
            yield from leave(floor, Leave(agent.id), now)
    if before is not None and before.settings.agent_connection is not campaign.settings.agent_connection:
        for agent in floor.joined(campaign.id):
            if agent.state not in BUSY:  # those in a call follow when it ends
                yield from fit_phone(floor, campaign, agent, now)


def _dials_others(before: Campaign, after: Campaign) -> bool:
    """Are leads asked for under the former settings not to be called under the present ones?"""
    return before.list_id != after.list_id or before.settings.private_leads is not after.settings.private_leads


def campaign_removed(floor: Floor, event: CampaignRemoved, now: datetime) -> Iterator[Command]:
    """Its agents leave. Refused while anything of it is live."""
    campaign = floor.campaign(event.campaign_id)
    check_removable(floor, campaign)
    for agent in floor.joined(campaign.id):
        yield from leave(floor, Leave(agent.id), now)
    floor.remove_campaign(campaign.id)


def check_removable(floor: Floor, campaign: Campaign) -> None:
    """Raise RefusedError while the campaign runs, has calls under way or open forms."""
    if campaign.running:
        raise RefusedError("Campaign “{campaign}” is running: stop it first.", campaign=campaign.name)
    open_forms = any(agent.state in BUSY for agent in floor.joined(campaign.id))
    if open_forms or any(True for _ in floor.attempts_of(campaign.id)):
        raise RefusedError(
            "Campaign “{campaign}” still has calls under way or open forms: wait until they are done.",
            campaign=campaign.name,
        )


def agent_stored(floor: Floor, event: AgentStored, now: datetime) -> Iterator[Command]:
    """Name and phone settings change at once; an agent who is no longer active is logged out."""
    new = event.agent
    agent = floor.agents.get(new.id)
    if agent is None:
        floor.add_agent(replace(new, phone=replace(new.phone)))
        return
    agent.login, agent.name, agent.active, agent.auto_answer = new.login, new.name, new.active, new.auto_answer
    agent.blocked_lists = new.blocked_lists
    campaign = floor.campaign_of(agent)
    if not agent.active:
        yield from log_out(floor, LogOut(agent.id), now)
    elif campaign is not None and not floor.may_work(agent, campaign):
        yield from leave(floor, Leave(agent.id), now)


def agent_removed(floor: Floor, event: AgentRemoved, now: datetime) -> Iterator[Command]:
    """Refused while the agent is logged in."""
    del now
    agent = floor.agent(event.agent_id)
    if agent.state is not AgentState.LOGGED_OUT:
        raise RefusedError("Agent {login} is logged in: log them out first.", login=agent.login)
    floor.remove_agent(agent)
    yield from ()


def leads_changed(floor: Floor, event: LeadsChanged, now: datetime) -> Iterator[Command]:
    """There may be something to dial again."""
    del now
    for campaign in floor.campaigns.values():
        if campaign.list_id == event.list_id:
            floor.run(campaign.id).dry_until = None
            for agent in floor.joined(campaign.id):
                floor.private_dry_until.pop(agent.id, None)
    yield from ()
