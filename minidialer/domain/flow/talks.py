"""Talks: put on hold, sent on, keys pressed, ended."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import Agent, AgentState, PhoneState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.commands import Command, HangUpLeg, HoldTalk, JoinLegs, PlayDigit, TransferTalk
from minidialer.domain.events import HangUp, SendDigit, SetHold, Transfer
from minidialer.domain.floor import Floor
from minidialer.domain.leg import customer_leg, is_ring_leg
from minidialer.domain.outcome import Outcome
from minidialer.domain.sentence import RefusedError, sentence

from . import by_hand, customers
from .keep import keep_agent, keep_attempt

_DIGITS = frozenset("0123456789*#")


def hang_up(floor: Floor, event: HangUp, now: datetime) -> Iterator[Command]:
    """The agent ends the talk, or gives up a call placed by hand."""
    agent = floor.agent(event.agent_id)
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if agent.state is AgentState.RESERVED and attempt is not None and attempt.by_hand:
        yield from by_hand.give_up(floor, agent, attempt, now)
        return
    if agent.state is not AgentState.IN_CALL or agent.attempt_id is None:
        raise RefusedError("There is no call to hang up.")
    yield HangUpLeg(customer_leg(agent.attempt_id))


def hold(floor: Floor, event: SetHold, now: datetime) -> Iterator[Command]:
    """The customer hears music and the agent nothing, or they talk on."""
    agent, attempt = talk_of(floor, event.agent_id)
    if attempt.on_hold is event.on:
        return
    attempt.on_hold = event.on
    agent.phone.since = now
    if event.on:
        yield HoldTalk(attempt.id, agent.phone.leg)
    else:
        floor.phone_is(agent, PhoneState.BUSY, now)
        yield JoinLegs(attempt.id, agent.phone.leg, nailed_up=not is_ring_leg(agent.phone.leg))
    yield keep_agent(agent)
    yield keep_attempt(attempt)


def transfer(floor: Floor, event: Transfer, now: datetime) -> Iterator[Command]:
    """The customer is sent on and the agent wraps up. The attempt ends here: what follows is no talk of ours.

    A number costs what a call by hand costs, so it counts as one. Raises RefusedError.
    """
    agent, attempt = talk_of(floor, event.agent_id)
    if event.outside:
        by_hand.check_hour(floor, agent, now)
        floor.note_by_hand(agent.id, now)
    attempt.detail = str(sentence("transferred to {target}", target=event.target))
    yield TransferTalk(attempt.id, event.channel)
    yield from customers.end(floor, attempt, Outcome.ANSWERED, now)


def send_digit(floor: Floor, event: SendDigit, now: datetime) -> Iterator[Command]:
    """A key of the telephone."""
    del now
    _agent, attempt = talk_of(floor, event.agent_id)
    if event.digit not in _DIGITS:
        raise RefusedError("“{digit}” is no key of a telephone: use 0 to 9, * or #.", digit=event.digit)
    if attempt.on_hold:
        raise RefusedError("The customer is on hold: talk on first.")
    yield PlayDigit(attempt.id, event.digit)


def talk_of(floor: Floor, agent_id: int) -> tuple[Agent, Attempt]:
    """The agent and their talk. Raises RefusedError when there is none, or nothing can be asked of Asterisk."""
    agent = floor.agent(agent_id)
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if agent.state is not AgentState.IN_CALL or attempt is None or attempt.state is not AttemptState.CONNECTED:
        raise RefusedError("There is no talk: the call is over.")
    if not floor.link_up:
        raise RefusedError("There is no link to Asterisk just now: try again in a moment.")
    return agent, attempt
