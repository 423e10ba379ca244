"""A call centre at work, to be broken: two Asterisks, the daemon as its own process, robots on their pages."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel, SecretStr

from minidialer.control.client import Client
from minidialer.control.method import Method
from minidialer.control.models import agents, base, campaigns, dispositions, pacing, system, watch
from minidialer.control.sentences import DaemonAwayError
from minidialer.lab.customer import Mix
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.lab import Lab
from minidialer.lab.leads_file import write_leads
from minidialer.lab.pbx import ManagerAccess
from minidialer.lab.supervising import import_leads

from .accounts import RETRY_MINUTES, Trouble
from .ami_proxy import AmiProxy
from .context import Context
from .ledger import Ledger
from .robot import PatientRobot
from .truth import Channels, Truth

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)

CAMPAIGN = LIST = "chaos"
DISPOSITIONS = (
    dispositions.DispositionAdd(name="sprzedaż", success=True),
    dispositions.DispositionAdd(name="zrezygnował"),
    dispositions.DispositionAdd(name="zadzwoń później", asks_callback=True),
)
MIX = Mix(answer=60, machine=5, busy=10, no_answer=12, invalid=5, congestion=3, ring=(0.2, 2.0), talk=(3.0, 9.0))
START, QUIET = 120.0, 60.0  # seconds: until everybody is at work; until the last call and form are over


@dataclass(frozen=True)
class Plan:
    """What the call centre is like. overdial: percent. proxied: `centre.proxy` is between daemon and Asterisk.

    idle: so many agents more, with a telephone and `centre.passwords`, but nobody at their desks.
    """

    leads: int
    agents: int = 4
    mix: Mix = MIX
    overdial: int = 50
    agent_connection: str = "nailed_up"
    proxied: bool = False
    idle: int = 0
    settings: dict[str, object] = field(default_factory=dict)
    furnish: Callable[[DaemonProcess], None] | None = None


class CallCentre:
    """Everything running. `lab`, `daemon`, `robots`, `ledger`, `truth`; `troubles` is for the one who causes them."""

    def __init__(self, lab: Lab, daemon: DaemonProcess, plan: Plan, truth: Truth, proxy: AmiProxy | None) -> None:
        self.lab = lab
        self.daemon = daemon
        self.plan = plan
        self.truth = truth
        self.ledger = Ledger()
        self.troubles: list[Trouble] = []
        self.robots: list[PatientRobot] = []
        self.not_to_call: set[str] = set()  # numbers of leads that the settings do not allow
        self.passwords: dict[str, str] = {}  # of everybody's page
        self.account: pacing.Account | None = None  # the abandon account, at the end of the shift
        self.left_behind = Channels(frozenset(), {}, {})  # what Asterisk had then
        self._proxy = proxy

    @property
    def proxy(self) -> AmiProxy:
        """Between daemon and Asterisk; only with `plan.proxied`."""
        assert self._proxy is not None  # noqa: S101 — a mistake in a fault
        return self._proxy

    @property
    def linked(self) -> bool:
        """Can what Asterisk says reach the daemon? A daemon whose link died may not know it yet."""
        return self._proxy is None or self._proxy.linked

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


@contextlib.asynccontextmanager
async def call_centre(context: Context, plan: Plan) -> AsyncIterator[CallCentre]:
    """Calls flow, every robot is at work. On leaving in order, the shift ends and everybody has gone home.

    Raises LabError when it does not come up. Who is left when it should be quiet is for the books to find.
    """
    seed = context.dice.randrange(1_000_000)
    context.progress(0, "starting two Asterisks")
    async with (
        Lab(phones=plan.agents + plan.idle, seed=seed, mix=plan.mix, phone_delay=0.3, home=context.home / "lab") as lab,
        Truth(lab.pbx.manager) as truth,
        _reached(lab, plan, seed) as (manager, proxy),
        _furnished(DaemonProcess(lab, context.home, manager=manager), plan) as daemon,
    ):
        centre = CallCentre(lab, daemon, plan, truth, proxy)
        file = context.home / "leads.csv"
        write_leads(file, plan.leads, seed)
        await import_leads(daemon, file, LIST, plan.leads)
        passwords = centre.passwords = await _prepare(centre)
        centre.robots = [
            PatientRobot(daemon.page_url, login, password, CAMPAIGN, seed, ledger=centre.ledger)
            for login, password in list(passwords.items())[: plan.agents]
        ]
        async with asyncio.TaskGroup() as shifts:
            working = [shifts.create_task(robot.work(), name=f"robot {robot.login}") for robot in centre.robots]
            await _begin(centre)
            yield centre
            context.progress(context.times, "ending the shift")
            await _end_of_shift(centre)
            for task in working:
                task.cancel()


def _furnished(daemon: DaemonProcess, plan: Plan) -> DaemonProcess:
    if plan.furnish is not None:
        plan.furnish(daemon)
    return daemon


@contextlib.asynccontextmanager
async def _reached(lab: Lab, plan: Plan, seed: int) -> AsyncIterator[tuple[ManagerAccess, AmiProxy | None]]:
    """Where the daemon finds the manager interface."""
    manager = lab.pbx.manager
    if not plan.proxied:
        yield manager, None
        return
    async with AmiProxy(manager.host, manager.port, seed) as proxy:
        yield ManagerAccess("127.0.0.1", proxy.port, manager.user, manager.secret), proxy


async def _prepare(centre: CallCentre) -> dict[str, str]:
    """Dispositions, agents and the campaign; gives the passwords of the pages."""
    plan = centre.plan
    passwords = {login: secrets.token_hex(8) for login in centre.lab.pbx.phones}
    async with Client(centre.daemon.socket, name="chaos") as client:
        for disposition in DISPOSITIONS:
            await client.call(dispositions.ADD, disposition)
        for login, password in passwords.items():
            await client.call(agents.ADD, agents.AgentAdd(login=login, auto_answer=True))
            await client.call(agents.PASSWORD, agents.AgentPassword(login=login, password=SecretStr(password)))
        settings: dict[str, object] = {
            "pacing_mode": "power",
            "overdial_percent": plan.overdial,
            "agent_connection": plan.agent_connection,
            "max_attempts_per_5s": 4 * plan.agents,
            "ring_timeout": 5,
            "agent_ring_timeout": 5,
            "max_retries": 2,
            "retry_interval": RETRY_MINUTES,
            **plan.settings,
        }
        await client.call(
            campaigns.ADD,
            campaigns.CampaignAdd(name=CAMPAIGN, lead_list=LIST, agents=list(passwords), settings=settings),
        )
    return passwords


async def _begin(centre: CallCentre) -> None:
    """Start the campaign and wait until everybody works in it."""
    await centre.ask(campaigns.START, base.Named(name=CAMPAIGN))

    async def all_joined() -> bool:
        return all(robot.joined for robot in centre.robots)

    if await until(all_joined, START) is None:
        raise LabError(f"Not every robot came to work in {START:g} s: {centre.daemon.log_tail(3)}")


async def _end_of_shift(centre: CallCentre) -> None:
    await centre.ask(campaigns.STOP, base.Named(name=CAMPAIGN))

    async def quiet() -> bool:
        status = await centre.status()
        return not status.attempts and not status.agents.keys() & {"reserved", "in_call", "wrap_up"}

    await until(quiet, QUIET, every=0.25)
    for robot in centre.robots:
        robot.end_shift()

    async def gone() -> bool:
        return (await centre.status()).agents.keys() <= {"logged_out"}

    await until(gone, 10, every=0.25)

    async def hung_up() -> bool:
        centre.left_behind = await centre.truth.channels()
        return not centre.left_behind.customers and not centre.left_behind.phones

    await until(hung_up, 10, every=0.25)
    centre.account = (await centre.ask(pacing.SHOW, base.Named(name=CAMPAIGN))).budget.window
