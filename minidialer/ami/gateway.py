"""The daemon's side of Asterisk: takes commands, gives events, and after every gap says first which legs live."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import PurePath

from minidialer.domain.commands import CallCustomer, CallPhone, CallSpy, Command, Resync
from minidialer.domain.events import (
    AttemptRefused,
    CustomerAnswered,
    CustomerGone,
    CustomerPickedUp,
    CustomerRinging,
    Event,
    Fate,
    LinkDown,
    LinkUp,
    MachineDetected,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.leg import customer_leg
from minidialer.domain.listening import SpyGone, SpyUp

from .actions import Action, actions_for, recording_path
from .errors import AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from .fates import read_fates
from .link import AmiLink, LinkState
from .message import Message
from .resync import Snapshot, read_channels
from .settings import AmiSettings
from .translate import Translator, refusal

log = logging.getLogger(__name__)

ORIGINATE_LAG = timedelta(seconds=1)
"""Asterisk takes an Originate at once and makes its channel a little later: the list may miss one sent just before."""

NO_CHANNEL = 0.5
"""Seconds after which an Originate that failed without a channel had none: a customer who is busy at once may be told
of in another order (measured on 22.10 under load)."""

MOST_FATES = 1_000
"""Attempts whose end is asked for at one resync: more are live on no Asterisk we drive."""

MOST_HELD = 50_000
"""Events held back during a resync; a peer that sends more in that moment is dropped."""


class Gateway:
    """One Asterisk. `on_event` is called from the event loop, in the order of Asterisk, never from within `execute`.

    At a resync events wait for the list: LinkUp comes first, then what happened to its legs since. Events of legs
    that are not on the list come before it, so that a hang-up on its way is not mistaken for a vanished leg.
    """

    def __init__(
        self,
        settings: AmiSettings,
        on_event: Callable[[Event], None],
        recordings_dir: PurePath,
        *,
        now: Callable[[], datetime],
        believed: Callable[[], Collection[int]] = tuple,
    ) -> None:
        """`believed`: the attempts that are live as far as the dialer knows."""
        self._settings = settings
        self._on_event = on_event
        self._recordings_dir = recordings_dir
        self._now = now
        self._believed = believed
        self._link = AmiLink(settings, on_message=self._on_message, on_up=self._on_up, on_down=self._on_down, now=now)
        self._translator = Translator()
        self._held: list[Event] | None = None  # None: events pass
        self._fresh = False  # the link is new: what the translator knows of channels is to come from the list
        self._announced = False  # the last word on the link was LinkUp
        self._gaps = 0  # ups and downs so far: a resync that spans one is void
        self._wanted = asyncio.Event()

    @property
    def state(self) -> LinkState:
        """The link, for `status`."""
        return self._link.state

    @property
    def unanswered(self) -> int:
        """Actions Asterisk has not answered yet."""
        return self._link.backlog[0]

    @property
    def unsent(self) -> int:
        """Bytes Asterisk has not read yet."""
        return self._link.backlog[1]

    @property
    def held(self) -> int:
        """Events that wait for the list of a resync."""
        return len(self._held or ())

    async def run(self) -> None:
        """Keep the link up and resync, when asked and now and then, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._link.run(), name="ami-link")
            group.create_task(self._resync_when_wanted(), name="ami-resync")

    # -- commands ------------------------------------------------------------------------------------------------

    def execute(self, command: Command) -> None:
        """Send what a command for Asterisk asks. Never raises, never waits.

        An Originate that is refused becomes AttemptRefused or PhoneGone. One that was sent into a link that then
        broke, or never answered, becomes nothing: nobody knows, until a resync does.
        """
        if isinstance(command, Resync):
            self.resync()
            return
        try:
            actions = self._actions(command)
        except (UnsafeValueError, TypeError, KeyError, IndexError, ValueError) as error:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._failed, command, error)
            return
        for action in actions:
            self._link.send(action.name, action.headers, lambda error: self._failed(command, error), tag=action.tag)

    def resync(self) -> None:
        """Ask Asterisk for its channels, soon; the answer is LinkUp. Several wishes may be granted by one."""
        self._wanted.set()

    def _actions(self, command: Command) -> tuple[Action, ...]:
        recording = ""
        if isinstance(command, CallCustomer) and command.settings.recording:
            recording = recording_path(self._recordings_dir, command.attempt_id, self._now())
        return actions_for(command, recording=recording)

    def _failed(self, command: Command, error: Exception) -> None:
        """An action was refused, not answered, or never sent."""
        everyday = isinstance(error, AmiRefusedError) and not isinstance(command, CallCustomer | CallPhone | CallSpy)
        log.log(
            logging.INFO if everyday else logging.WARNING,  # everyday: steering a leg that has just gone
            "%s failed: %s",
            type(command).__name__,
            error,
            extra={
                "action": "execute",
                "attempt_id": getattr(command, "attempt_id", None),
                "leg": getattr(command, "leg", None),
            },
        )
        if isinstance(command, CallCustomer | CallPhone | CallSpy) and not isinstance(
            error, AmiDownError | AmiTimeoutError
        ):
            self._pass(refusal(command, str(error)))

    # -- events --------------------------------------------------------------------------------------------------

    def _on_message(self, message: Message) -> None:
        for event in self._translator.feed(message):
            if isinstance(event, AttemptRefused):
                asyncio.get_running_loop().call_later(NO_CHANNEL, self._refuse, event, self._gaps)
            else:
                self._pass(event)

    def _refuse(self, event: AttemptRefused, gaps: int) -> None:
        """Unless there was a channel after all, whose hang-up knows the cause."""
        if gaps == self._gaps and not self._translator.had_channel(customer_leg(event.attempt_id)):
            self._pass(event)

    def _pass(self, event: Event) -> None:
        if self._held is None:
            self._on_event(event)
        elif len(self._held) < MOST_HELD:
            self._held.append(event)
        else:
            self._link.drop(f"more than {MOST_HELD} events came during one resync")

    def _on_up(self) -> None:
        self._gaps += 1
        self._translator.clear()
        self._fresh = True
        self._held = []
        self._wanted.set()

    def _on_down(self, _reason: str) -> None:
        self._gaps += 1
        self._translator.clear()
        self._held = None
        if self._announced:
            self._announced = False
            self._on_event(LinkDown())

    # -- resync --------------------------------------------------------------------------------------------------

    async def _resync_when_wanted(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.check_interval):
                    await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._resync()
            except AmiDownError:
                continue  # the next link begins with a resync
            except (AmiTimeoutError, AmiRefusedError) as error:
                self._link.drop(f"it could not be asked for its channels ({str(error).rstrip('.')})")

    async def _resync(self) -> None:
        gaps = self._gaps
        asked_at = self._now() - ORIGINATE_LAG
        if self._link.state.connected and self._held is None:
            self._held = []
        snapshot = read_channels(await self._link.list_action("CoreShowChannels"))
        listed = {leg.name for leg in snapshot.legs}
        missing = [attempt for attempt in self._believed() if customer_leg(attempt) not in listed]
        fates = await read_fates(self._link, missing[:MOST_FATES])
        await self._link.action("Ping")  # Asterisk sends what is queued before it answers: stragglers are in
        if gaps == self._gaps:
            self._announce(snapshot, fates, asked_at)

    def _announce(self, snapshot: Snapshot, fates: tuple[Fate, ...], asked_at: datetime) -> None:
        """Say which legs live, between the events of those that do not and of those that do."""
        held, self._held = self._held or [], None
        if self._fresh:
            self._fresh = False
            self._translator.adopt(snapshot, gone={_leg_gone(event) for event in held})
        listed = {leg.name for leg in snapshot.legs} | set(snapshot.spies)
        early: list[Event] = []
        late: list[Event] = []
        for event in held:
            leg = _leg_of(event)
            (late if leg is None or leg in listed else early).append(event)
        self._announced = True
        for event in (*early, LinkUp(snapshot.legs, asked_at, snapshot.spies, fates), *late):
            self._on_event(event)


def _leg_gone(event: Event) -> str:
    return (_leg_of(event) or "") if isinstance(event, CustomerGone | PhoneGone) else ""


def _leg_of(event: Event) -> str | None:
    """The leg an event is about; None when it is about two."""
    match event:
        case (
            CustomerRinging()
            | CustomerPickedUp()
            | CustomerAnswered()
            | MachineDetected()
            | CustomerGone()
            | AttemptRefused()
        ):
            return customer_leg(event.attempt_id)
        case PhoneIdle() | PhoneGone() | SpyUp() | SpyGone():
            return event.leg
        case _:
            return None
