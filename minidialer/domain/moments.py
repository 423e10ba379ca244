"""Moments of an earlier run: the machine's clock may have been set back since they were noted."""

from collections.abc import Iterable
from datetime import datetime

from .agent import Agent
from .attempt import Attempt

_OF_ATTEMPTS = ("claimed_at", "dialled_at", "answered_at", "connected_at", "state_since")
_OF_AGENTS = ("since", "ready_since")


def not_in_the_future(agents: Iterable[Agent], attempts: Iterable[Attempt], now: datetime) -> None:
    """What is live began at `now` at the latest. Else nothing of it would last less than nothing, and its limits of
    time would pass an hour late."""
    for attempt in attempts:
        _bring_back(attempt, _OF_ATTEMPTS, now)
    for agent in agents:
        _bring_back(agent, _OF_AGENTS, now)
        _bring_back(agent.phone, ("since",), now)


def _bring_back(noted: object, names: tuple[str, ...], now: datetime) -> None:
    for name in names:
        moment = getattr(noted, name)
        if moment is not None and moment > now:
            setattr(noted, name, now)
