"""A process that reads or imports a file, as the daemon sees it: an order, news, an end."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import minidialer
from minidialer.importing.order import News, Order

log = logging.getLogger(__name__)
_LINE_LIMIT = 32 * 1024 * 1024  # a preview of a thousand columns with long names
_PACKAGE = Path(minidialer.__file__).parents[1]


class Child:
    """`async with working(order) as child: async for news in child.news()`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def cancel(self) -> None:
        """Let it stop and take back what it did."""
        self._signal(signal.SIGTERM)

    async def news(self) -> AsyncIterator[News]:
        """What it tells, until it ends."""
        assert self._process.stdout is not None  # noqa: S101  # it was asked to be a pipe
        while line := await self._process.stdout.readline():
            yield News.model_validate_json(line)

    async def end(self, patience: float) -> None:
        """Cancel it if it still runs, and kill it when that takes too long."""
        self.cancel()
        try:
            async with asyncio.timeout(patience):
                await self._process.communicate()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.communicate()

    def _signal(self, number: int) -> None:
        """Not by Process.send_signal: that may reap it, and the loop would wait for it in vain."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


@contextlib.asynccontextmanager
async def working(order: Order, patience: float = 1.0) -> AsyncIterator[Child]:
    """The process; it is gone when this is left. patience: seconds it gets to take back what it did."""
    path = os.pathsep.join(filter(None, (str(_PACKAGE), os.environ.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "minidialer.importing.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env={**os.environ, "PYTHONPATH": path},
    )
    child = Child(process)
    try:
        assert process.stdin is not None  # noqa: S101  # it was asked to be a pipe
        with contextlib.suppress(OSError):  # it died at once; its news say so by their absence
            process.stdin.write(order.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
            process.stdin.close()
        yield child
    finally:
        await child.end(patience)
