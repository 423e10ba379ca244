"""A call centre at work, whatever PBX it has: its daemon, its robots, and what they noted."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from minidialer.control.client import Client
from minidialer.control.method import Method
from minidialer.control.models import agents, base, campaigns, dispositions, pacing, system, watch
from minidialer.control.sentences import DaemonAwayError
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.leads_file import write_leads
from minidialer.lab.supervising import import_leads, is_quiet

from .accounts import Trouble
from .context import Context
from .ledger import Ledger
from .robot import PatientRobot
from .truth import Channels

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)

CAMPAIGN = LIST = "chaos"
DISPOSITIONS = (
    dispositions.DispositionAdd(name="sprzedaż", success=True),
    dispositions.DispositionAdd(name="zrezygnował"),
    dispositions.DispositionAdd(name="zadzwoń później", asks_callback=True),
)
START, QUIET = 120.0, 120.0  # seconds: until everybody is at work; until the last call and form are over


class Centre(ABC):
    """leads: how many were imported. account: the abandon account, at the end of the shift."""

    def __init__(self, daemon: DaemonProcess, leads: int) -> None:
        self.daemon = daemon
        self.leads = leads
        self.ledger = Ledger()
        self.troubles: list[Trouble] = []
        self.robots: list[PatientRobot] = []
        self.logins: list[str] = []  # of all our agents; who attacks the control socket may add others
        self.account: pacing.Account | None = None
        self.ahead = timedelta()  # of the daemon's clock before ours, from its start to its end
        self.not_to_call: set[str] = set()  # numbers of leads that the settings do not allow
        self.left_behind = Channels(frozenset(), {}, {})  # what Asterisk had at the end of the shift

    @abstractmethod
    def calls(self) -> Sequence[CarrierCall]:
        """The carrier's record of the calls that have ended."""

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.daemon.store

    async def ask(self, method: Method[P, R], params: P) -> R:
        """One question to the daemon, over a connection of its own. Raises DaemonAwayError."""
        async with Client(self.daemon.socket, name="chaos") as client:
            return await client.call(method, params)

    async def snapshot(self) -> watch.Snapshot:
        """What the daemon believes is live."""
        return await self.ask(watch.SUBSCRIBE, watch.WatchSubscribe())

    async def status(self) -> system.Status:
        """The daemon's status."""
        return await self.ask(system.STATUS, base.Nothing())

    async def all_agents(self) -> dict[int, agents.Agent]:
        """What the daemon believes of its agents, by id."""
        return {agent.id: agent for agent in (await self.ask(agents.LIST, base.Nothing())).agents}

    def trouble(self, begin: datetime, *, events_lost: bool = False) -> None:
        """What happened to calls from then until now may be unknown to the daemon."""
        self.troubles.append(Trouble(begin, datetime.now(UTC), events_lost))

    async def import_leads(self, home: Path, seed: int) -> None:
        """The list everybody calls; its file is left in `home`."""
        file = home / "leads.csv"
        write_leads(file, self.leads, seed)
        await import_leads(self.daemon, file, LIST, self.leads)

    @contextlib.asynccontextmanager
    async def at_work(self, context: Context) -> AsyncIterator[None]:
        """Every robot works. On leaving in order, the shift ends and everybody has gone home."""
        async with asyncio.TaskGroup() as shifts:
            working = [shifts.create_task(robot.work(), name=f"robot {robot.login}") for robot in self.robots]
            await self.begin()
            yield
            context.progress(context.times, "ending the shift")
            await self.end_of_shift()
            for task in working:
                task.cancel()

    async def begin(self) -> None:
        """Start the campaign and wait until everybody works in it."""
        await self.ask(campaigns.START, base.Named(name=CAMPAIGN))

        async def all_joined() -> bool:
            return all(robot.joined for robot in self.robots)

        if await until(all_joined, START) is None:
            raise LabError(f"Not every robot came to work in {START:g} s: {self.daemon.log_tail(3)}")

    async def end_of_shift(self) -> None:
        """Stop the campaign, wait until it is quiet, see everybody off."""
        await self.ask(campaigns.STOP, base.Named(name=CAMPAIGN))

        async def quiet() -> bool:
            return is_quiet(await self.status())

        await until(quiet, QUIET, every=0.25)
        for robot in self.robots:
            robot.end_shift()

        async def gone() -> bool:
            return (await self.status()).agents.keys() <= {"logged_out"}

        await until(gone, 10, every=0.25)
        self.account = (await self.ask(pacing.SHOW, base.Named(name=CAMPAIGN))).budget.window


async def until(reached: Callable[[], Awaitable[bool]], limit: float, every: float = 0.05) -> float | None:
    """Seconds until it is so, None when it was not within the limit; while the daemon is away it is not."""
    started = time.monotonic()
    while True:
        with contextlib.suppress(DaemonAwayError):
            if await reached():
                return time.monotonic() - started
        if time.monotonic() - started > limit:
            return None
        await asyncio.sleep(every)
