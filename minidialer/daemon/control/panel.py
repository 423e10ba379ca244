"""Snapshots of the domain as they travel: names instead of ids."""

from collections.abc import Callable, Mapping
from datetime import datetime

from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, PaceSettings, Snapshot
from minidialer.control.sentences import to_wire
from minidialer.daemon.use_cases.pacing_views import budget, explanation
from minidialer.domain import snapshot
from minidialer.domain.campaign import CampaignSettings, PacingMode
from minidialer.domain.floor import Floor

ListName = Callable[[int | None], str | None]


def panel(seen: snapshot.SystemSnapshot, floor: Floor, list_name: ListName, now: datetime) -> Snapshot:
    """All of it; an agent's line is made once, for the campaign and for the whole."""
    agents = {item.id: _agent(item, floor) for item in seen.agents}
    return Snapshot(
        link_up=seen.link_up,
        draining=seen.draining,
        campaigns=[_campaign(item, agents, floor, list_name, now) for item in seen.campaigns],
        agents=list(agents.values()),
    )


def _campaign(
    item: snapshot.CampaignSnapshot, agents: Mapping[int, AgentLine], floor: Floor, list_name: ListName, now: datetime
) -> CampaignPanel:
    campaign, run = floor.campaigns[item.id], floor.run(item.id)
    looks_ahead = campaign.settings.pacing_mode is PacingMode.PREDICTIVE
    run.pacing.turn_to(now)
    return CampaignPanel(
        id=item.id,
        name=item.name,
        running=item.running,
        status_reason=item.status_reason,
        lead_list=list_name(item.list_id),
        decision=to_wire(item.decision),
        settings=_pace(campaign.settings),
        explanation=explanation(run.explanation),
        budget=budget(campaign, run.pacing.predictive) if looks_ahead else None,
        agents=[agents[agent.id] for agent in item.agents],
        dialling=[_call(call, floor) for call in item.dialling],
        waiting=[_call(call, floor) for call in item.waiting],
        talking=[_call(call, floor) for call in item.talking],
    )


def _pace(settings: CampaignSettings) -> PaceSettings:
    return PaceSettings(
        pacing_mode=settings.pacing_mode.value,
        overdial_percent=settings.overdial_percent,
        max_attempts_per_5s=settings.max_attempts_per_5s,
    )


def _agent(item: snapshot.AgentLine, floor: Floor) -> AgentLine:
    campaign = floor.campaigns.get(item.campaign_id) if item.campaign_id is not None else None
    return AgentLine(
        login=item.login,
        name=item.name,
        state=item.state.value,
        reason=item.reason,
        seconds_in_state=round(item.seconds_in_state, 1),
        form_open=item.form_open,
        phone=item.phone,
        campaign=campaign.name if campaign is not None else None,
    )


def _call(item: snapshot.CallLine, floor: Floor) -> CallLine:
    agent = floor.agents.get(item.agent_id) if item.agent_id is not None else None
    return CallLine(
        attempt_id=item.attempt_id,
        number=item.number,
        state=item.state.value,
        seconds=round(item.seconds, 1),
        seconds_in_state=round(item.seconds_in_state, 1),
        agent=agent.login if agent is not None else None,
    )
