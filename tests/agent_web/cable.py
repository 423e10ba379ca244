"""A cable between browser and pages that can be cut: closed with a click, or silent as when a plug is pulled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.listening import listening


class Cable:
    """Forwards bytes to `port` until it is cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open = asyncio.Event()
        self._open.set()
        self._refuses = False
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def pull(self) -> None:
        """No byte goes through any more, and nobody is told."""
        self._open.clear()

    def cut(self) -> None:
        """Every connection is closed, new ones too."""
        self._open.clear()
        self._refuses = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """What comes from now on goes through; older connections are dead."""
        for writer in self._writers:
            writer.transport.abort()
        self._refuses = False
        self._open.set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        if self._refuses:
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            there, out = await asyncio.open_connection("127.0.0.1", self._port)
            self._writers |= {writer, out}
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._forward(reader, out))
                tasks.create_task(self._forward(there, writer))
            self._writers -= {writer, out}

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(65_536):
                await self._open.wait()
                writer.write(part)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[Cable]:
    """A cable to the pages on `port`."""
    laid = Cable(port)
    async with listening(laid.connected) as laid.port:
        try:
            yield laid
        finally:
            laid.cut()
            laid.mend()
