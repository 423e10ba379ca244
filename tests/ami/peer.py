"""A manager interface on loopback that a test scripts: polite by default, hostile on demand."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Self

from minidialer.ami.settings import AmiSettings
from tests.listening import handed_over

Received = dict[str, list[str]]
"""An action as it came: values by header in lower case."""

LIMIT = 30.0
_POLITE = ("login", "coresettings", "ping")


def first(action: Received, header: str) -> str:
    """The first value of a header, empty when absent."""
    return action.get(header.lower(), [""])[0]


def block(*lines: str, **headers: object) -> bytes:
    """A message on the wire."""
    return "".join(f"{line}\r\n" for line in (*lines, *(f"{k}: {v}" for k, v in headers.items()), "")).encode()


class Connection:
    """One accepted connection. Logins, pings and CoreSettings are answered by itself unless named in `rude`."""

    def __init__(self, writer: asyncio.StreamWriter, rude: frozenset[str]) -> None:
        self._writer = writer
        self._rude = rude
        self._waiting: asyncio.Queue[Received] = asyncio.Queue()
        self.seen: list[Received] = []
        self.ended = asyncio.Event()

    def names(self) -> list[str]:
        """Names of all actions received so far."""
        return [first(action, "Action") for action in self.seen]

    async def expect(self, name: str) -> Received:
        """The next action that is not answered by itself; it must have this name."""
        async with asyncio.timeout(LIMIT):
            action = await self._waiting.get()
        assert first(action, "Action") == name, action
        return action

    def write(self, *parts: bytes) -> None:
        """Send bytes."""
        for part in parts:
            self._writer.write(part)

    async def write_slowly(self, *parts: bytes) -> None:
        """Send bytes, each part in a segment of its own."""
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()
            await asyncio.sleep(0.02)

    def event(self, name: str, **headers: object) -> None:
        """Send an event."""
        self.write(block(Event=name, **headers))

    def reply(self, action: Received, response: str = "Success", **headers: object) -> None:
        """Answer an action."""
        self.write(block(Response=response, ActionID=first(action, "ActionID"), **headers))

    def reply_list(self, action: Received, *items: dict[str, Any], complete: bool = True) -> None:
        """Answer an action with a list."""
        self.reply(action, EventList="start", Message="A list will follow")
        for item in items:
            self.write(block(ActionID=first(action, "ActionID"), **item))
        if complete:
            self.write(
                block(Event="ListComplete", ActionID=first(action, "ActionID"), EventList="Complete", ListItems=9)
            )

    def close(self) -> None:
        """End the connection."""
        self._writer.close()

    async def read_all(self, reader: asyncio.StreamReader) -> None:
        """Read actions until the other side ends."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                self._take(_parse(raw))
        self.ended.set()
        self._writer.close()

    def _take(self, action: Received) -> None:
        self.seen.append(action)
        name = first(action, "Action").lower()
        if name in self._rude or name not in _POLITE:
            self._waiting.put_nowait(action)
        elif name == "login":
            self.reply(action, Message="Authentication accepted")
            self.event("FullyBooted", Status="Fully Booted")
        elif name == "coresettings":
            self.reply(action, AsteriskVersion="22.10.1")
        else:
            self.reply(action, Ping="Pong")


class Peer:
    """Listens while entered. `rude`: actions, in lower case, that a test answers itself."""

    def __init__(self, *rude: str, greeting: bytes = b"Asterisk Call Manager/11.0.0\r\n") -> None:
        self._rude = frozenset(rude)
        self._greeting = greeting
        self._accepted: asyncio.Queue[Connection] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self.accepted_at: list[float] = []
        self.port = 0

    def settings(self, **changes: Any) -> AmiSettings:
        """Settings to reach it, quick where a test waits for the pause; a limit that is to pass it sets itself."""
        quick: dict[str, Any] = {
            "connect_timeout": LIMIT,
            "action_timeout": LIMIT,
            "ping_interval": LIMIT,
            "reconnect_min": 0.05,
            "reconnect_max": 0.4,
            "login_pause": 0.4,
        }
        return AmiSettings("minidialer", "s3cret", "127.0.0.1", self.port, **{**quick, **changes})

    async def connection(self) -> Connection:
        """The next connection."""
        async with asyncio.timeout(LIMIT):
            return await self._accepted.get()

    async def stop_listening(self) -> None:
        """Refuse further connections."""
        assert self._server is not None
        self._server.close()

    async def listen_again(self) -> None:
        """Listen on the same port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_listening()
        await handed_over()
        while self._writers:
            writer = self._writers.pop()
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.accepted_at.append(asyncio.get_running_loop().time())
        connection = Connection(writer, self._rude)
        writer.write(self._greeting)
        self._accepted.put_nowait(connection)
        await connection.read_all(reader)


def _parse(raw: bytes) -> Received:
    action: Received = {}
    for line in raw.decode().split("\r\n"):
        name, colon, value = line.partition(": ")
        if colon:
            action.setdefault(name.lower(), []).append(value)
    return action
