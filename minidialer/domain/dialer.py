"""The dialer: events in, commands out. No I/O, no clock, no randomness: the same history gives the same commands.

`handle` either does the whole of an event or raises RefusedError and changes nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from . import events, listening
from .commands import Command
from .floor import Floor
from .flow import (
    by_hand,
    customers,
    dialling,
    limits,
    listeners,
    orders,
    pages,
    phones,
    resync,
    seats,
    setup,
    spying,
    talks,
)

Handler = Callable[[Floor, Any, datetime], Iterator[Command]]

HANDLERS: dict[type[events.Event], Handler] = {
    events.CustomerRinging: customers.ringing,
    events.CustomerPickedUp: customers.picked_up,
    events.CustomerAnswered: customers.answered,
    events.MachineDetected: customers.machine_detected,
    events.CustomerGone: customers.gone,
    events.AttemptRefused: customers.refused,
    events.Bridged: customers.bridged,
    events.PhoneIdle: phones.idle,
    events.PhoneGone: phones.gone,
    events.LinkUp: resync.link_up,
    events.LinkDown: resync.link_down,
    events.AttemptsClaimed: by_hand.claimed,
    events.FormSaved: seats.form_saved,
    events.LeadsChanged: setup.leads_changed,
    events.CampaignStored: setup.campaign_stored,
    events.CampaignRemoved: setup.campaign_removed,
    events.AgentStored: setup.agent_stored,
    events.AgentRemoved: setup.agent_removed,
    events.LogIn: seats.log_in,
    events.LogOut: orders.log_out,
    events.Join: seats.join,
    events.Leave: seats.leave,
    events.Pause: orders.pause,
    events.Resume: seats.resume,
    events.HangUp: talks.hang_up,
    events.SetHold: talks.hold,
    events.Transfer: talks.transfer,
    events.SendDigit: talks.send_digit,
    listening.Spy: spying.spy,
    listening.SpyUp: listeners.up,
    listening.SpyGone: listeners.gone,
    events.CallByHand: by_hand.call,
    events.PageGone: pages.gone,
    events.PageBack: pages.back,
}


class Dialer:
    """Every rule of dialling, on a floor it owns."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor

    def handle(self, event: events.Event, now: datetime) -> list[Command]:
        """What is to be done about this event, in this order.

        Raises RefusedError when a person asked for what cannot be, with nothing changed.
        """
        if isinstance(event, events.Drain):
            self.floor.draining = True
            return []
        commands: list[Command] = []
        if isinstance(event, events.Tick):
            commands.extend(limits.keep_limits(self.floor, now))
            commands.extend(by_hand.proceed(self.floor, now))
        else:
            commands.extend(HANDLERS[type(event)](self.floor, event, now))
        commands.extend(self._pace(now))
        return commands

    def _pace(self, now: datetime) -> Iterator[Command]:
        """Every campaign, the one that has placed no call for the longest time first: a full trunk is shared in turns.

        Turns by events would not do: events come in rhythms of their own, and a campaign could miss every free channel.
        """
        floor = self.floor
        for campaign in sorted(floor.campaigns.values(), key=lambda item: floor.run(item.id).claimed_last):
            yield from dialling.pace(floor, campaign, now)
