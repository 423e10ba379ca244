"""A call centre at work, to be broken: two Asterisks, the daemon as its own process, robots on their pages."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from minidialer.control.client import Client
from minidialer.control.models import agents, campaigns, dispositions
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.customer import Mix
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.lab import Lab
from minidialer.lab.pbx import ManagerAccess
from minidialer.lab.robots import USUAL, Manners

from .accounts import RETRY_MINUTES
from .ami_proxy import AmiProxy
from .centre import CAMPAIGN, DISPOSITIONS, LIST, Centre, until
from .context import Context
from .robot import PatientRobot
from .truth import Truth

__all__ = ["CAMPAIGN", "LIST", "CallCentre", "Plan", "call_centre", "until"]

MIX = Mix(answer=60, machine=5, busy=10, no_answer=12, invalid=5, congestion=3, ring=(0.2, 2.0), talk=(3.0, 9.0))


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
    manners: Manners = USUAL
    settings: dict[str, object] = field(default_factory=dict)
    furnish: Callable[[DaemonProcess], None] | None = None


class CallCentre(Centre):
    """Everything running. `lab`, `daemon`, `robots`, `ledger`, `truth`; `troubles` is for the one who causes them."""

    def __init__(self, lab: Lab, daemon: DaemonProcess, plan: Plan, truth: Truth, proxy: AmiProxy | None) -> None:
        super().__init__(daemon, plan.leads)
        self.lab = lab
        self.plan = plan
        self.truth = truth
        self.passwords: dict[str, str] = {}  # of everybody's page
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

    async def end_of_shift(self) -> None:
        """See everybody off, and wait until they have hung up."""
        await super().end_of_shift()

        async def hung_up() -> bool:
            self.left_behind = await self.truth.channels()
            return not self.left_behind.customers and not self.left_behind.phones

        await until(hung_up, 10, every=0.25)

    def calls(self) -> list[CarrierCall]:
        """The carrier's record."""
        return self.lab.carrier.calls()


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
        await centre.import_leads(context.home, seed)
        passwords = centre.passwords = await _prepare(centre)
        centre.logins = list(passwords)
        centre.robots = [
            PatientRobot(daemon.page_url, login, password, CAMPAIGN, seed, ledger=centre.ledger, manners=plan.manners)
            for login, password in list(passwords.items())[: plan.agents]
        ]
        async with centre.at_work(context):
            yield centre


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
