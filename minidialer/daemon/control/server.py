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
from .handlers import HANDLERS
from .peer import peer_of
from .socket_file import listening_socket
from .watch import Feed

log = logging.getLogger(__name__)
MOST_CLIENTS = 256


class ControlServer:
    """`async with server.listening(): await server.run()`; `run` serves until cancelled."""

    def __init__(self, desk: Desk, most_clients: int = MOST_CLIENTS) -> None:
        self._desk = desk
        self._most = most_clients
        self._connections: set[Connection] = set()
        self._feed = Feed(desk)
        self._listener: socket.socket | None = None

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._connections)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """The socket's file exists, and clients may queue up. Raises SocketError."""
        settings = self._desk.settings
        with listening_socket(settings.socket_path, settings.socket_mode, settings.control.group) as listener:
            self._listener = listener
            yield
            self._listener = None

    async def run(self) -> None:
        """Serve until cancelled."""
        if self._listener is None:
            raise RuntimeError("ControlServer.run is called within listening()")
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    peer, _ = await loop.sock_accept(self._listener)
                except OSError as error:  # out of file descriptors: clients wait in the queue
                    log.warning("A client could not be accepted: %s", error, extra={"action": "control_accept"})
                    await asyncio.sleep(1)
                    continue
                tasks.create_task(self._serve(peer))

    async def _serve(self, peer: socket.socket) -> None:
        with peer:
            if not await self._room():
                await _turn_away(peer)
                return
            actor = peer_of(peer)
            handlers = {name: partial(function, self._desk, actor) for name, function in self._handlers().items()}
            connection = Connection(peer, actor, handlers, self._feed)
            self._connections.add(connection)
            try:
                await connection.serve()
            except Exception:
                log.exception("A client's connection failed", extra={"action": "control_serve"})
            finally:
                self._connections.discard(connection)

    def _handlers(self) -> Mapping[str, Any]:
        return HANDLERS

    async def _room(self) -> bool:
        """Make room by dropping the client that has asked nothing for the longest time and watches nothing."""
        if len(self._connections) < self._most:
            return True
        idle = [connection for connection in self._connections if not connection.watching]
        if not idle:
            return False
        oldest = min(idle, key=lambda connection: connection.last_request)
        oldest.drop()
        self._connections.discard(oldest)
        return True


async def _turn_away(peer: socket.socket) -> None:
    refusal = ControlError("The daemon has too many clients: close some.", code="too_many_clients")
    with contextlib.suppress(OSError):
        await asyncio.get_running_loop().sock_sendall(peer, wire.line(wire.failure(None, refusal)))


__all__ = ["ControlServer", "Handler"]
