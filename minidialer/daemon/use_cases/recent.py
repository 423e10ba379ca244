"""Answers that cost much and are asked for by everybody who looks on."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

KEPT = 1.0  # seconds
T = TypeVar("T")


@dataclass(slots=True)
class _Answer(Generic[T]):
    at: float
    content: T
    told: set[int]


@dataclass(slots=True)
class Recent(Generic[T]):
    """The last answers by what was asked. No client is told one twice: who changes something and asks again sees it."""

    _answers: dict[Hashable, _Answer[T]] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def told(self, client: int, asked: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The answer another client got within the last second, else a new one. `client`: 0 stands for nobody."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            self._answers = {key: one for key, one in self._answers.items() if now - one.at < KEPT}
            kept = self._answers.get(asked)
            if kept is None or client in kept.told:
                kept = self._answers[asked] = _Answer(now, await work(), {0})
            kept.told.add(client)
            return kept.content
