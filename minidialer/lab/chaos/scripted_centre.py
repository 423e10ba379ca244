"""A call centre on a scripted PBX: the real daemon with its store and pages, robots on them, and no telephony.

Its agents' passwords are hashed as cheaply as argon2 can, so that hundreds of robots sign in within seconds; the way
they sign in is the ordinary one.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field

from argon2 import PasswordHasher

from minidialer.control.client import Client
from minidialer.control.models import agents, campaigns, dispositions
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.customer import Mix
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.robots import USUAL, Manners

from .accounts import RETRY_MINUTES
from .centre import CAMPAIGN, DISPOSITIONS, LIST, Centre
from .context import Context
from .gauges import Reading, read_gauges
from .robot import PatientRobot
from .scripted_process import ScriptedProcess

FIRST_LOGIN = 2001
_FILES = 8192  # sockets of the robots, the pages and the terminals
_REST = 20  # looks, half a second apart
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class ScriptedPlan:
    """What the call centre is like. idle: agents who have a log-in, and no robot. furnish: before the daemon starts.

    comes_back: whom a supervisor logs out logs in again.
    """

    leads: int
    agents: int
    mix: Mix
    manners: Manners = USUAL
    settings: dict[str, object] = field(default_factory=dict)
    idle: int = 0
    comes_back: bool = False
    furnish: Callable[[DaemonProcess], None] | None = None


class ScriptedCentre(Centre):
    """Everything running. `idle`: logins nobody works with; `password`: everybody's.

    `before`, `after`: the daemon's gauges before anybody came, and when all have gone.
    """

    def __init__(self, pbx: ScriptedProcess, daemon: DaemonProcess, leads: int) -> None:
        super().__init__(daemon, leads)
        self.pbx = pbx
        self.idle: list[str] = []
        self.before: Reading
        self.after: Reading
        self.password = secrets.token_hex(8)

    def calls(self) -> list[CarrierCall]:
        """The calls that have ended, as the scripted PBX wrote them down."""
        return self.pbx.calls()


@contextlib.asynccontextmanager
async def scripted_centre(context: Context, plan: ScriptedPlan) -> AsyncIterator[ScriptedCentre]:
    """Calls flow, every robot is at work. On leaving in order, the shift ends and everybody has gone home."""
    _allow_files()
    seed = context.dice.randrange(1_000_000)
    context.progress(0, "beginning the shift")
    async with ScriptedProcess(context.home, seed, plan.mix) as pbx:
        daemon = DaemonProcess(pbx, context.home)
        if plan.furnish is not None:
            daemon.write_config()
            await asyncio.to_thread(plan.furnish, daemon)
        async with daemon:
            centre = ScriptedCentre(pbx, daemon, plan.leads)
            await centre.import_leads(context.home, seed)
            logins = centre.logins = await _prepare(centre, plan)
            centre.idle = logins[plan.agents :]
            centre.robots = [
                PatientRobot(
                    daemon.page_url,
                    *(login, centre.password, CAMPAIGN, seed),
                    ledger=centre.ledger,
                    manners=plan.manners,
                    comes_back=plan.comes_back,
                )
                for login in logins[: plan.agents]
            ]
            centre.before = await read_gauges(centre)
            async with centre.at_work(context):
                yield centre
            centre.after = await _at_rest(centre)


async def _at_rest(centre: ScriptedCentre) -> Reading:
    """The gauges once all who have gone are noticed to be gone, or after a while."""
    last = await read_gauges(centre)
    for _ in range(_REST):
        if last.values["tasks"] <= centre.before.values["tasks"]:
            break
        await asyncio.sleep(0.5)
        last = await read_gauges(centre)
    return last


async def _prepare(centre: ScriptedCentre, plan: ScriptedPlan) -> list[str]:
    """Dispositions, agents and the campaign; gives the logins, those of the robots first."""
    logins = [str(FIRST_LOGIN + place) for place in range(plan.agents + plan.idle)]
    async with Client(centre.daemon.socket, name="chaos") as client:
        for disposition in DISPOSITIONS:
            await client.call(dispositions.ADD, disposition)
        for login in logins:
            await client.call(agents.ADD, agents.AgentAdd(login=login, auto_answer=True))
        settings: dict[str, object] = {
            "agent_connection": "nailed_up",
            "max_attempts_per_5s": 10 * plan.agents,
            "max_retries": 2,
            "retry_interval": RETRY_MINUTES,
            **plan.settings,
        }
        await client.call(
            campaigns.ADD,
            campaigns.CampaignAdd(name=CAMPAIGN, lead_list=LIST, agents=logins[: plan.agents], settings=settings),
        )
    with closing(sqlite3.connect(centre.store, timeout=30)) as store, store:
        store.execute("UPDATE agent SET password_hash = ?", (_cheap.hash(centre.password),))
    return logins


def _allow_files() -> None:
    """A socket for each robot, page and terminal, as far as this machine lets us."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, _soft), hard))
