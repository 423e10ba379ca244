"""How a simulated customer behaves: a pure function of the seed, the number and how often it was called before.

The carrier's dialplan (`templates/carrier/extensions.conf`) computes the same from the same MD5 digests, so that a run
can be foretold, repeated and checked; a test compares the two on the real Asterisk.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist


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
    """How customers behave on the whole: weights of the behaviours, and times in seconds.

    A time is in one of the ranges between neighbouring points, all equally likely, both ends included: two points are
    one range, and `lognormal` gives the points of that distribution.
    """

    answer: int = 45
    machine: int = 10
    busy: int = 12
    no_answer: int = 23
    invalid: int = 6
    congestion: int = 4
    ring: tuple[float, ...] = (0.5, 3.0)
    talk: tuple[float, ...] = (4.0, 15.0)

    def __post_init__(self) -> None:
        if min(self.weights.values()) < 0 or sum(self.weights.values()) == 0:
            raise ValueError("A mix needs weights of 0 or more and at least one above 0.")
        for name, points in (("ring", self.ring), ("talk", self.talk)):
            if len(points) < 2 or points[0] < 0 or list(points) != sorted(points):
                raise ValueError(f"The times {name} of a mix must be two or more, rising from 0 or more: {points}.")

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
        ring=_within(mix.ring, draw(seed, number, nth, "ring part"), draw(seed, number, nth, "ring")),
        talk=_within(mix.talk, draw(seed, number, nth, "talk part"), draw(seed, number, nth, "talk")),
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


def lognormal(mean: float, spread: float, parts: int = 12) -> tuple[float, ...]:
    """Points for a `Mix`; `spread`: standard deviation of the logarithm. The last half percent at each end is cut."""
    normal = NormalDist(math.log(mean) - spread * spread / 2, spread)
    shares = (min(max(part / parts, 0.005), 0.995) for part in range(parts + 1))
    return tuple(round(math.exp(normal.inv_cdf(share)), 3) for share in shares)


def _within(points: tuple[float, ...], part: int, drawn: int) -> float:
    place = part % (len(points) - 1)
    shortest, longest = milliseconds(points[place]), milliseconds(points[place + 1])
    return (shortest + drawn % (longest - shortest + 1)) / 1000
