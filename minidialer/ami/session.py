"""One logged-in connection to Asterisk: opened, asked, closed. Staying connected is `link`'s."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from minidialer.domain.sentence import RefusedError

from .errors import AmiDownError, AmiError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from .message import Message
from .protocol import Headers, Protocol
from .reader import NotAsteriskError
from .settings import AmiSettings

NONE: Headers = {}
_SHUTTING_DOWN = "shutting down"  # so Asterisk refuses every action then, the login too


class UnreachableError(RefusedError):
    """Nothing to talk to at that address: a sentence for the supervisor."""


class LoginRefusedError(RefusedError):
    """Asterisk does not take this user and secret."""


class Session:
    """A connection that is logged in, on an Asterisk that has fully booted."""

    def __init__(self, protocol: Protocol, settings: AmiSettings) -> None:
        self._protocol = protocol
        self._settings = settings

    async def action(self, name: str, headers: Headers = NONE, *, wait: float | None = None) -> Message:
        """Send an action and wait for its answer, at most `wait` seconds (else action_timeout).

        Raises AmiDownError, AmiTimeoutError, AmiRefusedError, UnsafeValueError.
        """
        return (await self._protocol.send(name, headers, wait=self._wait(wait)))[0]

    async def list_action(self, name: str, headers: Headers = NONE, *, wait: float | None = None) -> list[Message]:
        """Send an action that answers with a list and wait for its items. Raises as `action` does."""
        return await self._protocol.send(name, headers, wait=self._wait(wait), as_list=True)

    def send(
        self, name: str, headers: Headers, on_failure: Callable[[AmiError | UnsafeValueError], None], *, tag: str = ""
    ) -> None:
        """Send an action and go on; `on_failure` hears why it failed, later, if it does. Raises nothing.

        `tag` becomes the ActionID.
        """
        loop = asyncio.get_running_loop()
        try:
            future = self._protocol.send(name, headers, wait=self._settings.action_timeout, tag=tag)
        except (AmiDownError, UnsafeValueError) as error:
            loop.call_soon(on_failure, error)
            return

        def report(done: asyncio.Future[list[Message]]) -> None:
            error = done.exception()
            if isinstance(error, AmiDownError | AmiTimeoutError | AmiRefusedError):
                on_failure(error)

        future.add_done_callback(report)

    @property
    def backlog(self) -> tuple[int, int]:
        """Actions without an answer, and bytes Asterisk has not read."""
        return self._protocol.unanswered, self._protocol.unsent

    def close(self, reason: str = "the link was closed") -> None:
        """End the connection. Idempotent."""
        self._protocol.close(reason)

    def _wait(self, wait: float | None) -> float:
        return self._settings.action_timeout if wait is None else wait


async def open_session(
    settings: AmiSettings, on_event: Callable[[Message], None], on_closed: Callable[[str], None]
) -> Session:
    """Connect, log in, and wait until Asterisk has fully booted.

    Raises UnreachableError or LoginRefusedError with a sentence that says what to do; `on_closed` may have been called.
    """
    booted = asyncio.Event()

    def take(message: Message) -> None:
        if message.name == "FullyBooted":
            booted.set()
        on_event(message)

    protocol = await _connect(settings, take, on_closed)
    try:
        await _greet(protocol, settings)
        await _log_in(protocol, settings)
        await _wait_until_booted(booted, settings)
    except BaseException:
        protocol.close("the login did not succeed")
        raise
    return Session(protocol, settings)


async def _connect(
    settings: AmiSettings, on_event: Callable[[Message], None], on_closed: Callable[[str], None]
) -> Protocol:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(settings.connect_timeout):
            _, protocol = await loop.create_connection(
                lambda: Protocol(on_event, on_closed), settings.host, settings.port
            )
    except TimeoutError:
        raise UnreachableError(
            "Asterisk at {address} does not answer: check [asterisk] host and port, and the network.",
            address=settings.address,
        ) from None
    except OSError as error:
        # asyncio's own texts repeat the address, or list every address tried
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        raise UnreachableError(
            "Asterisk at {address} takes no connection ({why}): start it, enable its manager interface, "
            "or check [asterisk] host and port.",
            address=settings.address,
            why=why,
        ) from None
    return protocol


async def _greet(protocol: Protocol, settings: AmiSettings) -> None:
    try:
        async with asyncio.timeout(settings.connect_timeout):
            await asyncio.shield(protocol.greeted)
    except TimeoutError:
        raise UnreachableError(
            "The server at {address} says nothing: check [asterisk] host and port.", address=settings.address
        ) from None
    except NotAsteriskError as error:
        raise UnreachableError(
            "The server at {address} is no Asterisk manager interface ({problem}): check [asterisk] host and port.",
            address=settings.address,
            problem=str(error),
        ) from None
    except AmiDownError:
        raise UnreachableError(
            "The server at {address} closed the connection at once: check who may connect in manager.conf.",
            address=settings.address,
        ) from None


async def _log_in(protocol: Protocol, settings: AmiSettings) -> None:
    login = {"Username": settings.user, "Secret": settings.secret, "Events": "on"}
    try:
        await protocol.send("Login", login, wait=settings.connect_timeout)
    except (AmiRefusedError, UnsafeValueError) as error:
        if _SHUTTING_DOWN in str(error):
            raise UnreachableError(
                "Asterisk at {address} is shutting down: start it again.", address=settings.address
            ) from None
        raise LoginRefusedError(
            "Asterisk at {address} refused the AMI user {user}: check [asterisk] user and secret.",
            address=settings.address,
            user=settings.user,
        ) from None
    except (AmiDownError, AmiTimeoutError):
        raise UnreachableError(
            "Asterisk at {address} did not answer the login: check its log and manager.conf.", address=settings.address
        ) from None


async def _wait_until_booted(booted: asyncio.Event, settings: AmiSettings) -> None:
    """Asterisk tells each new session when it has loaded all modules; a user without `read=system` is not told."""
    try:
        async with asyncio.timeout(settings.connect_timeout):
            await booted.wait()
    except TimeoutError:
        return
