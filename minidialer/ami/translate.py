"""AMI events to the dialer's events. Channels that are not ours (`domain.leg`) are passed over."""

from __future__ import annotations

from collections.abc import Callable, Container
from enum import Enum

from minidialer.domain.commands import CallCustomer, CallPhone, CallSpy
from minidialer.domain.events import (
    AttemptRefused,
    Bridged,
    CustomerAnswered,
    CustomerGone,
    CustomerPickedUp,
    CustomerRinging,
    Event,
    MachineDetected,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.leg import Leg, parse_leg, spied_attempt
from minidialer.domain.listening import SpyGone, SpyUp

from .actions import ORIGINATE_TAG
from .bridges import Bridges
from .message import Message
from .resync import Snapshot

MOST_LEGS = 100_000
"""Legs remembered at once; more cannot live on one Asterisk, so the oldest is forgotten."""

_RINGING, _UP = "5", "6"  # ChannelState, as in Asterisk's channelstate.h
_REFUSALS = {
    0: "the trunk or endpoint is unknown or cannot be used",
    1: "it was hung up",
    3: "no answer",
    5: "busy",
    8: "congestion",
}
"""Reason of OriginateResponse: a frame type of Asterisk's frame.h; 0 when no channel could be made."""


class _Leg(Enum):
    """A leg has a Hangup and an OriginateResponse to come, in either order; after both it is forgotten."""

    DIALLED = "neither has come"
    RESPONDED = "the response has come"
    GONE = "the hang-up has come"


class Translator:
    """Remembers which legs had a channel and who is in which bridge, no longer than they live."""

    def __init__(self) -> None:
        self._legs: dict[str, _Leg] = {}
        self._bridges = Bridges()
        self._handlers: dict[str, Callable[[Message, str, Leg], list[Event]]] = {
            "Newchannel": self._new_channel,
            "Newstate": self._new_state,
            "UserEvent": self._user_event,
            "Hangup": self._hang_up,
            "OriginateResponse": self._originate_response,
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
        }

    def __len__(self) -> int:
        """Entries of its tables: 0 when none of our channels lives."""
        return len(self._legs) + len(self._bridges)

    def feed(self, message: Message) -> list[Event]:
        """What this event means to the dialer: mostly nothing."""
        handler = self._handlers.get(message.name)
        if handler is None:
            return _listens(message)
        name = message.text("Uniqueid")
        leg = parse_leg(name)
        if leg is None and message.name == "OriginateResponse":
            name = message.action_id.removeprefix(ORIGINATE_TAG)
            leg = parse_leg(name)
        if leg is None:
            return _of_listener(message, name)
        return handler(message, name, leg)

    def had_channel(self, name: str) -> bool:
        """Has a leg turned up since its Originate was answered? Nothing but its hang-up is to come then."""
        state = self._legs.get(name)
        if state is _Leg.GONE:
            del self._legs[name]
        elif state is _Leg.DIALLED:
            self._legs[name] = _Leg.RESPONDED
        return state is not None

    def clear(self) -> None:
        """Forget everything: the link was lost, and with it all that happened meanwhile."""
        self._legs.clear()
        self._bridges.clear()

    def adopt(self, snapshot: Snapshot, gone: Container[str] = ()) -> None:
        """Take over the channels that live, but those whose hang-up has been translated since."""
        for leg in snapshot.legs:
            if leg.name not in gone:
                self._remember(leg.name, _Leg.RESPONDED if leg.up else _Leg.DIALLED)
        for bridge, names in snapshot.bridges.items():
            for name in names:
                if name in self._legs:
                    self._bridges.enter(bridge, name)

    def _remember(self, name: str, state: _Leg = _Leg.DIALLED) -> None:
        if len(self._legs) >= MOST_LEGS:
            forgotten = next(iter(self._legs))
            del self._legs[forgotten]
            self._bridges.leave(forgotten)
        self._legs[name] = state

    def _new_channel(self, _message: Message, name: str, _leg: Leg) -> list[Event]:
        self._remember(name)
        return []

    def _new_state(self, message: Message, _name: str, leg: Leg) -> list[Event]:
        if leg.attempt_id is None or not leg.is_customer:
            return []
        state = message.text("ChannelState")
        if state == _RINGING:
            return [CustomerRinging(leg.attempt_id)]
        return [CustomerPickedUp(leg.attempt_id)] if state == _UP else []

    def _user_event(self, message: Message, name: str, leg: Leg) -> list[Event]:
        said = message.text("UserEvent")
        if leg.agent_id is not None:
            return [PhoneIdle(leg.agent_id, name)] if said == "MinidialerAgentIdle" else []
        if leg.attempt_id is None:
            return []
        if said == "MinidialerAnswered":
            return [CustomerAnswered(leg.attempt_id)]
        return [MachineDetected(leg.attempt_id)] if said == "MinidialerMachine" else []

    def _hang_up(self, message: Message, name: str, leg: Leg) -> list[Event]:
        if self._legs.get(name) is _Leg.DIALLED:
            self._legs[name] = _Leg.GONE
        else:
            self._legs.pop(name, None)
        self._bridges.leave(name)
        return _gone(name, leg, message.number("Cause"), message.text("Cause-txt"))

    def _originate_response(self, message: Message, name: str, leg: Leg) -> list[Event]:
        state = self._legs.get(name)
        if state is _Leg.GONE:
            del self._legs[name]
        elif state is not None:
            self._legs[name] = _Leg.RESPONDED
        if message.text("Response") != "Failure" or state is not None:
            return []  # a leg that had a channel has its Hangup, which knows the cause
        reason = _REFUSALS.get(message.number("Reason"), f"reason {message.text('Reason')}")
        return _refused(name, leg, f"Asterisk could not call {message.text('Channel')}: {reason}.")

    def _bridge_enter(self, message: Message, name: str, leg: Leg) -> list[Event]:
        bridge = message.text("BridgeUniqueid")
        others = self._bridges.enter(bridge, name) if bridge and name in self._legs else ()
        return [event for other in others if (event := _bridged(name, leg, other)) is not None]

    def _bridge_leave(self, _message: Message, name: str, _leg: Leg) -> list[Event]:
        self._bridges.leave(name)
        return []


def refusal(command: CallCustomer | CallPhone | CallSpy, detail: str) -> Event:
    """The event for an Originate that was refused at once, or never could be sent."""
    if isinstance(command, CallSpy):
        return SpyGone(command.leg)
    if isinstance(command, CallCustomer):
        return AttemptRefused(command.attempt_id, detail)
    return PhoneGone(command.agent_id, command.leg, 0, detail)


def _listens(message: Message) -> list[Event]:
    """A supervisor's leg is in a talk. Not when it was picked up: a Redirect before its dialplan runs would end it."""
    name = message.text("SpyerUniqueid")
    return [SpyUp(name)] if message.name == "ChanSpyStart" and spied_attempt(name) is not None else []


def _of_listener(message: Message, name: str) -> list[Event]:
    """Of a supervisor's leg only matters that it listens, and its end."""
    over = message.name == "Hangup" or (message.name == "OriginateResponse" and message.text("Response") != "Success")
    return [SpyGone(name)] if over and spied_attempt(name) is not None else []


def _refused(name: str, leg: Leg, detail: str) -> list[Event]:
    if leg.agent_id is not None:
        return [PhoneGone(leg.agent_id, name, 0, detail)]
    return [] if leg.attempt_id is None else [AttemptRefused(leg.attempt_id, detail)]


def _gone(name: str, leg: Leg, cause: int, detail: str) -> list[Event]:
    if leg.agent_id is not None:
        return [PhoneGone(leg.agent_id, name, cause, detail)]
    return [] if leg.attempt_id is None else [CustomerGone(leg.attempt_id, cause)]


def _bridged(name: str, leg: Leg, other_name: str) -> Event | None:
    """Two legs in one bridge: an event when one is a customer's and the other an agent's."""
    other = parse_leg(other_name)
    if other is None or other.is_customer == leg.is_customer:
        return None
    (customer, agent, agent_name) = (leg, other, other_name) if leg.is_customer else (other, leg, name)
    if customer.attempt_id is None or agent.agent_id is None:
        return None
    return Bridged(customer.attempt_id, agent.agent_id, agent_name)
