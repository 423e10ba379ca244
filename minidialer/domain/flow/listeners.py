"""Those who listen to talks: told apart, and sent away when the talk is over."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.attempt import Attempt
from minidialer.domain.commands import Command, HangUpLeg
from minidialer.domain.floor import Floor
from minidialer.domain.leg import spied_attempt
from minidialer.domain.listening import Listener, SpyGone


def leg_of(floor: Floor, attempt_id: int, extension: str) -> str | None:
    """The leg by which this extension listens to this talk."""
    wanted = Listener(attempt_id, extension)
    return next((leg for leg, listener in floor.listeners.items() if listener == wanted), None)


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
            floor.listeners[leg] = known.get(leg, Listener(attempt_id, ""))
        else:
            yield HangUpLeg(leg)
