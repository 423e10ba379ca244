"""A process of the daemon's own: an order on its stdin, lines on its stdout, and it is gone when it is left."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel

import minidialer

_PACKAGE = Path(minidialer.__file__).parents[1]
_LINE_LIMIT = 32 * 1024 * 1024  # a preview of a thousand columns with long names


class ChildProcess:
    """`async with started(module, order) as child: async for line in child.lines()`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def cancel(self) -> None:
        """Let it stop, and put right what it did."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """It stops as it stands."""
        self._signal(signal.SIGKILL)

    async def lines(self) -> AsyncIterator[bytes]:
        """What it tells, until it ends."""
        assert self._process.stdout is not None  # noqa: S101  # it was asked to be a pipe
        while line := await self._process.stdout.readline():
            yield line

    async def end(self, patience: float) -> None:
        """Cancel it if it still runs, and kill it when that takes too long."""
        self.cancel()
        try:
            async with asyncio.timeout(patience):
                await self._process.communicate()
        except TimeoutError:
            self.kill()
            await self._process.communicate()

    def _signal(self, number: int) -> None:
        """Not by Process.send_signal: that may reap it, and the loop would wait for it in vain."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


@contextlib.asynccontextmanager
async def started(module: str, order: BaseModel, patience: float = 1.0) -> AsyncIterator[ChildProcess]:
    """`python -m module`, which reads the order as a line of JSON. patience: seconds it gets to stop by itself."""
    path = os.pathsep.join(filter(None, (str(_PACKAGE), os.environ.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env={**os.environ, "PYTHONPATH": path},
    )
    child = ChildProcess(process)
    try:
        assert process.stdin is not None  # noqa: S101  # it was asked to be a pipe
        with contextlib.suppress(OSError):  # it died at once; its lines say so by their absence
            process.stdin.write(order.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
            process.stdin.close()
        yield child
    finally:
        await child.end(patience)
