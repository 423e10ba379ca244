"""The control server: accepts clients, serves each in a task of its own, and never lets one harm another."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from minidialer.control import wire
from minidialer.control.sentences import ControlError
from minidialer.daemon.use_cases.desk import Desk

from .connection import Connection
from .dispatch import Handler
from .doors import Door, opened
from .handlers import HANDLERS
from .peer import peer_of
from .watch import Feed

log = logging.getLogger(__name__)
MOST_CLIENTS = 256


class ControlServer:
    """`async with server.listening(): await server.run()`; `run` serves until cancelled."""

    def __init__(self, desk: Desk, most_clients: int = MOST_CLIENTS) -> None:
        self._desk = desk
        self._most = most_clients
        self._feed = Feed(desk)
        self._doors: list[Door] = []
        desk.backlogs["control_clients"] = ("Clients on the control sockets.", lambda: self.clients)
        desk.backlogs["watchers"] = ("Clients that watch.", lambda: self._feed.watchers)
        desk.backlogs["watchers_lines"] = ("Lines that watchers have yet to read.", lambda: self._feed.lines_kept)

    @property
    def clients(self) -> int:
        """How many are connected."""
        return sum(len(door.connections) for door in self._doors)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """The sockets' files exist, and clients may queue up. Raises SocketError."""
        with opened(self._desk, self._most) as doors:
            self._doors = doors
            yield
            self._doors = []

    async def run(self) -> None:
        """Serve until cancelled."""
        if not self._doors:
            raise RuntimeError("ControlServer.run is called within listening()")
        async with asyncio.TaskGroup() as tasks:
            for door in self._doors:
                tasks.create_task(self._accept(door, tasks))

    async def _accept(self, door: Door, tasks: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, _ = await loop.sock_accept(door.listener)
            except OSError as error:  # out of file descriptors: clients wait in the queue
                log.warning("A client could not be accepted: %s", error, extra={"action": "control_accept"})
                await asyncio.sleep(1)
                continue
            serving = tasks.create_task(self._serve(door, peer))
            serving.add_done_callback(partial(_close, peer))

    async def _serve(self, door: Door, peer: socket.socket) -> None:
        if not await door.room():
            await _turn_away(peer)
            return
        actor = peer_of(peer)
        handlers = {name: partial(function, self._desk, actor) for name, function in self._handlers().items()}
        connection = Connection(peer, actor, handlers, self._feed, read_only=door.read_only)
        door.connections.add(connection)
        try:
            await connection.serve()
        except Exception:
            log.exception("A client's connection failed", extra={"action": "control_serve"})
        finally:
            door.connections.discard(connection)
            self._desk.imports.uploads.forget(actor.client)

    def _handlers(self) -> Mapping[str, Any]:
        return HANDLERS


def _close(peer: socket.socket, _served: asyncio.Task[None]) -> None:
    """Whether it was served, or the server was stopped before that began."""
    peer.close()


async def _turn_away(peer: socket.socket) -> None:
    refusal = ControlError("The daemon has too many clients: close some.", code="too_many_clients")
    with contextlib.suppress(OSError):
        await asyncio.get_running_loop().sock_sendall(peer, wire.line(wire.failure(None, refusal)))


__all__ = ["ControlServer", "Handler"]
