"""Observations: what a pacer learns from. All times are in seconds.

Calls an agent placed by hand are no business of the dialer's and are never observed. A call kept for one agent (a
private lead) has an agent from the start: it counts for the abandon rate, and says nothing about the list's answers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call for whoever is free went out."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A person answered a call for whoever is free, this long after it was dialled."""

    ring: float


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A call for whoever is free ended, this long after it was dialled, and no person had answered."""

    ring: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A customer who answered was joined with an agent after this wait.

    `late`: later than the campaign's compliance profile allows, which counts as abandoned.
    """

    wait: float
    late: bool = False


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A customer who answered went, or was let go, without an agent after this wait."""

    wait: float


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """A talk is over."""

    agent_id: int
    duration: float


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """An agent saved the form and is free again; 0 when it was saved during the talk."""

    agent_id: int
    duration: float


Observation = Dialled | Answered | Unanswered | Taken | Abandoned | TalkEnded | WrapUpEnded
