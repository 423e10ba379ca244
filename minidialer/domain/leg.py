"""Legs: the names we give to channels, so that every event names its owner (docs/call-flow.md).

Asterisk takes a name for any longer one that begins with it, so no name may begin another that lives at that time: the
kind comes first, and what grows comes last.
"""

import re
from dataclasses import dataclass

_LEG = re.compile(
    r"(?P<customer>[0-9]{1,18})"
    r"|ring-(?P<agent>[0-9]{1,18})-(?P<attempt>[0-9]{1,18})"
    r"|nailed-(?P<nailed>[0-9]{1,18})-[0-9]{1,18}"
)
_SPY = re.compile(r"spy-([0-9]{1,18})-[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Leg:
    """What a leg's name says. A customer's leg has no agent; a nailed-up agent's leg has no attempt."""

    attempt_id: int | None
    agent_id: int | None

    @property
    def is_customer(self) -> bool:
        """Is this the customer's channel?"""
        return self.agent_id is None


def customer_leg(attempt_id: int) -> str:
    """The customer's channel of an attempt."""
    return str(attempt_id)


def ring_leg(attempt_id: int, agent_id: int) -> str:
    """The agent's channel rung for one customer."""
    return f"ring-{agent_id}-{attempt_id}"


def nailed_up_leg(agent_id: int, serial: int) -> str:
    """The agent's channel called once at join; the serial keeps two of them apart."""
    return f"nailed-{agent_id}-{serial}"


def is_ring_leg(name: str) -> bool:
    """Is this an agent's channel that was rung for one customer?"""
    leg = parse_leg(name)
    return leg is not None and leg.agent_id is not None and leg.attempt_id is not None


def parse_leg(name: str) -> Leg | None:
    """What a Uniqueid says, or None when the channel is not ours (Asterisk's own have a dot)."""
    match = _LEG.fullmatch(name)
    if match is None:
        return None
    if match["customer"]:
        return Leg(int(match["customer"]), None)
    if match["attempt"]:
        return Leg(int(match["attempt"]), int(match["agent"]))
    return Leg(None, int(match["nailed"]))


def spy_leg(attempt_id: int, serial: int) -> str:
    """A supervisor's channel, listening to the talk of an attempt."""
    return f"spy-{attempt_id}-{serial}"


def spied_attempt(name: str) -> int | None:
    """The attempt whose talk this channel listens to; None when it is no supervisor's channel."""
    match = _SPY.fullmatch(name)
    return int(match[1]) if match is not None else None
