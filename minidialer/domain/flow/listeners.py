"""Those who listen to talks: told apart, and sent away when the talk is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from minidialer.domain.attempt import Attempt
from minidialer.domain.commands import Command, HangUpLeg, SteerSpy
from minidialer.domain.floor import Floor
from minidialer.domain.leg import spied_attempt
from minidialer.domain.listening import Listener, SpyGone, SpyUp


def leg_of(floor: Floor, attempt_id: int, extension: str) -> str | None:
    """The leg by which this extension listens to this talk."""
    wanted = (attempt_id, extension)
    return next((leg for leg, one in floor.listeners.items() if (one.attempt_id, one.extension) == wanted), None)


def up(floor: Floor, event: SpyUp, now: datetime) -> Iterator[Command]:
    """The supervisor has picked up: what was asked for while it rang is done now."""
    del now
    listener = floor.listeners.get(event.leg)
    if listener is None:
        return
    floor.listeners[event.leg] = Listener(listener.attempt_id, listener.extension)
    if listener.instead is not None:
        yield SteerSpy(event.leg, listener.instead)


def gone(floor: Floor, event: SpyGone, now: datetime) -> Iterator[Command]:
    """The supervisor has hung up."""
    del now
    floor.listeners.pop(event.leg, None)
    yield from ()


def talk_over(floor: Floor, attempt: Attempt) -> Iterator[Command]:
    """Nobody goes on listening to an agent whose phone stays up."""
    for leg in [leg for leg, listener in floor.listeners.items() if listener.attempt_id == attempt.id]:
        del floor.listeners[leg]
        yield HangUpLeg(leg)


def resync(floor: Floor, legs: tuple[str, ...]) -> Iterator[Command]:
    """Those who listen, as Asterisk says: of the last run, too. A talk that is over has no listeners."""
    known, floor.listeners = floor.listeners, {}
    for leg in legs:
        attempt_id = spied_attempt(leg)
        if attempt_id in floor.attempts:
            listener = known.get(leg, Listener(attempt_id, ""))
            floor.listeners[leg] = replace(listener, rings=False)  # or it was picked up unheard
            if listener.instead is not None:
                yield SteerSpy(leg, listener.instead)
        else:
            yield HangUpLeg(leg)
