"""The engine: the one loop that feeds events to the dialer and does what it commands.

Telephony commands go out at once: joining never waits for the disk. Store commands are gathered while a transaction is
under way and share the next one (group commit); a Claim is answered only after its commit, so no call goes out whose
attempt is not on disk. Everything runs in one event loop, so events need no queue and no lock.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimLead,
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

from . import decision_log

log = logging.getLogger(__name__)

STORE_COMMANDS = (Claim, ClaimPrivate, ClaimLead, SaveAttempt, CancelAttempt, SaveAgent, StopCampaign)
_AT_FAULT = (IntegrityError, DataError, ProgrammingError, NotSupportedError)
_UNAVAILABLE = (DBAPIError, OSError, RefusedError)  # RefusedError: the store's own sentence, a full disk's say
_REMIND = 60.0  # seconds between two lines of the log about the same trouble
Apply = Callable[[Sequence[Command]], Awaitable[list[AttemptsClaimed]]]
SaveDefault = Callable[[SaveDefaultForm], Awaitable[None]]
Listener = Callable[[], None]


def _trouble(error: Exception) -> Sentence:
    """The alarm for a store that cannot be written."""
    if isinstance(error, RefusedError):
        return sentence("{problem} Nothing new is dialled meanwhile.", problem=error.sentence)
    cause = str(getattr(error, "orig", None) or error)
    return sentence("The store cannot be written ({cause}): nothing new is dialled.", cause=cause)


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
        slow_write: float = 3.0,
    ) -> None:
        self.dialer = dialer
        self.save_default: SaveDefault | None = None
        self.alarm: Sentence | None = None
        self.last_tick: float | None = None  # by the event loop's clock
        self._execute = execute
        self._resync = resync
        self._apply = apply
        self._clock = clock
        self._tick = tick
        self._retry_write = retry_write
        self._slow_write = slow_write
        self._logged_at = -math.inf
        self._journal_trouble: Sentence | None = None
        self._store_trouble: Sentence | None = None  # while the journal has nothing to write
        self._doubted = asyncio.Event()
        self._batch: list[Command] = []
        self._latest: asyncio.Future[list[Command]] | None = None  # the youngest batch; its result: what was refused
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

    async def submit(self, event: Event) -> None:
        """Hand over what a person asked for; back once all it wrote is committed.

        Raises RefusedError, with nothing changed; JournalError when it happened and could not be stored.
        """
        written = self._dispatch(event)
        if not written or self._latest is None:
            return
        refused = await asyncio.shield(self._latest)
        if any(command is other for command in written for other in refused):
            raise JournalError("This could not be kept in the store: the daemon's log says why.")

    def _dispatch(self, event: Event) -> list[Command]:
        """Give the dialer the event and do what it commands; the commands for the store are written later."""
        now = self._clock()
        try:
            commands = self.dialer.handle(event, now)
        except RefusedError:
            raise
        except Exception:
            self._send(Resync())  # it may be half done: what Asterisk has puts it right
            raise
        to_store: list[Command] = [command for command in commands if isinstance(command, STORE_COMMANDS)]
        decision_log.note(self.dialer.floor, to_store, now)
        self._keep(to_store)  # first: what is sent may be answered before we return
        for command in commands:
            if not isinstance(command, STORE_COMMANDS):
                self._send(command)
        if commands or not isinstance(event, Tick):
            self._notify()
        return to_store

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

    def _keep(self, commands: list[Command]) -> None:
        """Add to the batch that is written next."""
        if commands and not self._batch:
            self._latest = asyncio.get_running_loop().create_future()
        if commands:
            self._batch += commands
            self._work.set()

    async def _write(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            await self._write_batch()

    async def _write_batch(self) -> None:
        batch, self._batch, committed = self._batch, [], self._latest
        if not batch:
            return
        answers, refused = await self._apply_all(batch)
        if committed is not None and not committed.done():
            committed.set_result(refused)
        for answer in answers:
            self.post(answer)

    async def _apply_all(self, batch: list[Command]) -> tuple[list[AttemptsClaimed], list[Command]]:
        """The answers, and the commands that do not fit the store: they are left out, and harm no other."""
        try:
            return await self._apply_until_written(batch), []
        except Exception:
            log.exception("A batch does not fit the store: writing it one by one", extra={"action": "journal"})
        answers: list[AttemptsClaimed] = []
        refused: list[Command] = []
        for command in batch:
            try:
                answers += await self._apply_until_written([command])
            except Exception:
                log.exception("%s does not fit the store and is left out", command, extra={"action": "journal"})
                refused.append(command)
                if isinstance(command, Claim | ClaimPrivate | ClaimLead):
                    answers.append(AttemptsClaimed(command.claim_id, failed=True))
        return answers, refused

    def doubt(self) -> None:
        """Somebody else's write fails or waits: see whether the store can be written, and sound the alarm if not."""
        self._doubted.set()

    async def _see_to_store(self) -> None:
        """Agents who cannot save their forms take no calls, and without calls the journal has nothing to write."""
        while True:
            await self._doubted.wait()
            self._doubted.clear()
            try:
                await self._apply_until_written([])
            except Exception:
                log.exception("The store could not be tried", extra={"action": "journal"})

    async def _apply_until_written(self, batch: list[Command]) -> list[AttemptsClaimed]:
        """A store that cannot be written holds everything back, and with it all new calls, until it can be.

        An empty batch only tries it. Raises what is the fault of a command: no waiting would mend it.
        """
        alert = partial(self._alert, journal=bool(batch))
        waits = sentence(
            "The store has not taken a write for {seconds:g} s: nothing new is dialled until it does.",
            seconds=self._slow_write,
        )
        while True:
            too_slow = asyncio.get_running_loop().call_later(self._slow_write, alert, waits)
            try:
                answers = await self._apply(batch)
            except _AT_FAULT:
                raise
            except _UNAVAILABLE as error:
                too_slow.cancel()
                alert(_trouble(error))
                await asyncio.sleep(self._retry_write)
            else:
                alert(None)
                return answers
            finally:
                too_slow.cancel()

    def _alert(self, trouble: Sentence | None, *, journal: bool) -> None:
        """Say it in the log when it is new, and once a minute. The journal's own trouble comes first."""
        if journal:
            self._journal_trouble = trouble
        else:
            self._store_trouble = trouble
        alarm = self._journal_trouble or self._store_trouble
        moment = asyncio.get_running_loop().time()
        if alarm is not None and (alarm != self.alarm or moment - self._logged_at >= _REMIND):
            self._logged_at = moment
            log.error("%s", alarm, extra={"action": "journal"})
        if alarm is None and self.alarm is not None:
            log.warning("The store is written again", extra={"action": "journal"})
        if alarm != self.alarm:
            self.alarm = alarm
            self._notify()

    @property
    def unwritten(self) -> int:
        """Commands for the store that wait for the next transaction."""
        return len(self._batch)

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
            tasks.create_task(self._see_to_store(), name="store")
            tasks.create_task(self._tick_forever(), name="tick")

    async def _tick_forever(self) -> None:
        while True:
            self.last_tick = asyncio.get_running_loop().time()
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
