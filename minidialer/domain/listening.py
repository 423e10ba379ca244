"""Listening: a supervisor's telephone in an agent's talk."""

from dataclasses import dataclass
from enum import StrEnum

from .events import Event


class SpyMode(StrEnum):
    """What the supervisor does there."""

    LISTEN = "listen"
    WHISPER = "whisper"  # the agent hears the supervisor as well
    BARGE = "barge"  # both do


@dataclass(frozen=True, slots=True)
class Listener:
    """A supervisor in a talk. `extension`: their telephone; empty when an earlier run called it.

    `rings`: it was not picked up yet; `instead`: what was asked for meanwhile.
    """

    attempt_id: int
    extension: str
    rings: bool = False
    instead: SpyMode | None = None


@dataclass(frozen=True, slots=True)
class Spy(Event):
    """A supervisor wants to hear an agent's talk from the telephone `extension`, or to change what they do there."""

    agent_id: int
    mode: SpyMode
    extension: str


@dataclass(frozen=True, slots=True)
class SpyUp(Event):
    """A supervisor has picked up and is in the talk."""

    leg: str


@dataclass(frozen=True, slots=True)
class SpyGone(Event):
    """A supervisor's leg is gone, or never came to be."""

    leg: str
