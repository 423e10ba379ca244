"""Long commands that end in order when they are told to."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Iterator
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
_TOLD_BY = (signal.SIGHUP, signal.SIGTERM)


async def until_told(run: Coroutine[None, None, T]) -> T:
    """The result; a closed terminal and SIGTERM end everything in order, as Ctrl-C does."""
    task = asyncio.current_task()

    def end() -> None:
        if task is not None and not task.cancelling():  # told twice, it would not come to its end
            task.cancel()

    for told in _TOLD_BY:
        asyncio.get_running_loop().add_signal_handler(told, end)
    return await run


@contextlib.contextmanager
def in_order_when_told() -> Iterator[None]:
    """Within, a closed terminal and SIGTERM end everything in order, as Ctrl-C does. For the main thread."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for told in _TOLD_BY:
            signal.signal(told, signal.SIG_IGN)  # told twice, it would not come to its end
        raise KeyboardInterrupt

    before = {told: signal.signal(told, end) for told in _TOLD_BY if signal.getsignal(told) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for told, handler in before.items():
            signal.signal(told, handler)
