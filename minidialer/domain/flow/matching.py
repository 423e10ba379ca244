"""Matching: customers who wait, in the order they answered, with agents, in the order they became ready."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import Agent, AgentEvent, PhoneState
from minidialer.domain.attempt import Attempt, AttemptEvent
from minidialer.domain.campaign import AgentConnection, Campaign, WhenAllBusy
from minidialer.domain.commands import CallPhone, Command, Hold, JoinLegs
from minidialer.domain.floor import Floor
from minidialer.domain.leg import nailed_up_leg, ring_leg

from .keep import keep_agent, keep_attempt


def match(floor: Floor, campaign_id: int, now: datetime) -> Iterator[Command]:
    """Join whoever waits with whoever is free; queue the rest when the campaign says so.

    Not while the link is down: who still waits is known at the resync, and a join sent now would be lost.
    """
    if not floor.link_up:
        return
    campaign = floor.campaign(campaign_id)
    free = floor.free_agents(campaign_id)
    for attempt in floor.waiting(campaign_id):
        agent = _agent_for(attempt, free)
        if agent is not None:
            free.remove(agent)
            floor.step_agent(agent, AgentEvent.RESERVE, now)
            agent.attempt_id = attempt.id
            yield from join(floor, campaign, attempt, agent, now)
        elif campaign.settings.when_all_busy is WhenAllBusy.QUEUE and not attempt.queued:
            attempt.queued = True
            yield Hold(attempt.id)
            yield keep_attempt(attempt)


def _agent_for(attempt: Attempt, free: list[Agent]) -> Agent | None:
    """The first free agent; for a private lead its owner and nobody else."""
    if attempt.owner_id is None:
        return free[0] if free else None
    return next((agent for agent in free if agent.id == attempt.owner_id), None)


def join(floor: Floor, campaign: Campaign, attempt: Attempt, agent: Agent, now: datetime) -> Iterator[Command]:
    """Join a waiting customer with a reserved agent: at once when the phone is up, else as soon as it answers."""
    floor.step_attempt(attempt, AttemptEvent.RESERVE, now)
    attempt.agent_id = agent.id
    nailed_up = campaign.settings.agent_connection is AgentConnection.NAILED_UP
    if agent.phone.state is PhoneState.IDLE:
        floor.phone_is(agent, PhoneState.BUSY, now)
        yield JoinLegs(attempt.id, agent.phone.leg, nailed_up)
    else:
        if not attempt.queued:
            attempt.queued = True
            yield Hold(attempt.id)
        if agent.phone.state is not PhoneState.CALLING:  # else it rings for this customer since the last run
            leg = nailed_up_leg(agent.id, floor.next_leg_serial(now)) if nailed_up else ring_leg(attempt.id, agent.id)
            yield call_phone(floor, campaign, agent, leg, now, caller=attempt.number)
    yield keep_attempt(attempt)
    yield keep_agent(agent)


def call_phone(floor: Floor, campaign: Campaign, agent: Agent, leg: str, now: datetime, *, caller: str) -> CallPhone:
    """Call the agent's phone; `caller` is what it shows."""
    floor.phone_is(agent, PhoneState.CALLING, now, leg)
    return CallPhone(
        agent_id=agent.id,
        leg=leg,
        login=agent.login,
        ring_timeout=campaign.settings.agent_ring_timeout,
        auto_answer=agent.auto_answer,
        caller=caller,
    )
