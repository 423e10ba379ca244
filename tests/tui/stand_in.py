"""A stand-in daemon: the real protocol over a real Unix socket, answers from a fixed world, in a thread of its own."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from minidialer.control import wire
from minidialer.control.explain import explained
from minidialer.control.models.base import Done
from minidialer.control.models.watch import SNAPSHOT, SUBSCRIBE, UNSUBSCRIBE
from minidialer.control.protocol import METHODS
from minidialer.control.sentences import ControlError
from minidialer.domain.sentence import RefusedError
from tests.listening import handed_over

from .world import World


class StandIn:
    """`with StandIn(world, path) as daemon`: serves; `stop` and `start` again as a restarted daemon does."""

    def __init__(self, world: World, socket: Path) -> None:
        self.world = world
        self.socket = socket
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._watchers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    def __enter__(self) -> "StandIn":
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def start(self) -> None:
        """Listen."""
        self._do(self._start())

    def stop(self) -> None:
        """Close every connection and listen no more."""
        self._do(self._stop())

    def push(self) -> None:
        """Send the world's snapshot to whoever watches."""
        self._do(self._push())

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.socket, limit=2**20)

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            await handed_over()
        for writer in list(self._writers):
            writer.close()
        while self._writers:  # noqa: ASYNC110  # a closed connection raises no event of its own
            await asyncio.sleep(0.005)
        self.socket.unlink(missing_ok=True)

    async def _push(self) -> None:
        for writer in list(self._watchers):
            with contextlib.suppress(OSError):  # it has just gone
                writer.write(wire.notification(SNAPSHOT, self.world.snapshot))
                await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError):
                while text := await reader.readline():
                    writer.write(wire.line(self._answer(json.loads(text), writer)))
                    await writer.drain()
        finally:
            self._writers.discard(writer)
            self._watchers.discard(writer)
            writer.close()

    def _answer(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        name = message["method"]
        try:
            if name == SUBSCRIBE.name:
                self._watchers.add(writer)
                return wire.success(message["id"], self.world.snapshot)
            if name == UNSUBSCRIBE.name:
                self._watchers.discard(writer)
                return wire.success(message["id"], Done())
            return wire.success(message["id"], self._asked(name, message.get("params", {})))
        except RefusedError as error:
            return wire.failure(message["id"], error)

    def _asked(self, name: str, given: dict[str, Any]) -> BaseModel:
        method = METHODS.get(name)
        if method is None or name not in self.world.answers:
            raise ControlError("The stand-in daemon knows no {method}.", method=name)
        try:
            params = method.params.model_validate(given)
        except ValidationError as error:
            raise explained(error, method.params.model_fields) from None
        self.world.asked.append((name, params))
        if name in self.world.refusals:
            raise self.world.refusals[name]
        answer: BaseModel = self.world.answers[name](params)
        assert type(answer) is method.result
        return answer


@contextlib.contextmanager
def serving(world: World, folder: Path) -> Iterator[StandIn]:
    """A stand-in daemon for this world, its socket in this folder."""
    with StandIn(world, folder / "control.sock") as daemon:
        yield daemon
