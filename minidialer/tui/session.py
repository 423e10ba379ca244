"""The link to the daemon: one connection for questions, one for what is watched; both come back by themselves."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from minidialer.control.client import Away, Client, watch
from minidialer.control.method import Method
from minidialer.control.models.system import HELLO, Hello, HelloParams
from minidialer.control.models.watch import Lines, Snapshot
from minidialer.control.protocol import PROTOCOL
from minidialer.control.sentences import ControlError, DaemonAwayError

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
log = logging.getLogger(__name__)
_BACK_OFF = (0.2, 0.5, 1.0, 2.0)


class Session:
    """`run` keeps connected until cancelled; `call` asks. `changed` is called when `online` or `problem` change."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.hello: Hello | None = None
        self.problem: ControlError | None = None
        self.changed: Callable[[], None] = lambda: None
        self._client: Client | None = None

    @property
    def online(self) -> bool:
        """May questions be asked now?"""
        return self._client is not None

    @property
    def read_only(self) -> bool:
        """Is nothing to be changed from here?"""
        return self.hello is not None and self.hello.read_only

    async def call(self, method: Method[P, R], params: P) -> R:
        """The method's result. Raises ControlError with the refusal, DaemonAwayError while the daemon is away."""
        if self._client is None:
            raise self.problem or DaemonAwayError("The connection to the daemon is not there yet: try again.")
        if self.read_only and not method.reads:
            raise ControlError("You may look, but change nothing: ask for the group of the full socket.")
        return await self._client.call(method, params)

    async def run(self) -> None:
        """Connect, and connect again whenever the daemon went away."""
        failures = 0
        while True:
            try:
                async with Client(self.socket, name="tui") as client:
                    self.hello = await client.call(HELLO, HelloParams(client="tui", protocol=PROTOCOL))
                    self._tell(client, None)
                    failures = 0
                    async for _item in client.news():
                        pass  # nothing is subscribed here: this waits for the end of the connection
                self._tell(None, DaemonAwayError("The daemon went away: waiting for it to come back."))
            except ControlError as error:
                self._tell(None, error)
            finally:
                self._client = None
            await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
            failures += 1

    def line(self) -> Client:
        """A connection of one's own, for what would keep other questions waiting: `async with session.line() as it`."""
        return Client(self.socket, name="tui")

    async def watch(self, campaign: str | None = None) -> AsyncIterator[Snapshot | Lines]:
        """Snapshots and lines of the floor or one campaign for as long as they are asked for, over a line of its own.

        Raises ControlError on a refusal (the campaign is gone); a daemon that went away is waited for.
        """
        async with contextlib.aclosing(watch(self.socket, campaign)) as news:
            async for item in news:
                if not isinstance(item, Away):
                    yield item

    def _tell(self, client: Client | None, problem: ControlError | None) -> None:
        if problem is not None and (self.problem is None or problem.sentence != self.problem.sentence):
            log.info("%s", problem, extra={"action": "tui_link"})
        self._client, self.problem = client, problem
        self.changed()
