"""Customers: their phone rings, they answer, talk, and hang up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from minidialer.domain.agent import Agent, AgentEvent, AgentState, PhoneState
from minidialer.domain.attempt import UNANSWERED, Attempt, AttemptEvent, AttemptState
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.commands import Command, HangUpLeg, LetGo, PhoneBack, Resync, StopCampaign
from minidialer.domain.events import (
    AttemptRefused,
    Bridged,
    CustomerAnswered,
    CustomerGone,
    CustomerPickedUp,
    CustomerRinging,
    MachineDetected,
)
from minidialer.domain.floor import Floor
from minidialer.domain.leg import is_ring_leg
from minidialer.domain.outcome import CALL_REJECTED, Outcome, cause_text, unanswered_outcome
from minidialer.domain.retry import lead_after
from minidialer.domain.sentence import sentence

from . import learning, listeners
from .keep import keep_agent, keep_attempt
from .matching import join, match
from .seats import close_call


def ringing(floor: Floor, event: CustomerRinging, now: datetime) -> Iterator[Command]:
    """Ringing is shown, not stored: it decides nothing."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.state is AttemptState.DIALLING:
        floor.step_attempt(attempt, AttemptEvent.RING, now)
    yield from ()


def picked_up(floor: Floor, event: CustomerPickedUp, now: datetime) -> Iterator[Command]:
    """The moment of the answer; what answered is still open."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.state in UNANSWERED and attempt.answered_at is None:
        attempt.answered_at = now
        yield keep_attempt(attempt)


def answered(floor: Floor, event: CustomerAnswered, now: datetime) -> Iterator[Command]:
    """A person answered: the owner of a private lead, or the first free agent, is joined at once."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None or attempt.state not in (AttemptState.DIALLING, AttemptState.RINGING):
        return
    floor.step_attempt(attempt, AttemptEvent.ANSWER, now)
    attempt.answered_at = attempt.answered_at or now
    attempt.outcome = None  # a person after all, whatever the detection said before
    learning.answered(floor, attempt, now)
    owner = floor.agents.get(attempt.owner_id) if attempt.owner_id is not None else None
    if owner is not None and owner.attempt_id == attempt.id and owner.state is AgentState.RESERVED:
        yield from join(floor, floor.campaign(attempt.campaign_id), attempt, owner, now)
        return
    yield from match(floor, attempt.campaign_id, now)
    if attempt.agent_id is None and not attempt.queued:
        yield keep_attempt(attempt)


def machine_detected(floor: Floor, event: MachineDetected, now: datetime) -> Iterator[Command]:
    """The dialplan hangs up by itself; the hang-up then ends the attempt with this outcome."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.state in UNANSWERED:
        attempt.answered_at = attempt.answered_at or now
        attempt.outcome = Outcome.MACHINE
    yield from ()


def refused(floor: Floor, event: AttemptRefused, now: datetime) -> Iterator[Command]:
    """No channel ever existed: the attempt failed and uses up no try."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is not None and attempt.state in UNANSWERED:
        attempt.detail = event.detail
        yield from end(floor, attempt, Outcome.FAILED, now, left_pbx=False)


def gone(floor: Floor, event: CustomerGone, now: datetime) -> Iterator[Command]:
    """The customer's channel is gone: the outcome follows from how far the attempt had come."""
    attempt = floor.attempts.get(event.attempt_id)
    if attempt is None:
        return
    attempt.cause = event.cause
    outcome = outcome_at_end(attempt, event.cause)
    if outcome is Outcome.FAILED:
        attempt.detail = cause_text(event.cause)
    yield from end(floor, attempt, outcome, now)


def outcome_at_end(attempt: Attempt, cause: int) -> Outcome:
    """The outcome of an attempt whose customer's channel has gone with this Q.850 cause."""
    if attempt.state is AttemptState.CONNECTED:
        return Outcome.ANSWERED
    if attempt.state not in UNANSWERED:
        return Outcome.ABANDONED
    if attempt.outcome is Outcome.MACHINE:
        return Outcome.MACHINE
    return Outcome.ABANDONED if attempt.answered_at is not None else unanswered_outcome(cause)


def release(floor: Floor, attempt: Attempt, now: datetime) -> Iterator[Command]:
    """The customer waits again, and the agent who was to take them is free."""
    agent = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if attempt.state is AttemptState.JOINING:
        floor.step_attempt(attempt, AttemptEvent.RELEASE, now)
    attempt.agent_id = None
    yield keep_attempt(attempt)
    if agent is not None and agent.attempt_id == attempt.id and agent.state is AgentState.RESERVED:
        yield from _stop_joining(agent)
        yield from close_call(floor, agent, AgentEvent.RELEASE, now)


def end(floor: Floor, attempt: Attempt, outcome: Outcome, now: datetime, *, left_pbx: bool = True) -> Iterator[Command]:
    """End a live attempt: its lead follows the retry rule, its agent is freed or wraps up."""
    campaign = floor.campaign(attempt.campaign_id)
    was = attempt.state
    floor.step_attempt(attempt, AttemptEvent.END, now)
    attempt.outcome, attempt.ended_at = outcome, now
    learning.ended(floor, attempt, was, now)
    floor.remove_attempt(attempt)
    floor.picks.pop(attempt.id, None)
    change = None
    if outcome is not Outcome.ANSWERED:
        interval = campaign.settings.retry_interval
        limit = floor.most_retries(campaign.list_id)
        change = lead_after(outcome, interval, now, tries=attempt.tries, max_retries=limit, left_pbx=left_pbx)
    yield keep_attempt(attempt, change)
    yield from listeners.talk_over(floor, attempt)
    yield from _free_agent(floor, attempt, was, now)
    yield from _count_failure(floor, attempt, outcome, now)


def _free_agent(floor: Floor, attempt: Attempt, was: AttemptState, now: datetime) -> Iterator[Command]:
    agent = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    if agent is None or agent.attempt_id != attempt.id:
        return
    if was is AttemptState.CONNECTED and agent.state is AgentState.IN_CALL:
        learning.talk_ended(floor, attempt, agent, now)
        if attempt.on_hold:
            yield from _stop_holding(agent)
        if agent.saved:
            yield from close_call(floor, agent, AgentEvent.SAVE, now)
        else:
            floor.step_agent(agent, AgentEvent.FINISH, now)
            yield keep_agent(agent)
    elif agent.state is AgentState.RESERVED:
        if was is AttemptState.JOINING:
            yield from _stop_joining(agent)
        yield from close_call(floor, agent, AgentEvent.RELEASE, now)


def _stop_holding(agent: Agent) -> Iterator[Command]:
    """The agent's leg waits for a talk that will not go on."""
    if is_ring_leg(agent.phone.leg):
        yield HangUpLeg(agent.phone.leg)
    elif agent.phone.state is PhoneState.BUSY:
        yield PhoneBack(agent.phone.leg)


def _stop_joining(agent: Agent) -> Iterator[Command]:
    """The customer is gone before the talk. A phone called for that customer is hung up; one that stays up goes on
    ringing, or waits: whether the join had reached it, so that it will say it is idle, only Asterisk knows."""
    if is_ring_leg(agent.phone.leg):
        yield HangUpLeg(agent.phone.leg)
    elif agent.phone.state is PhoneState.BUSY:
        yield Resync()


def _count_failure(floor: Floor, attempt: Attempt, outcome: Outcome, now: datetime) -> Iterator[Command]:
    """A run of failed attempts stops the campaign: something is wrong with the trunk, not with the numbers.

    Rejections count too: a carrier that knows us no more rejects every call (SIP 403), a person only now and then.
    """
    campaign, run = floor.campaign(attempt.campaign_id), floor.run(attempt.campaign_id)
    if outcome is not Outcome.FAILED and attempt.cause != CALL_REJECTED:
        run.failures = 0
        return
    run.failures += 1
    if campaign.running and run.failures >= campaign.settings.max_failures:
        reason = str(
            sentence(
                "stopped itself after {count} failed attempts in a row, the last one: {detail}",
                count=run.failures,
                detail=attempt.detail or cause_text(attempt.cause or 0),
            )
        )
        floor.store_campaign(replace(campaign, status=CampaignStatus.STOPPED, status_reason=reason))
        yield StopCampaign(campaign.id, reason, now)


def bridged(floor: Floor, event: Bridged, now: datetime) -> Iterator[Command]:
    """Customer and agent hear each other."""
    attempt, agent = floor.attempts.get(event.attempt_id), floor.agents.get(event.agent_id)
    if attempt is None or agent is None or agent.attempt_id != attempt.id:
        return
    if attempt.state is not AttemptState.JOINING or agent.state is not AgentState.RESERVED:
        return
    floor.step_attempt(attempt, AttemptEvent.CONNECT, now)
    attempt.connected_at = now
    learning.taken(floor, attempt, now)
    floor.step_agent(agent, AgentEvent.CONNECT, now)
    floor.phone_is(agent, PhoneState.BUSY, now)
    yield keep_attempt(attempt)
    yield keep_agent(agent)


def let_go(floor: Floor, attempt: Attempt) -> Iterator[Command]:
    """Nobody takes the customer: the safe message, then the hang-up that ends the attempt."""
    floor.let_go(attempt)
    yield LetGo(attempt.id)
    yield keep_attempt(attempt)
