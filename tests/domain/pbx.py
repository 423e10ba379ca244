"""A scripted Asterisk: our channels, who is bridged with whom, and the events on their way to the daemon.

It keeps what docs/call-flow.md says and nothing more; what the daemon must never ask of Asterisk is an AssertionError.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from minidialer.domain import events
from minidialer.domain.commands import (
    CallCustomer,
    CallPhone,
    CallSpy,
    Command,
    HangUpLeg,
    Hold,
    HoldTalk,
    JoinLegs,
    LetGo,
    PhoneBack,
    PlayDigit,
    Resync,
    SteerSpy,
    TransferTalk,
)
from minidialer.domain.leg import customer_leg, parse_leg
from minidialer.domain.outcome import Outcome

CHANNEL_LAG = timedelta(milliseconds=500)  # an Originate is taken at once, its channel is made a little later
LIST_LAG = timedelta(seconds=1)  # so the gateway says that its list is older than it is


@dataclass(slots=True)
class Channel:
    """One of our channels. `other` is the leg it is bridged with; `once`: an agent's, hung up after the talk."""

    made_at: datetime
    context: str
    agent_id: int | None = None
    rang: bool = False
    up: bool = False
    other: str = ""
    once: bool = False
    talked: str = ""  # the leg of the last agent they talked with


class Pbx:
    """Channels by leg. `wire` holds the events that were sent and not yet delivered."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.wire: deque[events.Event] = deque()
        self.link = False
        self.fates: dict[int, events.Fate] = {}
        self._called: set[str] = set()

    # -- what the daemon commands --------------------------------------------------------------------------------

    def execute(self, command: Command, now: datetime) -> None:
        """Do it, or lose it when the link is down."""
        if isinstance(command, CallCustomer | CallPhone):
            leg = customer_leg(command.attempt_id) if isinstance(command, CallCustomer) else command.leg
            assert leg not in self.channels, f"{leg} is called while it lives"
            assert leg not in self._called, f"{leg} is called twice"
            if isinstance(command, CallCustomer):  # an agent who did not answer may be rung for the same customer again
                self._called.add(leg)
        if not self.link:
            return
        match command:
            case CallCustomer():
                self.channels[customer_leg(command.attempt_id)] = Channel(now, "minidialer-customer")
            case CallPhone():
                self.channels[command.leg] = Channel(now, "minidialer-agent", agent_id=command.agent_id)
            case JoinLegs():
                self._join(customer_leg(command.attempt_id), command.leg, once=not command.nailed_up)
            case Hold(attempt_id):
                self._redirect(customer_leg(attempt_id), "minidialer-hold")
            case LetGo(attempt_id):
                self._redirect(customer_leg(attempt_id), "minidialer-abandon")
            case HoldTalk(attempt_id, leg):
                self._hold(customer_leg(attempt_id), leg)
            case PhoneBack(leg):
                self._back(leg)
            case TransferTalk(attempt_id, _channel):
                self._transfer(customer_leg(attempt_id))
            case PlayDigit() | CallSpy() | SteerSpy():
                pass  # changes no leg of a talk
            case HangUpLeg(leg):
                self.hang_up(leg, 16)
            case Resync():
                self.wire.append(self.snapshot(now))
            case _:
                raise AssertionError(f"{command} is no command for Asterisk")

    def _redirect(self, leg: str, context: str) -> None:
        channel = self.channels.get(leg)
        if channel is not None:
            assert not channel.other, f"{leg} is torn out of a talk"
            channel.context = context

    def _join(self, leg: str, phone_leg: str, *, once: bool) -> None:
        channel, phone = self.channels.get(leg), self.channels.get(phone_leg)
        if channel is None:
            return
        assert channel.up
        assert channel.other in ("", phone_leg), f"{leg} is torn out of a talk"
        if phone is None:
            channel.context = "minidialer-customer"  # the dialplan: was the agent leg gone, wait for another one
            return
        assert phone.up, f"{phone_leg} still rings"
        assert phone.other in ("", leg), f"{phone_leg} is torn out of a talk"
        channel.other, phone.other, phone.once = phone_leg, leg, once
        channel.talked = phone_leg
        channel.context, phone.context = "minidialer-join", "minidialer-agent"
        attempt, agent = parse_leg(leg), parse_leg(phone_leg)
        assert attempt is not None and attempt.attempt_id is not None
        assert agent is not None and agent.agent_id is not None
        self._send(events.Bridged(attempt.attempt_id, agent.agent_id, phone_leg))

    def _hold(self, leg: str, phone_leg: str) -> None:
        channel, phone = self.channels.get(leg), self.channels.get(phone_leg)
        if channel is None or phone is None:  # both are moved, or none
            return
        assert channel.other in ("", phone_leg), f"{leg} is torn out of another talk"
        assert phone.other in ("", leg), f"{phone_leg} is torn out of another talk"
        channel.other = phone.other = ""
        channel.context, phone.context = "minidialer-held", "minidialer-agent-held"

    def _back(self, leg: str) -> None:
        phone = self.channels.get(leg)
        if phone is not None:
            assert not phone.other, f"{leg} is torn out of a talk"
            assert phone.agent_id is not None
            phone.context = "minidialer-agent"
            self._send(events.PhoneIdle(phone.agent_id, leg))

    def _transfer(self, leg: str) -> None:
        channel = self.channels.get(leg)
        if channel is None:
            return
        phone_leg, channel.other, channel.context = channel.other, "", "minidialer-transfer"
        phone = self.channels.get(phone_leg)
        if phone is not None:
            phone.other = ""
            if phone.once:
                self.hang_up(phone_leg, 16)
            else:
                self._back(phone_leg)

    # -- what people and networks do -----------------------------------------------------------------------------

    def ring(self, leg: str) -> None:
        """The customer's phone rings."""
        self.channels[leg].rang = True
        self._send(events.CustomerRinging(int(leg)))

    def answer(self, leg: str) -> None:
        """The phone is picked up: a customer's by a person, an agent's by its agent."""
        channel = self.channels[leg]
        channel.up = True
        agent_id = channel.agent_id
        self._send(events.CustomerAnswered(int(leg)) if agent_id is None else events.PhoneIdle(agent_id, leg))

    def machine(self, leg: str) -> None:
        """A machine picks up, and the dialplan hangs up."""
        self._send(events.MachineDetected(int(leg)))
        self.hang_up(leg, 16)
        self.fates[int(leg)] = events.Fate(int(leg), Outcome.MACHINE)

    def refuse(self, leg: str) -> None:
        """The Originate is refused and no channel ever is."""
        channel = self.channels.pop(leg)
        agent_id = channel.agent_id
        self._send(
            events.AttemptRefused(int(leg), "no such endpoint")
            if agent_id is None
            else events.PhoneGone(agent_id, leg, 0, "no such endpoint")
        )

    def hang_up(self, leg: str, cause: int) -> None:
        """The channel goes, and what the dialplan then does with the one it talked to."""
        channel = self.channels.pop(leg, None)
        if channel is None:
            return
        if channel.agent_id is None:
            if channel.up:
                how = Outcome.ANSWERED if channel.talked else Outcome.ABANDONED
                self.fates[int(leg)] = events.Fate(int(leg), how, channel.talked)
            self._send(events.CustomerGone(int(leg), cause))
        else:
            self._send(events.PhoneGone(channel.agent_id, leg, cause))
        other = self.channels.get(channel.other)
        if other is None:
            return
        other.other = ""
        if other.agent_id is None or other.once:
            self.hang_up(channel.other, 16)
        else:
            self._send(events.PhoneIdle(other.agent_id, channel.other))

    # -- the link ------------------------------------------------------------------------------------------------

    def connect(self, now: datetime) -> None:
        """A new link begins with the list of channels."""
        self.link = True
        self.wire.append(self.snapshot(now))

    def lose_link(self) -> None:
        """Whatever was on its way is lost."""
        self.link = False
        self.wire.clear()

    def restart(self) -> None:
        """Asterisk itself starts again: no channel survives."""
        self.channels.clear()

    def snapshot(self, now: datetime) -> events.LinkUp:
        """The list of channels, those made just now left out."""
        return events.LinkUp(
            tuple(
                events.LiveLeg(leg, channel.context, channel.up, channel.other)
                for leg, channel in self.channels.items()
                if channel.rang or channel.up or channel.made_at <= now - CHANNEL_LAG
            ),
            now - LIST_LAG,
            fates=tuple(self.fates.values()),
        )

    def _send(self, event: events.Event) -> None:
        if self.link:
            self.wire.append(event)
