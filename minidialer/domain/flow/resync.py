"""Resync: after a restart or a lost link, what Asterisk has is compared with what the dialer believes.

Calls that still talk go on, agents keep their state, vanished attempts end and follow the retry rule.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from minidialer.domain.agent import Agent, AgentEvent, AgentState, PauseReason, PhoneState
from minidialer.domain.attempt import UNANSWERED, Attempt, AttemptEvent, AttemptState
from minidialer.domain.commands import Command, HangUpLeg, LetGo, PhoneBack
from minidialer.domain.events import (
    Bridged,
    CustomerAnswered,
    CustomerPickedUp,
    Fate,
    LinkDown,
    LinkUp,
    LiveLeg,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.floor import Floor
from minidialer.domain.leg import customer_leg, is_ring_leg, parse_leg
from minidialer.domain.outcome import Outcome

from . import customers, learning, listeners, phones, seats
from .keep import keep_attempt
from .matching import match

CUSTOMER_CONTEXT = "minidialer-customer"
HOLD_CONTEXT = "minidialer-hold"
HELD_CONTEXT = "minidialer-held"
AGENT_CONTEXT = "minidialer-agent"
AGENT_HELD_CONTEXT = "minidialer-agent-held"
SETTLED = timedelta(seconds=3)  # what was sent just before a link broke has its channel by then, or never will
BUSY_WITH_CALL = (AgentState.RESERVED, AgentState.IN_CALL)
_BLAMED = (PauseReason.PHONE_HUNG_UP, PauseReason.PHONE_NO_ANSWER)


def link_down(floor: Floor, event: LinkDown, now: datetime) -> Iterator[Command]:
    """Nothing new is dialled; what is live is left as it is until the link is back."""
    del event, now
    floor.link_up = False
    floor.resync_asked_at = floor.resync_due_at = None
    yield from ()


def link_up(floor: Floor, event: LinkUp, now: datetime) -> Iterator[Command]:
    """Compare every live attempt and phone with Asterisk's channels. Nobody is matched before all is known."""
    if not floor.link_up:
        floor.resync_due_at = now + SETTLED
    floor.link_up = False
    floor.nothing_overdue_until = None
    yield from seats.fit_all(floor, now)
    yield from _sort_out_strays(floor, event.legs, now)
    legs = {leg.name: leg for leg in event.legs}
    fates = {fate.attempt_id: fate for fate in event.fates}
    for attempt in list(floor.attempts.values()):
        leg = legs.get(customer_leg(attempt.id))
        if leg is not None:
            yield from _resync_live(floor, attempt, leg, event.asked_at, now)
        else:
            yield from _resync_gone(floor, attempt, fates.get(attempt.id), event.asked_at, now)
    for agent in list(floor.agents.values()):
        yield from _resync_phone(floor, agent, legs, event.asked_at, now)
    yield from listeners.resync(floor, event.spies)
    floor.link_up = True
    for campaign_id in list(floor.campaigns):
        yield from match(floor, campaign_id, now)


def _resync_live(floor: Floor, attempt: Attempt, leg: LiveLeg, asked_at: datetime, now: datetime) -> Iterator[Command]:
    """The customer has a channel."""
    if attempt.state is AttemptState.CLAIMED:
        _was_sent(floor, attempt, now)
        yield keep_attempt(attempt)
    yield from _resync_hold(floor, attempt, leg, asked_at)
    if leg.bridged_with:
        yield from _found_talking(floor, attempt, leg.bridged_with, now)
        return
    if attempt.letting_go and leg.context in (CUSTOMER_CONTEXT, HOLD_CONTEXT):
        yield LetGo(attempt.id)
    elif leg.up and attempt.state in UNANSWERED:
        yield from customers.picked_up(floor, CustomerPickedUp(attempt.id), now)
        if leg.context in (CUSTOMER_CONTEXT, HOLD_CONTEXT) and not leg.listening:
            yield from customers.answered(floor, CustomerAnswered(attempt.id), now)


def _resync_gone(
    floor: Floor, attempt: Attempt, fate: Fate | None, asked_at: datetime, now: datetime
) -> Iterator[Command]:
    """The customer has no channel: not yet, or not any more."""
    if attempt.id in floor.picks:
        return  # placed by hand: the agent's phone rings, or is seen to with the phones
    sent_at = attempt.dialled_at or attempt.claimed_at
    young = sent_at is not None and sent_at >= asked_at
    if fate is None and young and attempt.state in UNANSWERED:
        return  # its channel may be made only now
    if fate is not None and attempt.state is not AttemptState.CONNECTED:
        yield from _meet_fate(floor, attempt, fate, now)
    yield from customers.end(floor, attempt, _vanished(attempt), now)


def _resync_hold(floor: Floor, attempt: Attempt, leg: LiveLeg, asked_at: datetime) -> Iterator[Command]:
    """Where the customer of a talk is says whether they are on hold, unless that was changed just now."""
    agent = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    changed_at = agent.phone.since if agent is not None else None
    held = leg.context == HELD_CONTEXT
    if attempt.state is not AttemptState.CONNECTED or attempt.on_hold is held:
        return
    if changed_at is None or changed_at < asked_at:
        attempt.on_hold = held
        yield keep_attempt(attempt)


def _meet_fate(floor: Floor, attempt: Attempt, fate: Fate, now: datetime) -> Iterator[Command]:
    """Catch up with what Asterisk remembers of a customer who has hung up meanwhile: answered, perhaps talked."""
    _was_sent(floor, attempt, now)
    if fate.outcome is Outcome.MACHINE:
        attempt.outcome, attempt.answered_at = Outcome.MACHINE, attempt.answered_at or now
    elif fate.outcome is Outcome.ANSWERED:
        agent = _agent_with(floor, fate.leg)
        free_since = agent.since if agent is not None else None
        joined_at = max(attempt.answered_at or now, free_since or now)
        yield from _found_talking(floor, attempt, fate.leg, min(joined_at, now))
    elif attempt.state in UNANSWERED:
        attempt.answered_at = attempt.answered_at or now
        floor.step_attempt(attempt, AttemptEvent.ANSWER, now)
        learning.answered(floor, attempt, now)


def _vanished(attempt: Attempt) -> Outcome:
    """A talk is known to have been one; somebody who answered and was never joined is abandoned; else nobody knows."""
    if attempt.state is AttemptState.CONNECTED:
        return Outcome.ANSWERED
    if attempt.outcome is Outcome.MACHINE:
        return Outcome.MACHINE
    return Outcome.ABANDONED if attempt.answered_at is not None else Outcome.UNKNOWN


def _was_sent(floor: Floor, attempt: Attempt, now: datetime) -> None:
    """The last run sent it off and died before that was committed."""
    if attempt.state is AttemptState.CLAIMED:
        attempt.dialled_at = attempt.claimed_at or now
        floor.step_attempt(attempt, AttemptEvent.DIAL, now)


def _found_talking(floor: Floor, attempt: Attempt, other: str, now: datetime) -> Iterator[Command]:
    """The join happened while nobody was listening: catch up with it."""
    agent = _agent_with(floor, other)
    if agent is None or attempt.state is AttemptState.CONNECTED or agent.attempt_id not in (None, attempt.id):
        return
    if attempt.state in UNANSWERED:
        floor.step_attempt(attempt, AttemptEvent.ANSWER, now)
        attempt.answered_at = attempt.answered_at or now
    if attempt.agent_id not in (None, agent.id):
        yield from customers.release(floor, attempt, now)
    _reserve(floor, attempt, agent, now)
    agent.phone.leg = other
    yield from customers.bridged(floor, Bridged(attempt.id, agent.id, other), now)


def _agent_with(floor: Floor, leg: str) -> Agent | None:
    parsed = parse_leg(leg)
    return floor.agents.get(parsed.agent_id) if parsed is not None and parsed.agent_id is not None else None


def _reserve(floor: Floor, attempt: Attempt, agent: Agent, now: datetime) -> None:
    """Whatever of the reservation the last run did not live to commit."""
    if attempt.state is AttemptState.WAITING:
        floor.step_attempt(attempt, AttemptEvent.RESERVE, now)
    attempt.agent_id, agent.attempt_id = agent.id, attempt.id
    if agent.state is AgentState.PAUSED:
        floor.step_agent(agent, AgentEvent.RESUME, now)
    if agent.state is AgentState.READY:
        floor.step_agent(agent, AgentEvent.RESERVE, now)


def _resync_phone(
    floor: Floor, agent: Agent, legs: Mapping[str, LiveLeg], asked_at: datetime, now: datetime
) -> Iterator[Command]:
    phone = agent.phone
    if phone.state is PhoneState.DOWN:
        return
    leg, young = legs.get(phone.leg), phone.since is not None and phone.since >= asked_at
    if leg is None:
        if not (young and phone.state is PhoneState.CALLING):
            yield from _phone_lost(floor, agent, now)
    elif leg.context == AGENT_HELD_CONTEXT and agent.state not in BUSY_WITH_CALL:
        yield HangUpLeg(leg.name) if is_ring_leg(leg.name) else PhoneBack(leg.name)
    elif phone.state is not PhoneState.IDLE and leg.up and leg.context == AGENT_CONTEXT and not leg.bridged_with:
        if agent.state in BUSY_WITH_CALL:
            if young:
                return  # the join may be on its way
            # The join was lost: the phone waits for it as if it had just answered.
            floor.phone_is(agent, PhoneState.CALLING, phone.since)
        yield from phones.idle(floor, PhoneIdle(agent.id, phone.leg), now)


def _phone_lost(floor: Floor, agent: Agent, now: datetime) -> Iterator[Command]:
    """Asterisk was restarted, or never heard of the call: nobody can be blamed for that, so the agent stays in."""
    was = agent.state, agent.reason
    yield from phones.gone(floor, PhoneGone(agent.id, agent.phone.leg, 0), now)
    blamed = agent.state is AgentState.PAUSED and agent.reason in _BLAMED
    if blamed and (agent.state, agent.reason) != was:
        yield from seats.become_ready(floor, agent, now)


def _sort_out_strays(floor: Floor, legs: tuple[LiveLeg, ...], now: datetime) -> Iterator[Command]:
    """Agents' legs of the last run that nobody knows of: its customer still wants the one, the others are hung up.

    Customers' legs are left: they end by themselves within their limits.
    """
    known = {agent.phone.leg for agent in floor.agents.values()}
    for leg in legs:
        parsed = parse_leg(leg.name)
        agent = floor.agents.get(parsed.agent_id) if parsed is not None and parsed.agent_id is not None else None
        if parsed is None or agent is None or leg.name in known or leg.bridged_with:
            continue
        wanted = agent.state is AgentState.RESERVED and agent.attempt_id == parsed.attempt_id
        if agent.phone.state is PhoneState.DOWN and (wanted or agent.state is AgentState.READY):
            # Nobody is called while this leg lives: the next one may have the same name.
            floor.phone_is(agent, PhoneState.CALLING, now, leg.name)
        if not wanted:
            yield HangUpLeg(leg.name)
