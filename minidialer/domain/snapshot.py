"""Snapshots: what a front-end shows of the floor, in one place for the panel, the CLI and JSON.

All durations are seconds, never negative.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import UNANSWERED, Attempt, AttemptState
from minidialer.domain.campaign import Campaign
from minidialer.domain.floor import Floor
from minidialer.domain.flow.dialling import why_not_dialling
from minidialer.domain.sentence import Sentence, sentence


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent of the panel. `form_open`: struck through, takes no calls."""

    id: int
    login: str
    name: str
    state: AgentState
    reason: str
    seconds_in_state: float
    form_open: bool
    phone: str
    campaign_id: int | None
    attempt_id: int | None


@dataclass(frozen=True, slots=True)
class CallLine:
    """One live attempt of the panel. `seconds_in_state` is the age of the state, `seconds` of the call."""

    attempt_id: int
    number: str
    state: AttemptState
    seconds: float
    seconds_in_state: float
    agent_id: int | None


@dataclass(frozen=True, slots=True)
class CampaignSnapshot:
    """The live part of a campaign's panel; the counts of dispositions come from the store."""

    id: int
    name: str
    running: bool
    status_reason: str
    list_id: int | None
    decision: Sentence
    agents: tuple[AgentLine, ...]
    dialling: tuple[CallLine, ...]
    waiting: tuple[CallLine, ...]
    talking: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class SystemSnapshot:
    """The whole floor."""

    link_up: bool
    draining: bool
    campaigns: tuple[CampaignSnapshot, ...]
    agents: tuple[AgentLine, ...]


def system_snapshot(floor: Floor, now: datetime, campaign_id: int | None = None) -> SystemSnapshot:
    """Everything live, or what belongs to one campaign, which may be gone; campaigns and agents by name."""
    shown = [campaign for campaign in floor.campaigns.values() if campaign_id in (None, campaign.id)]
    agents = floor.agents.values() if campaign_id is None else floor.joined(campaign_id)
    return SystemSnapshot(
        link_up=floor.link_up,
        draining=floor.draining,
        campaigns=tuple(
            campaign_snapshot(floor, campaign, now) for campaign in sorted(shown, key=lambda item: (item.name, item.id))
        ),
        agents=_agent_lines(agents, now),
    )


def campaign_snapshot(floor: Floor, campaign: Campaign, now: datetime) -> CampaignSnapshot:
    """The live part of one campaign's panel."""
    attempts = list(floor.attempts_of(campaign.id))
    decision = why_not_dialling(floor, campaign, now) or floor.run(campaign.id).decision
    return CampaignSnapshot(
        id=campaign.id,
        name=campaign.name,
        running=campaign.running,
        status_reason=campaign.status_reason,
        list_id=campaign.list_id,
        decision=decision or sentence("starting"),
        agents=_agent_lines(floor.joined(campaign.id), now),
        dialling=_call_lines([attempt for attempt in attempts if attempt.state in UNANSWERED], now),
        waiting=_call_lines(
            [attempt for attempt in attempts if attempt.state in (AttemptState.WAITING, AttemptState.JOINING)], now
        ),
        talking=_call_lines([attempt for attempt in attempts if attempt.state is AttemptState.CONNECTED], now),
    )


def agent_line(agent: Agent, now: datetime) -> AgentLine:
    """One agent as the panel shows them."""
    return AgentLine(
        id=agent.id,
        login=agent.login,
        name=agent.name,
        state=agent.state,
        reason=agent.reason,
        seconds_in_state=_seconds(agent.since, now),
        form_open=agent.form_open,
        phone=agent.phone.state.value,
        campaign_id=agent.campaign_id,
        attempt_id=agent.attempt_id,
    )


def _agent_lines(agents: Iterable[Agent], now: datetime) -> tuple[AgentLine, ...]:
    return tuple(agent_line(agent, now) for agent in sorted(agents, key=lambda agent: agent.login))


def _call_lines(attempts: list[Attempt], now: datetime) -> tuple[CallLine, ...]:
    return tuple(
        CallLine(
            attempt_id=attempt.id,
            number=attempt.number,
            state=attempt.state,
            seconds=_seconds(attempt.dialled_at, now),
            seconds_in_state=_seconds(attempt.state_since, now),
            agent_id=attempt.agent_id,
        )
        for attempt in attempts
    )


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
