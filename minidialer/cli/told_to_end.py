"""Long commands that end in order when they are told to."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def until_told(run: Coroutine[None, None, T]) -> T:
    """The result; a closed terminal and SIGTERM end everything in order, as Ctrl-C does."""
    task = asyncio.current_task()

    def end() -> None:
        if task is not None and not task.cancelling():  # told twice, it would not come to its end
            task.cancel()

    for told in (signal.SIGHUP, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, end)
    return await run
