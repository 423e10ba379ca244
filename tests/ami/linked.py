"""A link that runs for the length of a `with`, and what it told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from minidialer.ami.link import AmiLink
from minidialer.ami.message import Message
from minidialer.ami.settings import AmiSettings

LIMIT = 30.0


def now() -> datetime:
    """The clock of these tests."""
    return datetime.now(UTC)


class Told:
    """What a link told, in order: "up", "down: reason", and messages."""

    def __init__(self) -> None:
        self.all: list[str | Message] = []
        self.on_message: Callable[[Message], None] | None = None
        self._changed = asyncio.Event()

    def take(self, what: str | Message) -> None:
        """Note it, and wake whoever waits."""
        self.all.append(what)
        self._changed.set()
        if self.on_message is not None and isinstance(what, Message):
            self.on_message(what)

    @property
    def events(self) -> list[str]:
        """Names of the events so far."""
        return [what.name for what in self.all if isinstance(what, Message)]

    @property
    def words(self) -> list[str]:
        """The ups and downs so far."""
        return [what for what in self.all if isinstance(what, str)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something told makes the condition true."""
        async with asyncio.timeout(LIMIT):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


def new_link(settings: AmiSettings, told: Told) -> AmiLink:
    """A link that tells `told`; not running."""
    return AmiLink(
        settings,
        on_message=told.take,
        on_up=lambda: told.take("up"),
        on_down=lambda reason: told.take(f"down: {reason}"),
        now=now,
    )


@asynccontextmanager
async def running(settings: AmiSettings) -> AsyncIterator[tuple[AmiLink, Told]]:
    """A link that runs until the end of the `with`."""
    told = Told()
    link = new_link(settings, told)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(link.run())
        try:
            yield link, told
        finally:
            task.cancel()


@asynccontextmanager
async def connected(settings: AmiSettings) -> AsyncIterator[tuple[AmiLink, Told]]:
    """The same, and it is up."""
    async with running(settings) as (link, told):
        await told.until(lambda: "up" in told.words)
        yield link, told
