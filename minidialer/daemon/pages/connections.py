"""The Connections tab: an agent's private leads, callbacks that are due, and leads handed out on request."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.agent_web.services import CampaignChoice, Connections, LeadLine
from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.agent import Agent
from minidialer.domain.campaign import AgentConnection, Campaign
from minidialer.domain.days import end_of_today
from minidialer.domain.disposition import Disposition
from minidialer.domain.events import CallByHand, LeadsChanged
from minidialer.domain.lead import LeadState
from minidialer.domain.sentence import RefusedError
from minidialer.store import agent_day, campaigns, dispositions, handed_out, leads
from minidialer.store.leads import LeadRecord

from .lead_fields import display_name

_BETWEEN_DIGITS = str.maketrans("", "", " -()")


@dataclass(frozen=True, slots=True)
class _Line:
    record: LeadRecord
    kind: str
    taken_from: int | None = None


def choices(desk: Desk, agent: Agent) -> list[CampaignChoice]:
    """Campaigns the agent may join, running or not."""
    home = agent.home.campaign_id if agent.home is not None else agent.campaign_id
    return [
        CampaignChoice(
            id=campaign.id,
            name=campaign.name,
            running=campaign.running,
            joined=campaign.id == home,
            nailed_up=campaign.settings.agent_connection is AgentConnection.NAILED_UP,
        )
        for campaign in _allowed(desk, agent)
    ]


async def connections(desk: Desk, agent: Agent, search: str) -> Connections:
    """What the agent may call by hand, private leads first."""
    async with desk.database.read() as conn:
        lines = await _lines(desk, conn, agent)
        buttons = {item.id: item for item in await dispositions.every(conn, removed=True)}
        taken = await handed_out.count(conn, agent.id)
    wanted = search.casefold().strip()
    shown = []
    for line in lines:
        campaign = _campaign_for(desk, agent, line)
        if not wanted or _matches(line.record, wanted):
            shown.append(_shown(line, campaign, buttons))
    return Connections(
        lines=shown,
        may_take=max(0, desk.settings.web.most_handed_out - taken),
        campaigns=[item for item in choices(desk, agent) if item.running],
    )


async def take_leads(desk: Desk, agent: Agent, campaign_id: int, count: int) -> int:
    """Hand out leads that are due, up to the agent's limit, until the end of the day."""
    campaign = desk.floor.campaign(campaign_id)
    if not desk.floor.may_work(agent, campaign):
        raise RefusedError("Campaign “{campaign}” is not yours to call for.", campaign=campaign.name)
    now, most = desk.clock(), desk.settings.web.most_handed_out
    async with desk.database.write() as conn:
        room = most - await handed_out.count(conn, agent.id)
        if room <= 0 or count < 1:
            raise RefusedError(
                "No more leads are handed out: you have {count} of {most}.", count=most - room, most=most
            )
        present = await campaigns.get(conn, campaign.id)
        until = end_of_today(now, desk.settings.zone)
        return await handed_out.take(conn, agent.id, present, count=min(room, count), now=now, until=until)


async def release(desk: Desk, agent: Agent, lead_id: int) -> None:
    """Give a lead back to its list."""
    async with desk.database.write() as conn:
        lists = await handed_out.release(conn, agent.id, lead_id)
    if not lists:
        raise RefusedError("This lead is not in your hand, or is just being called.")
    await _tell(desk, lists)


async def release_over(desk: Desk) -> None:
    """Give back what nobody called by the end of its day."""
    async with desk.database.write() as conn:
        lists = await handed_out.release_over(conn, desk.clock())
    await _tell(desk, lists)


async def call(desk: Desk, agent: Agent, lead_id: int, campaign_id: int) -> None:
    """Click to call one of the agent's own lines. Raises RefusedError."""
    async with desk.database.read() as conn:
        lines = [line for line in await _lines(desk, conn, agent) if line.record.lead.id == lead_id]
    campaign = desk.floor.campaigns.get(campaign_id)
    if not lines or campaign is None or campaign.list_id != lines[0].record.lead.list_id:
        raise RefusedError("This lead is not yours to call.")
    desk.floor.tolls.check(lines[0].record.lead.number)
    await desk.engine.submit(CallByHand(agent.id, campaign.id, lead_id))
    attempt = desk.floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if attempt is None or attempt.lead_id != lead_id:
        raise RefusedError("This number cannot be called just now: it is being called already, or was a moment ago.")


async def _lines(desk: Desk, conn: AsyncConnection, agent: Agent) -> list[_Line]:
    """Every lead the agent may call by hand, each once; none of a blocked list."""
    found = [_Line(record, "private") for record in await leads.owned(conn, agent.id)]
    found += [_Line(record, "callback") for record in await agent_day.due_callbacks(conn, agent.id, desk.clock())]
    found += [_Line(it.lead, "handed_out", it.campaign_id) for it in await handed_out.of_agent(conn, agent.id)]
    seen: set[int] = set()
    lines = []
    for line in found:
        lead = line.record.lead
        under_way = lead.state is LeadState.LIVE and line.kind != "handed_out"
        if lead.id in seen or lead.do_not_call or under_way or lead.list_id in agent.blocked_lists:
            continue
        seen.add(lead.id)
        lines.append(line)
    return lines


def _allowed(desk: Desk, agent: Agent) -> list[Campaign]:
    mine = [campaign for campaign in desk.floor.campaigns.values() if desk.floor.may_work(agent, campaign)]
    return sorted(mine, key=lambda campaign: (campaign.name.casefold(), campaign.id))


def _campaign_for(desk: Desk, agent: Agent, line: _Line) -> Campaign | None:
    """The campaign the lead is called for: the one it was taken from, else one that runs, else any on its list."""
    fitting = [item for item in _allowed(desk, agent) if item.list_id == line.record.lead.list_id]
    fitting.sort(key=lambda item: (item.id != line.taken_from, not item.running))
    return fitting[0] if fitting else None


def _matches(record: LeadRecord, wanted: str) -> bool:
    lead = record.lead
    digits = wanted.translate(_BETWEEN_DIGITS)
    by_number = digits != "" and digits in lead.number
    return by_number or any(wanted in value.casefold() for value in lead.fields.values())


def _shown(line: _Line, campaign: Campaign | None, buttons: dict[int, Disposition]) -> LeadLine:
    lead = line.record.lead
    return LeadLine(
        lead_id=lead.id,
        number=lead.number,
        name=display_name(lead.fields),
        kind=line.kind,
        due_at=lead.due_at,
        campaign_id=campaign.id if campaign is not None else 0,
        campaign=campaign.name if campaign is not None else "",
        last_disposition=buttons.get(line.record.disposition_id or 0),
    )


async def _tell(desk: Desk, lists: set[int]) -> None:
    for list_id in lists:
        await desk.engine.submit(LeadsChanged(list_id))
