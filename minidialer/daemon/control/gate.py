"""Questions begin one after the other: of a hundred at once each waits a little, and no event of Asterisk's does.

The event loop reads Asterisk's socket once a turn. Were all of them begun in one turn, a customer who answers would
wait for them all.
"""

import asyncio


class Gate:
    """`await gate.passed()` before the work: one passes in each turn of the loop, in order."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def passed(self) -> None:
        """Back when it is this one's turn."""
        async with self._turn:
            await asyncio.sleep(0)
