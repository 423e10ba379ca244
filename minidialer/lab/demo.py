"""The main job, for real: two Asterisks, the daemon, an import, a campaign, robot agents, and the books at the end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, watch
from minidialer.domain.sentence import Sentence, sentence
from minidialer.i18n import say

from .books import read_books
from .customer import Mix
from .daemon_process import DaemonProcess
from .errors import LabError
from .lab import Lab
from .leads_file import write_leads
from .result import DemoResult
from .robots import Robots
from .supervising import import_leads, open_channels, see_off, stop_dialling, until_linked, until_quiet

LIST = CAMPAIGN = "demo"
MIX = Mix(talk=(2.0, 8.0))
DISPOSITIONS = (
    dispositions.DispositionAdd(name="sprzedaż", success=True),
    dispositions.DispositionAdd(name="zrezygnował"),
    dispositions.DispositionAdd(name="zadzwoń później", asks_callback=True),
    dispositions.DispositionAdd(name="nie dzwonić", do_not_call=True),
)
FORM_LIMIT = 60  # seconds that a person's form may stay open after a call
LAST_CALLS = 120.0  # seconds that calls and forms may still take once the campaign is stopped

Say = Callable[[Sentence], None]
Show = Callable[[watch.Snapshot], None]
Supervise = Callable[[Path], Awaitable[None]]


@dataclass(frozen=True)
class DemoOptions:
    """What `minidialer demo` can be told. duration: seconds of dialling, None: as long as it is supervised.

    overdial: percent. `free_seat`: one more phone and agent than there are robots, for a person.
    """

    leads: int = 300
    agents: int = 5
    duration: float | None = 90.0
    seed: int = 1
    agent_connection: str = "nailed_up"
    overdial: int = 0
    free_seat: bool = False


class Demo:
    """One run. `say` gets a line of narration, `show` each live snapshot.

    `supervise` gets the configuration file once the campaign runs; when it returns, the dialling is over.
    """

    def __init__(
        self, options: DemoOptions, home: Path, say: Say, show: Show, supervise: Supervise | None = None
    ) -> None:
        self._supervise = supervise
        self._options = options
        self._home = home
        self._say = say
        self._show = show

    async def run(self) -> DemoResult:
        """All of it. Raises LabError or ControlError when it cannot be run at all."""
        options = self._options
        self._say(sentence("Starting two Asterisks: the PBX, and the carrier with the phones"))
        phones = options.agents + options.free_seat
        async with Lab(phones=phones, seed=options.seed, mix=MIX, phone_delay=0.5, home=self._home) as lab:
            async with DaemonProcess(lab, self._home) as daemon:
                await self._import(daemon)
                async with Client(daemon.socket, name="demo") as client:
                    await until_linked(client)
                    passwords = await self._prepare(client, lab)
                    await self._dial(client, lab, daemon, passwords)
                self._say(sentence("Stopping the daemon"))
            still_open = await open_channels(lab)
            self._say(sentence("Comparing the carrier's call record with the store"))
            return await read_books(
                daemon.store,
                lab.carrier.calls(),
                version=lab.asterisk.version,
                imported=options.leads,
                open_channels=still_open,
            )

    async def _import(self, daemon: DaemonProcess) -> None:
        self._say(sentence("Importing {count} leads from a file", count=self._options.leads))
        file = self._home / "leads.csv"
        write_leads(file, self._options.leads, self._options.seed)
        await import_leads(daemon, file, LIST, self._options.leads)

    async def _prepare(self, client: Client, lab: Lab) -> dict[str, str]:
        """Dispositions, agents and the campaign, as a supervisor sets them up; gives the passwords of the pages."""
        for disposition in DISPOSITIONS:
            await client.call(dispositions.ADD, disposition)
        passwords = {login: secrets.token_hex(4) for login in lab.pbx.phones}  # a person reads one off a screen
        options = self._options
        for number, (login, password) in enumerate(passwords.items()):
            name = f"Robot {login}" if number < options.agents else ""
            await client.call(agents.ADD, agents.AgentAdd(login=login, name=name, auto_answer=True))
            await client.call(agents.PASSWORD, agents.AgentPassword(login=login, password=SecretStr(password)))
        settings = {
            "pacing_mode": "power",
            "overdial_percent": options.overdial,
            "agent_connection": options.agent_connection,
            "max_attempts_per_5s": max(5, 4 * options.agents),
            "ring_timeout": 10,
            "max_retries": 2,
            "retry_interval": 1,
            "script": "Dzień dobry, czy rozmawiam z {Imię} {Nazwisko}?",
        }
        if options.free_seat:  # a person may go for a coffee, the run ends all the same
            settings |= {"wrap_up_limit": FORM_LIMIT, "default_disposition": DISPOSITIONS[1].name}
        await client.call(
            campaigns.ADD,
            campaigns.CampaignAdd(name=CAMPAIGN, lead_list=LIST, agents=lab.pbx.phones, settings=settings),
        )
        return passwords

    async def _dial(self, client: Client, lab: Lab, daemon: DaemonProcess, passwords: dict[str, str]) -> None:
        options = self._options
        seats = list(passwords)
        robots = Robots(
            daemon.page_url,
            {login: passwords[login] for login in seats[: options.agents]},
            CAMPAIGN,
            options.seed,
            come_back=self._supervise is not None,
        )
        await client.call(watch.SUBSCRIBE, watch.WatchSubscribe(campaign=None))
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self._follow(client))
            shift = tasks.create_task(robots.work())
            for login in seats[options.agents :]:
                self._offer(lab, daemon, login, passwords[login])
            await client.call(campaigns.START, base.Named(name=CAMPAIGN))
            await self._go_on(daemon)
            await stop_dialling(client)
            self._say(sentence("Stopped; calls under way go on to their end"))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_CALLS):
                    if self._supervise is not None:  # whoever sat there has seen enough
                        await see_off(client, without=seats[: options.agents], force=True)
                    await until_quiet(client)
                    robots.end_shift()
                    await shift
                    await see_off(client)
            shift.cancel()
            reader.cancel()

    async def _go_on(self, daemon: DaemonProcess) -> None:
        """Back when enough was dialled."""
        options = self._options
        if self._supervise is None:
            seconds = options.duration or 0
            self._say(sentence("Dialling for {seconds:g} s with {count} robots", seconds=seconds, count=options.agents))
            await asyncio.sleep(seconds)
            return
        self._say(
            sentence("Dialling with {count} robots until you leave the supervisor's terminal", count=options.agents)
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(options.duration):
                await self._supervise(daemon.config)

    def _offer(self, lab: Lab, daemon: DaemonProcess, login: str, password: str) -> None:
        """Tell how a person takes the free seat, and have the supervisor's terminal tell it as well."""
        self._say(sentence("A seat is free for you: open {url}", url=daemon.page_url))
        self._say(sentence("Log in as {login} with the password {password}", login=login, password=password))
        self._say(sentence("Its phone answers by itself; a SIP phone of your own may take its place:"))
        self._say(
            sentence(
                "register {login} at {address} with the password {password}",
                login=login,
                address=lab.pbx.registrar,
                password=lab.pbx.phone_password(login),
            )
        )
        notice = sentence(
            "A seat is free for you: {url}, log in as {login} with {password}",
            url=daemon.page_url,
            login=login,
            password=password,
        )
        with daemon.config.open("a", encoding="utf-8") as config:
            config.write(f"[tui]\nnotice = {json.dumps(say(notice), ensure_ascii=False)}\n")

    async def _follow(self, client: Client) -> None:
        async for item in client.news():
            if isinstance(item, watch.Snapshot):
                self._show(item)
        raise LabError("The daemon ended in the middle of the run: its log says why (see --keep).")


@contextlib.contextmanager
def demo_home(keep: Path | None) -> Iterator[Path]:
    """The folder of a run: the one to keep, which must be new or empty, or one that is removed afterwards."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="minidialer-demo-") as name:
            yield Path(name)
        return
    if keep.exists() and any(keep.iterdir()):
        raise LabError(f"{keep} is not empty: give --keep a new folder.")
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.absolute()
