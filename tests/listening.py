"""A server of a test that leaves no connection behind: the loop of a test ends right after it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from minidialer.lab.ports import keep_port

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def kept_port() -> Iterator[int]:
    """A port where nobody listens; a server of the test may, and nobody else."""
    with keep_port() as keeper:
        yield int(keeper.getsockname()[1])


async def handed_over() -> None:
    """Wait until a connection that was accepted just before has reached its handler."""
    for _ in range(10):  # turns of the loop, however long each takes: accept, transport, protocol, handler
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    """Serve every connection on a free port of the loopback, which is given; at the end all of them are over.

    `serve` may leave its connection open, and may be left by its peer.
    """
    served: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served[task] = writer
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        del served[task]

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await handed_over()
        for writer in served.values():
            writer.transport.abort()
        await asyncio.gather(*served)
