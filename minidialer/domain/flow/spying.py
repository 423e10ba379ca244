"""Supervisors in agents' talks: they listen, whisper to the agent or speak with both, until that talk ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from minidialer.domain.commands import CallSpy, Command, SteerSpy
from minidialer.domain.floor import Floor
from minidialer.domain.leg import spy_leg
from minidialer.domain.listening import Listener, Spy
from minidialer.domain.sentence import RefusedError

from .listeners import leg_of
from .talks import talk_of

RING_TIMEOUT = 30  # seconds the supervisor's phone rings


def spy(floor: Floor, event: Spy, now: datetime) -> Iterator[Command]:
    """Ring the supervisor's phone; one that is in this talk already gets the other mode."""
    agent, attempt = talk_of(floor, event.agent_id)
    if event.extension.casefold() == agent.login.casefold():
        raise RefusedError(
            "{extension} is the telephone of that talk: give the extension of your own.", extension=event.extension
        )
    present = leg_of(floor, attempt.id, event.extension)
    if present is not None and floor.listeners[present].rings:  # Asterisk steers nobody who has not picked up
        floor.listeners[present] = replace(floor.listeners[present], instead=event.mode)
        return
    if present is not None:
        yield SteerSpy(present, event.mode)
        return
    leg = spy_leg(attempt.id, floor.next_leg_serial(now))
    floor.listeners[leg] = Listener(attempt.id, event.extension, rings=True)
    yield CallSpy(
        attempt.id, leg, agent.phone.leg, event.mode, event.extension, RING_TIMEOUT, agent.name or agent.login
    )
