"""The engine: the one loop that feeds events to the dialer and does what it commands.

Telephony commands go out at once: joining never waits for the disk. Store commands are gathered while a transaction is
under way and share the next one (group commit); a Claim is answered only after its commit, so no call goes out whose
attempt is not on disk. Everything runs in one event loop, so events need no queue and no lock.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import DatabaseError, IntegrityError

from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimPrivate,
    Command,
    Resync,
    SaveAgent,
    SaveAttempt,
    SaveDefaultForm,
    StopCampaign,
)
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import AttemptsClaimed, Event, Tick
from minidialer.domain.sentence import RefusedError, Sentence, sentence

log = logging.getLogger(__name__)

STORE_COMMANDS = (Claim, ClaimPrivate, SaveAttempt, CancelAttempt, SaveAgent, StopCampaign)
Apply = Callable[[Sequence[Command]], Awaitable[list[AttemptsClaimed]]]
SaveDefault = Callable[[SaveDefaultForm], Awaitable[None]]
Listener = Callable[[], None]


class JournalError(RefusedError):
    """What was asked for could not be written to the store."""


class Engine:
    """Owns the dialer. `execute` sends a telephony command, `resync` asks Asterisk, `apply` writes one transaction."""

    def __init__(
        self,
        dialer: Dialer,
        *,
        execute: Callable[[Command], None],
        resync: Callable[[], None],
        apply: Apply,
        clock: Callable[[], datetime],
        tick: float = 0.1,
        retry_write: float = 1.0,
    ) -> None:
        self.dialer = dialer
        self.save_default: SaveDefault | None = None
        self.alarm: Sentence | None = None
        self.last_tick: datetime | None = None
        self._execute = execute
        self._resync = resync
        self._apply = apply
        self._clock = clock
        self._tick = tick
        self._retry_write = retry_write
        self._batch: list[Command] = []
        self._latest: asyncio.Future[None] | None = None  # of the youngest batch, written or not
        self._work = asyncio.Event()
        self._listeners: list[Listener] = []
        self._notifying = False
        self._tasks: asyncio.TaskGroup | None = None

    # -- events in -----------------------------------------------------------------------------------------------

    def post(self, event: Event) -> None:
        """Hand over an event. What goes wrong with it is logged and harms no other event."""
        try:
            self._dispatch(event)
        except RefusedError as error:
            log.warning("%s: %s", type(event).__name__, error, extra={"action": "event_refused"})
        except Exception:
            log.exception("%s could not be handled", event, extra={"action": "event_failed"})
            self._resync()

    async def submit(self, event: Event) -> None:
        """Hand over what a person asked for; back once all it wrote is committed. Raises RefusedError."""
        committed = self._dispatch(event)
        if committed is not None:
            await asyncio.shield(committed)

    def _dispatch(self, event: Event) -> "asyncio.Future[None] | None":
        commands = self.dialer.handle(event, self._clock())
        to_store = [command for command in commands if isinstance(command, STORE_COMMANDS)]
        committed = self._keep(to_store) if to_store else None  # first: what is sent may be answered before we return
        for command in commands:
            if not isinstance(command, STORE_COMMANDS):
                self._send(command)
        if commands or not isinstance(event, Tick):
            self._notify()
        return committed

    def _send(self, command: Command) -> None:
        """One that cannot be sent harms no other; a resync tells what came of it."""
        try:
            if isinstance(command, Resync):
                self._resync()
            elif isinstance(command, SaveDefaultForm):
                self._save_default_form(command)
            else:
                self._execute(command)
        except Exception:
            log.exception("%s could not be sent", command, extra={"action": "command_failed"})

    # -- writing -------------------------------------------------------------------------------------------------

    def _keep(self, commands: Sequence[Command]) -> "asyncio.Future[None]":
        """Add to the batch that is written next; the future is done once that is committed."""
        if not self._batch:
            self._latest = asyncio.get_running_loop().create_future()
        assert self._latest is not None  # noqa: S101 — made with the first command of its batch
        self._batch += commands
        self._work.set()
        return self._latest

    async def _write(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            await self._write_batch()

    async def _write_batch(self) -> None:
        batch, self._batch, committed = self._batch, [], self._latest
        if not batch:
            return
        answers = await self._apply_until_written(batch)
        if committed is not None and not committed.done():
            committed.set_result(None)
        for answer in answers:
            self.post(answer)

    async def _apply_until_written(self, batch: list[Command]) -> list[AttemptsClaimed]:
        """A store that cannot be written holds everything back, and with it all new calls, until it can be."""
        while True:
            try:
                answers = await self._apply(batch)
            except IntegrityError:
                log.exception("A batch does not fit the store: writing it one by one", extra={"action": "journal"})
                return await self._apply_singly(batch)
            except (DatabaseError, OSError) as error:
                cause = str(getattr(error, "orig", None) or error)
                log.error("The store cannot be written: %s", cause, extra={"action": "journal"})  # noqa: TRY400
                self.alarm = sentence("The store cannot be written ({cause}): nothing new is dialled.", cause=cause)
                await asyncio.sleep(self._retry_write)
            else:
                self.alarm = None
                return answers

    async def _apply_singly(self, batch: list[Command]) -> list[AttemptsClaimed]:
        answers: list[AttemptsClaimed] = []
        for command in batch:
            try:
                answers += await self._apply([command])
            except IntegrityError:
                log.exception("%s does not fit the store and is left out", command, extra={"action": "journal"})
                if isinstance(command, Claim | ClaimPrivate):
                    answers.append(AttemptsClaimed(command.claim_id, failed=True))
        return answers

    async def flushed(self) -> None:
        """Back once everything commanded so far is committed."""
        if self._latest is not None:
            await asyncio.shield(self._latest)

    # -- life ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """React until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            tasks.create_task(self._write(), name="journal")
            tasks.create_task(self._tick_forever(), name="tick")

    async def _tick_forever(self) -> None:
        while True:
            self.last_tick = self._clock()
            self.post(Tick())
            await asyncio.sleep(self._tick)

    def _save_default_form(self, command: SaveDefaultForm) -> None:
        if self.save_default is not None and self._tasks is not None:
            self._tasks.create_task(self._save_default_safely(command), name="default form")

    async def _save_default_safely(self, command: SaveDefaultForm) -> None:
        assert self.save_default is not None  # noqa: S101 — its only caller has just checked it
        try:
            await self.save_default(command)
        except Exception:
            log.exception("The form could not be saved by itself", extra={"action": "default_form"})

    # -- listeners -----------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` soon after anything changed, many changes at once; gives the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _notify(self) -> None:
        if self._listeners and not self._notifying:
            self._notifying = True
            asyncio.get_running_loop().call_soon(self._call_listeners)

    def _call_listeners(self) -> None:
        self._notifying = False
        for listener in list(self._listeners):
            try:
                listener()
            except Exception:
                log.exception("A listener failed", extra={"action": "notify"})
