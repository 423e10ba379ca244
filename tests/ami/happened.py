"""The events of a gateway, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from minidialer.domain.events import Event, LinkUp

LIMIT = 30.0


class Happened:
    """The events of a gateway."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    def take(self, event: Event) -> None:
        """Note it, and wake whoever waits."""
        self.events.append(event)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until an event makes the condition true."""
        try:
            async with asyncio.timeout(LIMIT):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pytest.fail(f"what came: {self.events}")

    async def until_all(self, *wanted: Event) -> None:
        """Wait until all of these have come."""
        await self.until(lambda: all(event in self.events for event in wanted))

    def link_ups(self) -> list[LinkUp]:
        """All LinkUps so far."""
        return [event for event in self.events if isinstance(event, LinkUp)]

    def kinds(self) -> list[str]:
        """Their names."""
        return [type(event).__name__ for event in self.events]
