"""Agents' phones: they answer, wait for customers, and hang up."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import AfterCallAction, Agent, AgentEvent, AgentState, PauseReason, PhoneState
from minidialer.domain.attempt import Attempt, AttemptEvent, AttemptState
from minidialer.domain.campaign import AgentConnection
from minidialer.domain.commands import Command, HangUpLeg, JoinLegs
from minidialer.domain.events import PhoneGone, PhoneIdle
from minidialer.domain.floor import Floor
from minidialer.domain.leg import customer_leg, is_ring_leg

from . import by_hand
from .keep import keep_agent, keep_attempt
from .matching import match
from .seats import become_ready, close_call, wish_of


def idle(floor: Floor, event: PhoneIdle, now: datetime) -> Iterator[Command]:
    """The phone waits for a customer: the one it was called for, or whoever answers next."""
    agent = floor.agents.get(event.agent_id)
    if agent is None or agent.phone.leg != event.leg or agent.phone.state is PhoneState.DOWN:
        yield HangUpLeg(event.leg)  # a leg nobody waits for any more
        return
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if agent.state is AgentState.RESERVED and attempt is not None and attempt.state is AttemptState.JOINING:
        yield from _join_waiting(floor, agent, attempt, _nailed_up(floor, agent), now)
    elif agent.state is AgentState.RESERVED and attempt is not None and attempt.by_hand:
        floor.phone_is(agent, PhoneState.IDLE, now)
        yield keep_agent(agent)
        yield from by_hand.proceed(floor, now)
    elif _nailed_up(floor, agent):
        floor.phone_is(agent, PhoneState.IDLE, now)
        if agent.state is AgentState.PAUSED and agent.reason == PauseReason.CALLING_PHONE:
            floor.step_agent(agent, AgentEvent.RESUME, now)
        yield keep_agent(agent)
    elif agent.state is not AgentState.IN_CALL or not is_ring_leg(event.leg):  # else it is late: the talk goes on
        # It rang for a customer who has gone, or stayed up before the campaign's setting changed.
        floor.phone_is(agent, PhoneState.CALLING, now)  # not free before that leg is gone
        yield HangUpLeg(event.leg)
        yield keep_agent(agent)
    if agent.campaign_id is not None:
        yield from match(floor, agent.campaign_id, now)


def _join_waiting(floor: Floor, agent: Agent, attempt: Attempt, nailed_up: bool, now: datetime) -> Iterator[Command]:
    """Join once: a phone that says so again is late, and a second join would break the talk the first one made."""
    if agent.phone.state is PhoneState.BUSY:
        return
    floor.phone_is(agent, PhoneState.BUSY, now)
    yield JoinLegs(attempt.id, agent.phone.leg, nailed_up)
    yield keep_agent(agent)


def gone(floor: Floor, event: PhoneGone, now: datetime) -> Iterator[Command]:
    """The phone hung up or never answered. Its agent gets no calls until they say they are back."""
    agent = floor.agents.get(event.agent_id)
    if agent is None or agent.phone.leg != event.leg or agent.phone.state is PhoneState.DOWN:
        return
    answered = agent.phone.state is not PhoneState.CALLING
    rung = is_ring_leg(event.leg)
    floor.put_down(agent, now)
    reason = PauseReason.PHONE_HUNG_UP if answered else PauseReason.PHONE_NO_ANSWER
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if agent.state is AgentState.RESERVED and attempt is not None and attempt.state is AttemptState.JOINING:
        floor.step_attempt(attempt, AttemptEvent.RELEASE, now)
        attempt.agent_id = None
        yield keep_attempt(attempt)
        yield from _take_off(floor, agent, reason, now)
        yield from match(floor, attempt.campaign_id, now)
        return
    if agent.state is AgentState.RESERVED and attempt is not None and attempt.by_hand:
        yield keep_agent(agent)
        yield from by_hand.give_up(floor, agent, attempt, now, reason)
        return
    if agent.state is AgentState.IN_CALL and attempt is not None and attempt.on_hold:
        yield HangUpLeg(customer_leg(attempt.id))  # not in a bridge, so nothing but this ends the customer's wait
    if agent.state is AgentState.READY and rung and _nailed_up(floor, agent):
        yield from become_ready(floor, agent, now)  # the campaign's setting changed during the call
        return
    if (agent.state is AgentState.READY and _nailed_up(floor, agent)) or (
        agent.state is AgentState.PAUSED and agent.reason == PauseReason.CALLING_PHONE
    ):
        floor.step_agent(agent, AgentEvent.PAUSE, now, reason)
    yield keep_agent(agent)
    if agent.campaign_id is not None:
        yield from match(floor, agent.campaign_id, now)


def _take_off(floor: Floor, agent: Agent, reason: PauseReason, now: datetime) -> Iterator[Command]:
    """Off the call and paused; a wish to leave or log out made meanwhile is kept."""
    wish = wish_of(floor, agent)
    if wish is not None and wish.action is not AfterCallAction.PAUSE:
        yield from close_call(floor, agent, AgentEvent.RELEASE, now)
        return
    ordered = wish is not None and wish.force
    floor.step_agent(agent, AgentEvent.PAUSE, now, wish.reason if wish is not None and ordered else reason)
    agent.attempt_id = None
    agent.after_call = None
    yield keep_agent(agent)


def _nailed_up(floor: Floor, agent: Agent) -> bool:
    campaign = floor.campaign_of(agent)
    return campaign is not None and campaign.settings.agent_connection is AgentConnection.NAILED_UP
