"""What Asterisk 22 writes on its manager interface for our legs: the events, their order and headers as recorded."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

DOWN, RINGING, UP = 0, 5, 6  # ChannelState, as in Asterisk's channelstate.h
_STATES = {DOWN: "Down", RINGING: "Ringing", UP: "Up"}
Received = dict[str, str]
"""An action as it came: its values by header in lower case; of a header that came twice the last."""


@dataclass(slots=True)
class Leg:
    """A channel. `far`: what was dialled; `place`: the context and extension it is at."""

    name: str
    channel: str
    far: str
    state: int = DOWN
    place: tuple[str, str] = ("minidialer-closed", "s")
    application: str = ""
    bridge: str = ""
    partner: Leg | None = None
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def is_agent(self) -> bool:
        """An agent's phone, not a customer's."""
        return not self.name.isdecimal()


def block(*lines: str, **headers: object) -> bytes:
    """A message: complete header lines, then headers."""
    return "\r\n".join((*lines, *(f"{name}: {value}" for name, value in headers.items()), "", "")).encode()


def event(name: str, leg: Leg | None = None, *, prefix: str = "", **more: object) -> bytes:
    """An event, about a leg or (with the prefix `Dest`) about dialling it."""
    lines = [f"Event: {name}", f"Privilege: {'user' if name == 'UserEvent' else 'call'},all"]
    lines.append(f"Timestamp: {time.time():.6f}")
    if leg is not None and not prefix:
        lines += bridge_lines(leg) if name in ("BridgeEnter", "BridgeLeave") else []
        lines += channel_lines(leg)
    elif leg is not None:
        lines += [prefix + line for line in channel_lines(leg)]
    return block(*lines, **more)


def bridge_event(name: str, leg: Leg, members: int) -> bytes:
    """BridgeCreate or BridgeDestroy, of the bridge this leg is in."""
    lines = (f"Event: {name}", "Privilege: call,all", f"Timestamp: {time.time():.6f}", *bridge_lines(leg, members))
    return block(*lines)


def channel_lines(leg: Leg) -> list[str]:
    """The headers that every event about a channel carries."""
    context, exten = leg.place
    return [
        f"Channel: {leg.channel}",
        f"ChannelState: {leg.state}",
        f"ChannelStateDesc: {_STATES[leg.state]}",
        f"CallerIDNum: {leg.far}",
        "CallerIDName: <unknown>",
        "ConnectedLineNum: <unknown>",
        "ConnectedLineName: <unknown>",
        "Language: en",
        "AccountCode: ",
        f"Context: {context}",
        f"Exten: {exten}",
        "Priority: 1",
        f"Uniqueid: {leg.name}",
        f"Linkedid: {leg.name}",
    ]


def bridge_lines(leg: Leg, members: int = 2) -> list[str]:
    """The headers of a bridge."""
    return [
        f"BridgeUniqueid: {leg.bridge}",
        "BridgeType: basic",
        "BridgeTechnology: simple_bridge",
        "BridgeCreator: <unknown>",
        "BridgeName: <unknown>",
        f"BridgeNumChannels: {members}",
        "BridgeVideoSourceMode: none",
    ]


def list_item(leg: Leg, action_id: str) -> bytes:
    """One channel of CoreShowChannels."""
    more = {"Application": leg.application, "ApplicationData": "", "Duration": "00:00:01", "BridgeId": leg.bridge}
    return block("Event: CoreShowChannel", f"ActionID: {action_id}", *channel_lines(leg), **more)


def complete(name: str, action_id: str, items: int) -> bytes:
    """The end of a list."""
    return block(Event=name, ActionID=action_id, EventList="Complete", ListItems=items)


def reply(action: Mapping[str, str], response: str = "Success", **headers: object) -> bytes:
    """The answer to an action."""
    return block(Response=response, ActionID=action.get("actionid", ""), **headers)


def parse(raw: bytes) -> Received:
    """An action; its `Variable` headers become values of `variable/NAME`."""
    found: Received = {}
    for line in raw.decode().split("\r\n"):
        name, _, value = line.partition(": ")
        key = name.lower()
        if key == "variable" and "=" in value:
            variable, _, value = value.partition("=")
            key = f"variable/{variable}"
        found[key] = value
    return found
