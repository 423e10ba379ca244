"""The asynchronous client: calls and live notifications over one connection, and a watch that reconnects."""

import asyncio
import itertools
import json
import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from . import wire
from .connecting import connected_socket
from .method import Method
from .models.system import HELLO, HelloParams
from .models.watch import LINES, SNAPSHOT, SUBSCRIBE, Lines, Snapshot, WatchSubscribe
from .protocol import PROTOCOL
from .sentences import ControlError, DaemonAwayError

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
_ANSWER_LIMIT = 64 * 1024 * 1024  # a page of 2,000 leads with long fields
_BACK_OFF = (0.2, 0.5, 1.0, 2.0)


class Client:
    """`async with Client(path) as client: await client.call(METHOD, params)`. Raises ControlError."""

    def __init__(self, path: Path, *, name: str = "") -> None:
        self._path = path
        self._name = name or f"pid {os.getpid()}"
        self._ids = itertools.count(1)
        self._waiting: dict[object, asyncio.Future[dict[str, Any]]] = {}
        self._news: asyncio.Queue[Snapshot | Lines | None] = asyncio.Queue(1000)
        self._gone: ControlError | None = None

    async def __aenter__(self) -> Self:
        opened = await _opened(self._path)
        opened.setblocking(False)
        self._reader, self._writer = await asyncio.open_unix_connection(sock=opened, limit=_ANSWER_LIMIT)
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        self._reading = self._tasks.create_task(self._read())
        try:
            await self.call(HELLO, HelloParams(client=self._name, protocol=PROTOCOL))
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        self._writer.close()
        await self._tasks.__aexit__(None, None, None)

    async def call(self, method: Method[P, R], params: P) -> R:
        """The method's result. Raises ControlError with the daemon's refusal, DaemonAwayError when it is gone."""
        if self._gone is not None:
            raise self._gone
        identity = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[identity] = answer
        try:
            self._writer.write(wire.request(identity, method.name, params))
            message = await answer
        finally:
            self._waiting.pop(identity, None)
        if "error" in message:
            raise wire.raised(message["error"])
        return wire.result(method, message["result"])

    async def news(self) -> AsyncIterator[Snapshot | Lines]:
        """Notifications after `watch.subscribe`, until the connection ends."""
        while (item := await self._news.get()) is not None:
            yield item

    async def _read(self) -> None:
        try:
            while text := await self._reader.readline():
                self._take(json.loads(text))
        except (OSError, ValueError):
            pass
        finally:
            self._end()

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == SNAPSHOT:
            self._publish(Snapshot.model_validate(message["params"]))
        elif message.get("method") == LINES:
            self._publish(Lines.model_validate(message["params"]))
        elif (answer := self._waiting.get(message.get("id"))) is not None:
            if not answer.done():
                answer.set_result(message)
        elif "error" in message:
            self._gone = wire.raised(message["error"])

    def _publish(self, item: Snapshot | Lines | None) -> None:
        if self._news.full():
            self._news.get_nowait()  # the oldest goes: nobody reads
        self._news.put_nowait(item)

    def _end(self) -> None:
        if self._gone is None:
            self._gone = DaemonAwayError("The daemon closed the connection: it is stopping, or look at its log.")
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(self._gone)
        self._publish(None)


async def _opened(path: Path) -> socket.socket:
    """Connected in a thread; who is cancelled meanwhile leaves nothing open."""
    opening = asyncio.get_running_loop().run_in_executor(None, connected_socket, path)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_closed)
        raise


def _closed(opening: "asyncio.Future[socket.socket]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


@dataclass(frozen=True)
class Away:
    """The daemon cannot be reached at the moment; the watch goes on trying."""

    error: ControlError


async def watch(path: Path, campaign: str | None = None) -> AsyncGenerator[Snapshot | Lines | Away, None]:
    """Snapshots and lines for ever: through restarts of the daemon too. Raises ControlError on a refusal."""
    failures = 0
    while True:
        try:
            async with Client(path, name="watch") as client:
                yield await client.call(SUBSCRIBE, WatchSubscribe(campaign=campaign))
                failures = 0
                async for item in client.news():
                    yield item
            yield Away(DaemonAwayError("The daemon closed the connection: waiting for it to come back."))
        except DaemonAwayError as error:
            yield Away(error)
        await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
        failures += 1
