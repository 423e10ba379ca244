"""A process that reads or imports a file, as the daemon sees it: an order, news, an end."""

import contextlib
from collections.abc import AsyncIterator

from minidialer.daemon.child_process import ChildProcess, started
from minidialer.importing.order import News, Order

_MODULE = "minidialer.importing.child"


class Child:
    """`async with working(order) as child: async for news in child.news()`."""

    def __init__(self, process: ChildProcess) -> None:
        self._process = process

    def cancel(self) -> None:
        """Let it stop and take back what it did."""
        self._process.cancel()

    async def news(self) -> AsyncIterator[News]:
        """What it tells, until it ends."""
        async for line in self._process.lines():
            yield News.model_validate_json(line)


@contextlib.asynccontextmanager
async def working(order: Order, patience: float = 1.0) -> AsyncIterator[Child]:
    """The process; it is gone when this is left. patience: seconds it gets to take back what it did."""
    async with started(_MODULE, order, patience) as process:
        yield Child(process)
