"""The link to Asterisk: connects, logs in, notices a dead peer, comes back with growing pauses. Sends nothing twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from minidialer.domain.sentence import Sentence, sentence

from .errors import AmiDownError, AmiError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from .message import Message
from .protocol import Headers
from .session import NONE, LoginRefusedError, Session, UnreachableError, open_session
from .settings import AmiSettings

log = logging.getLogger(__name__)

CLOSED = "the daemon closed it"
"""The reason of an end that nobody need worry about."""
_REASONS = {
    str(reason): reason
    for reason in (
        sentence("the daemon closed it"),
        sentence("Asterisk closed the connection"),
        sentence("Asterisk stopped answering"),
        sentence("the server is no Asterisk manager"),
    )
}
"""Those that can be said in every language; others carry what Asterisk or the system said."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """What `status` shows. `error`: why not connected; `version`: Asterisk's, or empty."""

    connected: bool
    since: datetime
    error: Sentence | None = None
    version: str = ""


class AmiLink:
    """Keeps one session to one Asterisk for as long as `run` runs.

    Plain callbacks, called from the event loop in the order things happen: `on_up`, then `on_message` for each event,
    then `on_down` with the reason; each up is followed by one down.
    """

    def __init__(
        self,
        settings: AmiSettings,
        *,
        on_message: Callable[[Message], None],
        on_up: Callable[[], None],
        on_down: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._on_message = on_message
        self._on_up = on_up
        self._on_down = on_down
        self._now = now
        self._session: Session | None = None
        self._closed: asyncio.Future[str] | None = None
        self._state = LinkState(connected=False, since=now())

    @property
    def state(self) -> LinkState:
        """Connected or not, since when, and why not."""
        return self._state

    @property
    def backlog(self) -> tuple[int, int]:
        """Actions without an answer, and bytes Asterisk has not read; none while the link is down."""
        return self._session.backlog if self._session is not None else (0, 0)

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        pause = self._settings.reconnect_min
        clock = asyncio.get_running_loop().time
        while True:
            started = clock()
            try:
                await self._one_session()
            except LoginRefusedError as error:
                pause = self._settings.login_pause
                self._note(error.sentence)
            except UnreachableError as error:
                self._note(error.sentence)
            else:
                if clock() - started > self._settings.reconnect_max:
                    pause = self._settings.reconnect_min  # it was up for long: this is a new trouble
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._settings.reconnect_max)

    async def action(self, name: str, headers: Headers = NONE, *, wait: float | None = None) -> Message:
        """Send an action and wait for its answer, at most `wait` seconds (else action_timeout).

        Raises AmiDownError (at once while the link is down), AmiTimeoutError, AmiRefusedError, UnsafeValueError.
        """
        return await self._up().action(name, headers, wait=wait)

    async def list_action(self, name: str, headers: Headers = NONE, *, wait: float | None = None) -> list[Message]:
        """Send an action that answers with a list and wait for its items. Raises as `action` does."""
        return await self._up().list_action(name, headers, wait=wait)

    def send(
        self, name: str, headers: Headers, on_failure: Callable[[AmiError | UnsafeValueError], None], *, tag: str = ""
    ) -> None:
        """Send an action and go on; `on_failure` hears why it failed, later, if it does. Raises nothing."""
        if self._session is None:
            error = AmiDownError(f"The link to Asterisk is down: {name} was not sent.")
            asyncio.get_running_loop().call_soon(on_failure, error)
        else:
            self._session.send(name, headers, on_failure, tag=tag)

    def drop(self, reason: str) -> None:
        """Give this session up; `run` comes back with a new one."""
        if self._session is not None:
            self._session.close(reason)

    def _up(self) -> Session:
        if self._session is None:
            raise AmiDownError("The link to Asterisk is down: nothing was sent.")
        return self._session

    async def _one_session(self) -> None:
        """Connect and stay until the connection ends."""
        self._closed = closed = asyncio.get_running_loop().create_future()
        session = await open_session(self._settings, self._take, self._lost)
        if closed.done():  # between the login and now
            raise UnreachableError(f"Asterisk at {self._settings.address} closed the connection: {closed.result()}.")
        self._session = session
        self._state = LinkState(connected=True, since=self._now())
        log.info("connected to Asterisk at %s", self._settings.address, extra={"action": "connect"})
        try:
            self._on_up()
            await self._ask_version(session)
            await self._watch(session, closed)
        finally:
            session.close(CLOSED)

    def _take(self, message: Message) -> None:
        """An event; those before `on_up` are covered by what is asked after it."""
        if self._session is not None:
            self._on_message(message)

    def _lost(self, reason: str) -> None:
        """The connection ended, now: this is called once for each."""
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(reason)
        if self._session is not None:
            self._session = None
            self._note(
                sentence(
                    "The link to Asterisk at {address} is down: {reason}.",
                    address=self._settings.address,
                    reason=_REASONS.get(reason, reason),
                ),
                wanted=reason == CLOSED,
            )
            self._on_down(reason)

    async def _ask_version(self, session: Session) -> None:
        try:
            settings = await session.action("CoreSettings")
        except (AmiDownError, AmiTimeoutError, AmiRefusedError):
            return  # for show only; the watch notices what is wrong
        if self._session is session:
            self._state = replace(self._state, version=settings.text("AsteriskVersion"))

    async def _watch(self, session: Session, closed: asyncio.Future[str]) -> None:
        """Ping until the connection ends; a peer that does not answer is dropped."""
        while not closed.done():
            await asyncio.wait([closed], timeout=self._settings.ping_interval)
            if closed.done():
                return
            try:
                await session.action("Ping")
            except AmiTimeoutError:
                session.close("Asterisk stopped answering")
            except (AmiDownError, AmiRefusedError):
                continue

    def _note(self, problem: Sentence, *, wanted: bool = False) -> None:
        """Say what is wrong, once for as long as it stays the same."""
        if problem != self._state.error:
            log.log(logging.INFO if wanted else logging.ERROR, "%s", problem, extra={"action": "connect"})
        since = self._now() if self._state.connected else self._state.since
        self._state = LinkState(connected=False, since=since, error=problem)
