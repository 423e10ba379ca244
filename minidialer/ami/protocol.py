"""The AMI protocol on one connection: panoramisk's, hardened. The only module that imports panoramisk.

What panoramisk 1.4 does when things go wrong makes it unfit for a dialer (it sends an unanswered Originate again after
a reconnect, for one), so all that handles bytes, pending actions and the end of a connection is replaced here. An
action leaves once, is answered once, and ends with its connection; connecting and logging in is `link`'s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from panoramisk.actions import Action as PanoramiskAction  # noqa: TID251 - this is the one module that may
from panoramisk.ami_protocol import AMIProtocol  # noqa: TID251 - as above

from .errors import AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from .message import Message
from .reader import MessageReader, NotAsteriskError

log = logging.getLogger(__name__)

Headers = Mapping[str, str | tuple[str, ...]]
"""Headers of an action; a tuple is sent as one header line for each value."""

MAX_LINE = 1000
"""Bytes of a header line sent: Asterisk reads into 1025 and drops what does not fit."""
MAX_UNSENT = 1_048_576
"""Bytes waiting to be sent after which the peer counts as gone: it does not read."""
MAX_LIST = 67_108_864
"""Bytes of one list answer: a hundred thousand channels."""

_LINE_BREAKERS = "\r\n\0"


class Action(PanoramiskAction):  # type: ignore[misc]  # panoramisk is untyped
    """One action on its way: its headers (panoramisk numbers it), and the future of its answer."""

    def __init__(self, headers: Mapping[str, str | list[str]], *, as_list: bool) -> None:
        super().__init__(headers, as_list=as_list)
        self.future: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()
        self.messages: list[Message] = []
        self.size = 0
        self.timer: asyncio.TimerHandle | None = None

    @property
    def key(self) -> str:
        """The ActionID."""
        return str(self["ActionID"])

    @property
    def name(self) -> str:
        """The name of the action, for messages."""
        return str(self["Action"])

    def answer(self, message: Message) -> None:
        """Take a message that carries this action's id. A list ends at `EventList: Complete`, whatever it is called."""
        if self.future.done():
            return
        listing = message.text("EventList").lower()
        if message.is_event:
            if listing == "complete":
                self.future.set_result(self.messages)
            elif listing == "cancelled":
                self.fail(AmiRefusedError(f"Asterisk broke off the list of {self.name}."))
            else:
                self._collect(message)
        elif message.text("Response").lower() in ("error", "fail", "failure"):
            why = " ".join(message.text("Message").split()) or "no reason given"
            self.fail(AmiRefusedError(f"Asterisk refused {self.name}: {why}."))
        elif not self.as_list:
            self.future.set_result([message])
        elif listing != "start":  # nothing to list
            self.future.set_result([])

    def _collect(self, message: Message) -> None:
        self.messages.append(message)
        self.size += message.size
        if self.size > MAX_LIST:
            self.messages.clear()
            self.fail(AmiRefusedError(f"The list of {self.name} is larger than {MAX_LIST} bytes."))

    def fail(self, error: Exception) -> None:
        """End it, unless it has ended."""
        if not self.future.done():
            self.future.set_exception(error)


class Protocol(AMIProtocol):  # type: ignore[misc]  # panoramisk is untyped
    """One connection. `on_event` gets every event that is no item of a list, `on_closed` the reason, once."""

    def __init__(self, on_event: Callable[[Message], None], on_closed: Callable[[str], None]) -> None:
        self._on_event = on_event
        self._on_closed = on_closed
        self._reader = MessageReader()
        self._pending: dict[str, Action] = {}
        self._closed_because = ""
        self.transport: asyncio.Transport | None = None
        self.greeted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """The protocol's version, from the peer's first line; fails with NotAsteriskError or AmiDownError."""

    # -- the connection ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The peer took the connection; its greeting follows."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - create_connection gives no other
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended, by either side."""
        self._end(f"the connection was lost ({exc})" if exc else "Asterisk closed the connection")

    def close(self, reason: str = "the link was closed") -> None:
        """End the connection now: pending actions fail, nothing is delivered any more. Idempotent."""
        self._end(reason)

    @property
    def up(self) -> bool:
        """Can an action be sent?"""
        return self.transport is not None and not self._closed_because

    def _end(self, reason: str) -> None:
        if self._closed_because:
            return
        self._closed_because = reason
        if self.transport is not None:
            self.transport.abort()
        sentence = f"The link to Asterisk is down: {reason}."
        for action in list(self._pending.values()):
            action.fail(AmiDownError(sentence))
        if not self.greeted.done():
            self.greeted.set_exception(AmiDownError(sentence))
            self.greeted.exception()  # nobody may be waiting for it
        self._on_closed(reason)

    @property
    def unanswered(self) -> int:
        """Actions whose answer has not come."""
        return len(self._pending)

    @property
    def unsent(self) -> int:
        """Bytes the peer has not read yet."""
        return self.transport.get_write_buffer_size() if self.transport is not None and self.up else 0

    # -- receiving -----------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes in any pieces. Whatever they are, nothing is raised."""
        if self._closed_because:
            return
        try:
            messages = self._reader.feed(data)
        except NotAsteriskError as error:
            self.greeted.set_exception(error)
            self.greeted.exception()  # nobody may be waiting for it
            self._end("the server is no Asterisk manager")
            return
        if self._reader.version and not self.greeted.done():
            self.greeted.set_result(self._reader.version)
        for message in messages:
            if self._closed_because:
                return
            self._take(message)

    def _take(self, message: Message) -> None:
        """Give a message to the action it answers, else to the callback, whose exceptions harm nothing."""
        action = self._pending.get(message.action_id)
        if action is not None and (action.as_list or not message.is_event):
            action.answer(message)
            return
        if not message.is_event:
            return  # the answer to an action that timed out
        try:
            self._on_event(message)
        except Exception:
            log.exception(
                "an event's callback failed; the link goes on", extra={"action": "event", "event": message.name}
            )

    # -- sending -------------------------------------------------------------------------------------------------

    def send(
        self, name: str, headers: Headers, *, wait: float, as_list: bool = False, tag: str = ""
    ) -> asyncio.Future[list[Message]]:
        """Send an action at once and once.

        Returns the future of its answer: one message, or the items of the list. It fails with AmiRefusedError,
        AmiTimeoutError after `wait` seconds, or AmiDownError when the connection ends first. `tag` becomes the
        ActionID, for an action whose later event must name it. Raises AmiDownError when the link is down and
        UnsafeValueError for headers that are not what they seem; then nothing was sent.
        """
        lines = check_headers(name, headers, tag)
        if self.transport is None or self._closed_because:
            raise AmiDownError(f"The link to Asterisk is down: {name} was not sent.")
        if tag in self._pending:
            raise UnsafeValueError(f"{name} with the ActionID {tag} is already under way.")
        action = Action(lines, as_list=as_list)
        self._pending[action.key] = action
        action.timer = asyncio.get_running_loop().call_later(wait, _fail_late, action, wait)
        action.future.add_done_callback(lambda _: self._forget(action))
        self.transport.write(str(action).encode())
        if self.transport.get_write_buffer_size() > MAX_UNSENT:
            # soon, not now: whoever sends is not to hear of the end from within
            asyncio.get_running_loop().call_soon(self._end, "Asterisk does not read what it is sent")
        return action.future

    def _forget(self, action: Action) -> None:
        """The action has ended: answered, refused, late, cancelled, or with the connection."""
        self._pending.pop(action.key, None)
        if action.timer is not None:
            action.timer.cancel()
        if not action.future.cancelled():
            action.future.exception()  # whoever waits gets it; if nobody does, that is no fault to report


def _fail_late(action: Action, wait: float) -> None:
    action.fail(AmiTimeoutError(f"Asterisk did not answer {action.name} in {wait:g} seconds."))


def check_headers(name: str, headers: Headers, tag: str = "") -> dict[str, str | list[str]]:
    """The headers as panoramisk wants them, when none can become another header; else UnsafeValueError."""
    checked: dict[str, str | list[str]] = {"Action": name}
    if tag:
        checked["ActionID"] = tag
    for header, value in [*checked.items(), *headers.items()]:
        values = [value] if isinstance(value, str) else list(value)
        if not header.isascii() or not header.isalnum():
            raise UnsafeValueError(f"{header!r} cannot be a header of {name}.")
        for text in values:
            _check_line(name, header, text)
        checked[header] = values[0] if isinstance(value, str) else values
    return checked


def _check_line(name: str, header: str, text: str) -> None:
    shown = "" if header == "Secret" else f": {text[:60]!r}"
    if any(sign in text for sign in _LINE_BREAKERS):
        raise UnsafeValueError(f"{header} of {name} has a line break or NUL in it{shown}.")
    try:
        size = len(f"{header}: {text}".encode())
    except UnicodeEncodeError:
        raise UnsafeValueError(f"{header} of {name} cannot be written in UTF-8{shown}.") from None
    if size > MAX_LINE:
        raise UnsafeValueError(f"{header} of {name} is longer than {MAX_LINE} bytes{shown}.")
