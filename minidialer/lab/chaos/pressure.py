"""What presses on the daemon from outside while calls flow: terminals, pages, an import, statistics."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from minidialer.control import wire
from minidialer.control.address import socket_address
from minidialer.control.method import Method
from minidialer.control.models import agents, base, dispositions, figures, stats, system, watch
from minidialer.control.protocol import PROTOCOL
from minidialer.lab.errors import LabError
from minidialer.lab.leads_file import write_leads
from minidialer.lab.page_client import PageClient
from minidialer.lab.supervising import import_leads

from . import past
from .centre import DISPOSITIONS, until
from .context import Context
from .gauges import read_gauges
from .scripted_centre import ScriptedCentre

Pressed = contextlib.AbstractAsyncContextManager[asyncio.Event | None]
Pressure = Callable[[Context, ScriptedCentre], Pressed]
"""While entered it presses. The event, when there is one, is set when it is over by itself."""

P = TypeVar("P", bound=BaseModel)
_GULP = 1 << 20  # bytes
_serials = itertools.count(1)
_CHANGES_EVERY = 6.0  # seconds
_OPENED = 900.0  # seconds
_ASKS_EVERY, _DEAF_ASKS_EVERY = 1.0, 0.05  # seconds; the overview asks every second
_QUESTIONS: tuple[tuple[Method[Any, Any], BaseModel], ...] = (
    (system.STATUS, base.Nothing()),
    (figures.FIGURES, figures.FiguresOf()),
    (agents.LIST, base.Nothing()),
)


@contextlib.asynccontextmanager
async def _at_work(*jobs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These run meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(job) for job in jobs]
        yield
        for task in running:
            task.cancel()


# -- terminals -------------------------------------------------------------------------------------------------------


class RawTerminal:
    """A client of the control socket that looks at nothing it is sent, so that hundreds cost the machine little."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._ids = itertools.count(1)
        self._loop = asyncio.get_running_loop()

    async def connect(self, centre: ScriptedCentre) -> None:
        """Greet and watch."""
        with socket_address(centre.daemon.socket) as address:
            await self._loop.sock_connect(self._socket, address)
        await self.ask(system.HELLO, system.HelloParams(client="chaos", protocol=PROTOCOL))
        await self.ask(watch.SUBSCRIBE, watch.WatchSubscribe())

    async def ask(self, method: Method[P, Any], params: P) -> None:
        """Send a question."""
        await self._loop.sock_sendall(self._socket, wire.request(next(self._ids), method.name, params))

    async def read(self) -> None:
        """Read all that comes, to the end."""
        while await self._loop.sock_recv(self._socket, _GULP):
            pass

    def close(self) -> None:
        """Leave."""
        self._socket.close()


async def _deaf(centre: ScriptedCentre) -> None:
    """Asks for more and more and reads nothing; dropped by the daemon it comes again."""
    while True:
        terminal = RawTerminal()
        with contextlib.suppress(OSError), contextlib.closing(terminal):
            await terminal.connect(centre)
            while True:
                await terminal.ask(agents.LIST, base.Nothing())
                await asyncio.sleep(_DEAF_ASKS_EVERY)
        await asyncio.sleep(_ASKS_EVERY)


async def _busy(centre: ScriptedCentre) -> None:
    """Watches, reads everything, and asks something every second."""
    terminal = RawTerminal()
    with contextlib.closing(terminal):
        await terminal.connect(centre)
        async with _at_work(terminal.read()):
            while True:
                for method, params in _QUESTIONS:
                    await terminal.ask(method, params)
                    await asyncio.sleep(_ASKS_EVERY)


@contextlib.asynccontextmanager
async def deaf_terminals(context: Context, centre: ScriptedCentre) -> AsyncIterator[None]:
    """Terminals that stop reading."""
    async with _at_work(*(_deaf(centre) for _ in range(2 if context.short else 5))):
        yield


@contextlib.asynccontextmanager
async def busy_terminals(context: Context, centre: ScriptedCentre) -> AsyncIterator[None]:
    """A hundred clients that watch and ask."""
    async with _at_work(*(_busy(centre) for _ in range(20 if context.short else 100))):
        yield


# -- pages -----------------------------------------------------------------------------------------------------------


async def _page(centre: ScriptedCentre, login: str) -> None:
    """Signed in, and open."""
    async with PageClient(centre.daemon.page_url) as page:
        await page.sign_in(login, centre.password)
        async for _view in page.views():
            pass


async def _changes(centre: ScriptedCentre) -> None:
    """Every few seconds a supervisor changes what every page shows."""
    for name in itertools.cycle(("tak", "nie")):
        await asyncio.sleep(_CHANGES_EVERY)
        change = dispositions.DispositionSet(name=DISPOSITIONS[0].name, name_pl=name)
        await centre.ask(dispositions.SET, change)


@contextlib.asynccontextmanager
async def open_pages(context: Context, centre: ScriptedCentre) -> AsyncIterator[None]:
    """An open page for each agent nobody works with; all of them change when a supervisor changes something."""
    async with _at_work(*(_page(centre, login) for login in centre.idle), _changes(centre)):
        wanted = len(centre.idle) + len(centre.robots)

        async def all_open() -> bool:
            context.progress(0, "opening pages")
            return (await read_gauges(centre)).values["pages_open"] >= wanted

        if await until(all_open, _OPENED, every=1.0) is None:
            raise LabError(f"Not every page was open after {_OPENED:g} s: {centre.daemon.log_tail(3)}")
        yield
    # who closes a page for good is logged out by a supervisor, as at the end of every day
    for login in centre.idle:
        await centre.ask(agents.LOG_OUT, agents.AgentLogOut(login=login))


# -- an import, statistics -------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def long_import(context: Context, centre: ScriptedCentre) -> AsyncIterator[asyncio.Event]:
    """A million rows, imported as cron does."""
    rows = 20_000 if context.short else 1_000_000
    file = context.home / "million.csv"
    await asyncio.to_thread(write_leads, file, rows, context.dice.randrange(1_000_000))
    over = asyncio.Event()

    async def run() -> None:
        await import_leads(centre.daemon, file, f"million {next(_serials)}", rows)
        over.set()

    async with _at_work(run()):
        yield over
        await over.wait()  # else its rows would be half there


async def _statistics(centre: ScriptedCentre, questions: Sequence[tuple[Method[Any, Any], BaseModel]]) -> None:
    while True:
        for method, params in questions:
            await centre.ask(method, params)


@contextlib.asynccontextmanager
async def statistics(context: Context, centre: ScriptedCentre) -> AsyncIterator[None]:
    """Three supervisors who ask for the whole year's statistics, again and again."""
    del context
    year = {"since": past.BEGIN.isoformat(), "until": past.END.isoformat()}
    month = {"since": (past.END - timedelta(days=30)).isoformat(), "until": past.END.isoformat()}
    everything: list[tuple[Method[Any, Any], BaseModel]] = [
        (stats.AGENTS, stats.AgentsOf(**year)),
        (stats.CAMPAIGNS, stats.CampaignsOf(**year)),
        (stats.HOURS, stats.HoursOf(**month)),
    ]
    async with _at_work(*(_statistics(centre, everything) for _ in range(3))):
        yield
