"""The channels that live, from Asterisk's own list: what a restart or a lost link is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from minidialer.domain.events import LiveLeg
from minidialer.domain.leg import parse_leg, spied_attempt

from .message import Message

_UP = "6"  # ChannelState, as in Asterisk's channelstate.h
_ANSWERED = "minidialer-customer"  # where AMD() runs first, and Wait() only once a person is told of
_WAITS = "Wait"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Our legs that live, and by bridge those that are in one. `spies`: supervisors' legs."""

    legs: tuple[LiveLeg, ...] = ()
    bridges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spies: tuple[str, ...] = ()


def read_channels(items: Iterable[Message]) -> Snapshot:
    """Our legs among the items of a CoreShowChannels list."""
    channels = [item for item in items if item.name == "CoreShowChannel"]
    ours = [item for item in channels if parse_leg(item.text("Uniqueid")) is not None]
    names = [item.text("Uniqueid") for item in channels]
    bridges: dict[str, tuple[str, ...]] = {}
    for item in ours:
        bridge = item.text("BridgeId")
        if bridge:
            bridges[bridge] = (*bridges.get(bridge, ()), item.text("Uniqueid"))
    legs = tuple(_live_leg(item, bridges.get(item.text("BridgeId"), ())) for item in ours)
    return Snapshot(legs, bridges, tuple(name for name in names if spied_attempt(name) is not None))


def _live_leg(item: Message, in_bridge: tuple[str, ...]) -> LiveLeg:
    name = item.text("Uniqueid")
    return LiveLeg(
        name=name,
        context=item.text("Context"),
        up=item.text("ChannelState") == _UP,
        bridged_with=_partner(name, in_bridge),
        listening=item.text("Context") == _ANSWERED and item.text("Application") != _WAITS,
    )


def _partner(name: str, in_bridge: tuple[str, ...]) -> str:
    """The other leg in the bridge: of the other kind, when there are several; empty when alone."""
    mine = parse_leg(name)
    others = [other for other in in_bridge if other != name]
    for other in others:
        leg = parse_leg(other)
        if leg is not None and mine is not None and leg.is_customer != mine.is_customer:
            return other
    return others[0] if others else ""
