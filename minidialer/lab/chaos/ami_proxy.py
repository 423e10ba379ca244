"""Between daemon and Asterisk: a link that is cut, falls silent, is slow, or loses and mixes up events, by the dice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

_END = b"\r\n\r\n"
_STEP = 1e-6  # seconds: the loop does not keep the order of what is due at the same moment


@dataclass(frozen=True)
class Disturbance:
    """What happens to events on their way, as shares of 1; `late`: how many seconds at most. Answers pass untouched.

    Whatever is late is overtaken by what came after it.
    """

    lost: float = 0.0
    doubled: float = 0.0
    delayed: float = 0.0
    late: float = 2.0


class AmiProxy:
    """`async with AmiProxy(host, port, seed) as proxy`: the daemon is given `proxy.port`."""

    def __init__(self, host: str, port: int, seed: int) -> None:
        self._peer = host, port
        self._dice = random.Random(f"{seed}:proxy")  # noqa: S311 — a run has to be repeatable
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._refusing = False
        self._silent = False
        self.port = 0
        self.latency = 0.0
        """Seconds every byte takes, either way."""
        self.disturbance: Disturbance | None = None
        self.done: Counter[str] = Counter()
        """How many events were lost, doubled, delayed."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()

    # -- faults --------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """End every connection at once, both sides told; new ones are ended too until `mend`."""
        self._refusing = True
        for link in list(self._links):
            link.abort()

    def fall_silent(self) -> None:
        """No byte passes any more and nobody is told, as when a cable is pulled between the two; until `mend`."""
        self._silent = True

    def inject(self, data: bytes) -> None:
        """What Asterisk never said reaches the daemon, between two messages of Asterisk's."""
        for link in list(self._links):
            link.inject(data)

    def mend(self) -> None:
        """New connections work again. Those that fell silent stay so: what was sent into them is gone."""
        self._refusing = self._silent = False
        self.latency, self.disturbance = 0.0, None

    # -- passing on ----------------------------------------------------------------------------------------------

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, writer)
        self._links.add(link)
        try:
            if self._refusing:
                return
            up_reader, up_writer = await asyncio.open_connection(*self._peer)
            link.add(up_writer)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(link.up(reader, up_writer))
                ways.create_task(link.down(up_reader, writer))
        except* (OSError, _OverError):
            log.debug("a connection ended", extra={"action": "proxy"})
        finally:
            self._links.discard(link)
            link.abort()

    @property
    def linked(self) -> bool:
        """Is there a connection that was greeted and has lost no byte?"""
        return any(link.whole for link in self._links)

    def silent(self) -> bool:
        """Is the cable pulled?"""
        return self._silent

    def fate(self, message: bytes) -> list[float]:
        """After how many more seconds this message arrives, once for each time it does."""
        how = self.disturbance
        if how is None or not message.startswith(b"Event:") or b"\r\nActionID:" in message:
            return [0.0]
        rolled = self._dice.random()
        if rolled < how.lost:
            self.done["lost"] += 1
            return []
        if rolled < how.lost + how.doubled:
            self.done["doubled"] += 1
            return [0.0, self._dice.uniform(0, how.late)]
        if rolled < how.lost + how.doubled + how.delayed:
            self.done["delayed"] += 1
            return [self._dice.uniform(0, how.late)]
        return [0.0]


class _OverError(Exception):
    """One side ended the connection."""


class _Link:
    """One connection of the daemon's, and ours to Asterisk for it."""

    def __init__(self, proxy: AmiProxy, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._writers = [writer]
        self._due: dict[asyncio.StreamWriter, float] = {}
        self._greeted = False
        self._dead = False  # it was silent once: the two sides do not agree any more

    @property
    def whole(self) -> bool:
        """Greeted, and nothing was sent into silence."""
        return self._greeted and not self._dead

    def add(self, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)

    def abort(self) -> None:
        for writer in self._writers:
            with contextlib.suppress(OSError):
                writer.transport.abort()

    def inject(self, data: bytes) -> None:
        """Nothing before the greeting has passed."""
        if self._greeted:
            self._deliver(self._writers[0], data)

    async def up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What the daemon sends, in order."""
        while data := await reader.read(65536):
            self._deliver(writer, data)
        raise _OverError

    async def down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What Asterisk sends, message by message."""
        rest = b""
        while data := await reader.read(65536):
            *messages, rest = (rest + data).split(_END)
            if b"\r\n" in rest and rest.startswith(b"Asterisk Call Manager"):  # the greeting is one line
                self._deliver(writer, rest)
                self._greeted, rest = True, b""
            for message in messages:
                for late in self._proxy.fate(message.removeprefix(b"\r\n")):
                    self._deliver(writer, message + _END, late)
        raise _OverError

    def _deliver(self, writer: asyncio.StreamWriter, data: bytes, late: float = 0.0) -> None:
        """In order, but for what is to be late."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = max(now + self._proxy.latency, self._due.get(writer, 0.0) + _STEP)
        self._due[writer] = due
        if due + late > now + _STEP:
            loop.call_at(due + late, self._write, writer, data)
        else:
            self._write(writer, data)

    def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        self._dead = self._dead or self._proxy.silent()
        if not self._dead and not writer.is_closing():
            writer.write(data)
