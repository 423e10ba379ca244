"""How many connections the pages hold at once: who opens them without end must leave files for the daemon's own work.

The slow are cut off by time (see `app.make_runner`); this is what a flood meets. A newcomer beyond the limit is cut
off, those who are there stay.
"""

import asyncio
import logging
from collections.abc import Callable

from aiohttp import web

log = logging.getLogger(__name__)
_TOLD_EVERY = 10.0  # seconds


def limit_connections(server: web.Server, most: int, most_of_one: int, shared: Callable[[str], bool]) -> None:
    """Let it hold `most`, and `most_of_one` of one address unless that is `shared`, such as a proxy's."""
    doorkeeper = _Doorkeeper(server, most, most_of_one, shared)
    server.connection_made = doorkeeper.made  # type: ignore[method-assign]  # aiohttp has no other place to say no
    server.connection_lost = doorkeeper.lost  # type: ignore[method-assign]


class _Doorkeeper:
    def __init__(self, server: web.Server, most: int, most_of_one: int, shared: Callable[[str], bool]) -> None:
        self._made, self._lost = server.connection_made, server.connection_lost
        self._most, self._most_of_one, self._shared = most, most_of_one, shared
        self._address: dict[web.RequestHandler, str] = {}
        self._count: dict[str, int] = {}
        self._told_at = float("-inf")

    def made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """A connection: count it, and cut it off when it is one too many."""
        self._made(handler, transport)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        count = self._count.get(address, 0) + 1
        self._address[handler], self._count[address] = address, count
        if len(self._address) > self._most or (count > self._most_of_one and not self._shared(address)):
            self._tell(address, count)
            transport.abort()

    def lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """It has gone."""
        self._lost(handler, exc)
        address = self._address.pop(handler, None)
        if address is None:
            return
        self._count[address] -= 1
        if not self._count[address]:
            del self._count[address]

    def _tell(self, address: str, count: int) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= _TOLD_EVERY:
            self._told_at = now
            log.warning(
                "The pages have %d connections, %d of them from %s: newcomers are turned away",
                len(self._address),
                count,
                address,
                extra={"action": "web.full"},
            )
