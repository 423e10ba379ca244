"""How a simulated customer behaves: a pure function of the seed, the number and how often it was called before.

The carrier's dialplan (`templates/carrier/extensions.conf`) computes the same from the same MD5 digests, so that a run
can be foretold, repeated and checked; a test compares the two on the real Asterisk.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """What happens when the number is called; beside it what the PBX sees, as SIP answer and Q.850 cause."""

    ANSWER = "answer"  # 200, then 16
    MACHINE = "machine"  # 200, then 16
    BUSY = "busy"  # 486: 17
    NO_ANSWER = "no_answer"  # rings until the caller gives up: 19
    INVALID = "invalid"  # 404: 1
    CONGESTION = "congestion"  # 503: 34


@dataclass(frozen=True)
class Mix:
    """How customers behave on the whole: weights of the behaviours, and ranges in seconds, both ends included."""

    answer: int = 45
    machine: int = 10
    busy: int = 12
    no_answer: int = 23
    invalid: int = 6
    congestion: int = 4
    ring: tuple[float, float] = (0.5, 3.0)
    talk: tuple[float, float] = (4.0, 15.0)

    def __post_init__(self) -> None:
        if min(self.weights.values()) < 0 or sum(self.weights.values()) == 0:
            raise ValueError("A mix needs weights of 0 or more and at least one above 0.")
        for name, (shortest, longest) in (("ring", self.ring), ("talk", self.talk)):
            if not 0 <= shortest <= longest:
                raise ValueError(f"The range {name} of a mix must rise from 0 or more: {shortest:g} to {longest:g}.")

    @property
    def weights(self) -> dict[Behaviour, int]:
        """Weight of each behaviour, in the order the draw goes through them."""
        return {behaviour: getattr(self, behaviour.value) for behaviour in Behaviour}


@dataclass(frozen=True)
class Customer:
    """One call's fate: `ring` seconds before it is answered, `talk` seconds from the answer to the hang-up."""

    behaviour: Behaviour
    ring: float
    talk: float


def decide(seed: int, number: str, nth: int, mix: Mix) -> Customer:
    """What the `nth` call (from 1) to `number` meets."""
    return Customer(
        behaviour=_pick(mix.weights, draw(seed, number, nth, "behaviour")),
        ring=_within(mix.ring, draw(seed, number, nth, "ring")),
        talk=_within(mix.talk, draw(seed, number, nth, "talk")),
    )


def draw(seed: int, number: str, nth: int, what: str) -> int:
    """A number from 0 to 999999: the first six decimal digits among the hexadecimal ones of an MD5 digest."""
    digest = hashlib.md5(f"{seed}:{number}:{nth}:{what}".encode(), usedforsecurity=False).hexdigest()
    digits = "".join(filter(str.isdecimal, digest))
    return int((digits + "000000")[:6])


def milliseconds(seconds: float) -> int:
    """Whole milliseconds, the unit of the dialplan."""
    return round(seconds * 1000)


def _pick(weights: dict[Behaviour, int], drawn: int) -> Behaviour:
    bounds = list(itertools.accumulate(weights.values()))
    return list(weights)[bisect.bisect_right(bounds, drawn % bounds[-1])]


def _within(limits: tuple[float, float], drawn: int) -> float:
    shortest, longest = (milliseconds(limit) for limit in limits)
    return (shortest + drawn % (longest - shortest + 1)) / 1000
