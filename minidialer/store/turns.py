"""Whose turn it is to write: one at a time, in order, but whoever is `first` comes before all others that wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator


class Turns:
    """A lock with two queues. Who is first and comes again after each turn leaves every second one to the others."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def busy(self) -> bool:
        """Has somebody a turn?"""
        return self._taken

    @contextlib.asynccontextmanager
    async def taken(self, *, first: bool = False) -> AsyncIterator[None]:
        """Wait for a turn and have it."""
        await self._take(self._first if first else self._others)
        try:
            yield
        finally:
            self._give()

    async def _take(self, queue: deque[asyncio.Future[None]]) -> None:
        if not self._taken:
            self._taken = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give()  # it was ours already
            raise

    def _give(self) -> None:
        """To the next who still waits."""
        for queue in (self._first, self._others):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._taken = False
