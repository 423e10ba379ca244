"""One client of the control socket: its requests in order, its notifications beside them."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Mapping

from minidialer import __version__
from minidialer.control import wire
from minidialer.control.models.base import Done, Nothing
from minidialer.control.models.system import HELLO, Hello, HelloParams
from minidialer.control.models.watch import SUBSCRIBE, UNSUBSCRIBE, Snapshot, WatchSubscribe
from minidialer.control.protocol import MESSAGE_LIMIT, PROTOCOL
from minidialer.control.sentences import ControlError
from minidialer.daemon.use_cases.desk import Actor

from .dispatch import Dispatcher, Handler
from .watch import Feed, Subscription

log = logging.getLogger(__name__)
PATIENCE = 10.0  # seconds a client may take to read what was sent


class Connection:
    """Serves one client until it leaves, breaks the rules, or stops reading."""

    def __init__(
        self,
        peer: socket.socket,
        actor: Actor,
        handlers: Mapping[str, Handler],
        feed: Feed,
        *,
        read_only: bool = False,
    ) -> None:
        self.actor = actor
        self._read_only = read_only
        self.last_request = asyncio.get_running_loop().time()
        self._peer = peer
        self._feed = feed
        self._subscription: Subscription | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._dispatcher = Dispatcher(
            {
                **handlers,
                HELLO.name: self._hello,
                SUBSCRIBE.name: self._subscribe,
                UNSUBSCRIBE.name: self._unsubscribe,
            },
            read_only=read_only,
        )

    @property
    def watching(self) -> bool:
        """Has it subscribed?"""
        return self._subscription is not None

    def drop(self) -> None:
        """End it; `serve` returns soon."""
        with contextlib.suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)

    async def serve(self) -> None:
        """Answer until the client is gone."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._peer, limit=MESSAGE_LIMIT)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                await self._receive()
                self._end_subscription()
        except* (OSError, TimeoutError) as group:
            log.info("A client was dropped: %s", group.exceptions[0], extra={"action": "control_drop"})
        finally:
            self._end_subscription()
            self._writer.transport.abort()

    async def _receive(self) -> None:
        while True:
            try:
                text = await self._reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError:
                refusal = ControlError(
                    "A message has at most {limit} bytes: the connection is closed.",
                    code="too_large",
                    limit=MESSAGE_LIMIT,
                )
                await self._send(wire.line(wire.failure(None, refusal)))
                return
            self.last_request = asyncio.get_running_loop().time()
            await self._feed.gate.passed()
            if text.strip() and (answer := await self._dispatcher.answer(text)) is not None:
                await self._send(answer)

    async def _send(self, text: bytes) -> None:
        """Write and wait until the client has read most of it. Raises TimeoutError when it does not."""
        self._writer.write(text)
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    # -- methods of the connection itself -----------------------------------------------------------------------

    async def _hello(self, params: HelloParams) -> Hello:
        if params.protocol != PROTOCOL:
            raise ControlError(
                "This daemon speaks protocol {ours}, the client {theirs}: use the client of the same version.",
                code="protocol",
                ours=PROTOCOL,
                theirs=params.protocol,
            )
        return Hello(
            protocol=PROTOCOL,
            version=__version__,
            pid=os.getpid(),
            uid=self.actor.uid or 0,
            user=self.actor.name,
            read_only=self._read_only,
        )

    async def _subscribe(self, params: WatchSubscribe) -> Snapshot:
        self._end_subscription()
        subscription = await self._feed.subscribe(params.campaign)
        first = await subscription.snapshot()
        self._subscription = subscription
        assert self._tasks is not None  # noqa: S101  # requests are only read within the group
        subscription.task = self._tasks.create_task(subscription.run(self._send))
        return first

    async def _unsubscribe(self, _params: Nothing) -> Done:
        self._end_subscription()
        return Done()

    def _end_subscription(self) -> None:
        if self._subscription is not None:
            self._subscription.end()
            self._subscription = None
