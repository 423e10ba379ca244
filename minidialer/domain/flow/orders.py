"""Supervisors' orders that wait for no form.

A talk goes on to its end: no customer is cut off. A phone that still rings for one is hung up, so that another agent
takes them, and a form that nobody will fill in is saved without the agent (`limits.save_without_agent`).
"""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import Agent, AgentState, PhoneState
from minidialer.domain.commands import Command, HangUpLeg
from minidialer.domain.events import LogOut, Pause
from minidialer.domain.floor import Floor
from minidialer.domain.leg import is_ring_leg

from . import by_hand, limits, seats


def log_out(floor: Floor, event: LogOut, now: datetime) -> Iterator[Command]:
    """An agent's own log-out, or one by force."""
    yield from seats.log_out(floor, event, now)
    if event.force:
        yield from _hasten(floor, floor.agent(event.agent_id), now)


def pause(floor: Floor, event: Pause, now: datetime) -> Iterator[Command]:
    """An agent's own pause, or one by force."""
    yield from seats.pause(floor, event, now)
    if event.force:
        yield from _hasten(floor, floor.agent(event.agent_id), now)


def _hasten(floor: Floor, agent: Agent, now: datetime) -> Iterator[Command]:
    if agent.state is AgentState.WRAP_UP and not agent.saved:
        yield from limits.save_without_agent(floor, agent, now)
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    if agent.state is not AgentState.RESERVED or attempt is None:
        return
    if attempt.by_hand:
        yield from by_hand.give_up(floor, agent, attempt, now)
    elif agent.phone.state is PhoneState.CALLING and is_ring_leg(agent.phone.leg):
        yield HangUpLeg(agent.phone.leg)
