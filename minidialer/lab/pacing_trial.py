"""A pacing trial: two campaigns with as many robots and the same customers each, side by side on one lab and daemon.

Whatever slows the machine slows both. The figures are the daemon's own: statistics, abandon account, decisions.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, pacing, stats, system

from .books import read_books
from .customer import Mix, lognormal
from .daemon_process import DaemonProcess
from .decision_record import DecisionLine, read_decisions
from .lab import Lab
from .leads_file import write_leads
from .result import DemoResult
from .robots import Manners, Robots
from .supervising import import_leads, open_channels, stop_dialling, until_linked, until_quiet

MODES = ("predictive", "progressive")
# A third answers, well within the ring timeout; a fifth of the others end at once, the rest ring until it.
CUSTOMERS = Mix(
    answer=35, machine=0, busy=9, no_answer=52, invalid=4, congestion=0, ring=lognormal(4, 0.4), talk=lognormal(9, 0.4)
)
MANNERS = Manners(hangs_up=0, saves_early=0, typing=(1.5, 4.5))
RING_TIMEOUT, TARGET, MOST_IN_5S = 12, 3.0, 100
CALLS_A_SECOND = 8  # leads for each campaign; never so many are called
SEATED, LAST_CALLS = 60.0, 60.0  # seconds, at most


@dataclass(frozen=True)
class TrialOptions:
    """`robots`: in each campaign. `warm_up` and `measured`: seconds; utilisation is of the latter alone.

    `to_the_end`: up to a minute more is measured, until the calling window closes, for which the budget is planned.
    """

    robots: int = 20
    warm_up: float = 60.0
    measured: float = 600.0
    seed: int = 1
    to_the_end: bool = False


@dataclass(frozen=True)
class ModeFigures:
    """One campaign's. `utilisation`: share of their time without pauses that agents talk or wrap up, when measured.

    `answered` and `abandoned` are of the whole run, by the campaign's abandon account. Times are seconds; the rate is
    percent.
    """

    utilisation: float
    talk_utilisation: float
    attempts: int
    answered: int
    abandoned: int
    abandon_rate: float
    decisions: int
    answer_rate: float
    talk: float
    wrap_up: float


@dataclass(frozen=True)
class TrialResult:
    """What a trial showed."""

    options: TrialOptions
    target: float  # percent
    modes: dict[str, ModeFigures]
    decisions: dict[str, list[DecisionLine]]
    books: DemoResult

    def allowed(self, mode: str) -> float:
        """Abandoned calls the method answers for, by construction: no chance can bring more.

        It calls ahead only while one more loss is covered by what was earned and the credit it took. Afterwards only
        calls that were under way then can be lost: nobody is called for whom no agent is ready.
        """
        figures, ahead = self.modes[mode], [line for line in self.decisions[mode] if line.ahead]
        if not ahead:
            return 0.0
        last = ahead[-1]
        assert last.why is not None  # noqa: S101 — it could not be ahead else
        return self.target / 100 * figures.answered + float(last.why["credit"]) - 1 + last.under_way

    @property
    def broken(self) -> list[str]:
        """What was promised and not kept, one sentence each."""
        ahead, steady, allowed = self.modes["predictive"], self.modes["progressive"], self.allowed("predictive")
        found = []
        if ahead.abandoned > allowed:
            found.append(f"predictive abandoned {ahead.abandoned}, and may {allowed:.1f} of {ahead.answered} answered")
        if ahead.utilisation <= steady.utilisation:
            found.append(f"utilisation {ahead.utilisation} in predictive, and {steady.utilisation} in progressive")
        return found

    @property
    def limits(self) -> Counter[str]:
        """What limited the decisions that looked ahead."""
        return Counter(line.why["limit"] for line in self.decisions["predictive"] if line.why is not None)

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON types."""
        return {
            "options": asdict(self.options),
            "target": self.target,
            "modes": {mode: asdict(figures) for mode, figures in self.modes.items()},
            "limits": self.limits,
            "decisions_ahead": sum(line.ahead for line in self.decisions["predictive"]),
            "allowed": round(self.allowed("predictive"), 1),
            "books": self.books.as_dict(),
        }


class PacingTrial:
    """One run; `home` keeps its logs, its store and its call record."""

    def __init__(self, options: TrialOptions, home: Path) -> None:
        self._options = options
        self._home = home

    async def run(self) -> TrialResult:
        """All of it. Raises LabError or ControlError when it cannot be run at all."""
        options, home = self._options, self._home
        whole = options.warm_up + options.measured
        zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # where it is about noon: no midnight comes in between
        phones = len(MODES) * options.robots
        settings = f'time_zone = "{zone}"\nlog.level = "debug"\n'
        leads = int(CALLS_A_SECOND * whole)
        async with Lab(phones=phones, seed=options.seed, mix=CUSTOMERS, phone_delay=0.5, home=home) as lab:
            async with DaemonProcess(lab, home, more=settings) as daemon:
                for place, mode in enumerate(MODES):
                    file = home / f"{mode}.csv"
                    write_leads(file, leads, options.seed + place)
                    await import_leads(daemon, file, mode, leads)
                async with Client(daemon.socket, name="trial") as client:
                    await until_linked(client)
                    crews = await self._prepare(client, lab)
                    seen = await self._work(client, daemon, crews, ZoneInfo(zone))
            books = await read_books(
                daemon.store,
                lab.carrier.calls(),
                version=lab.asterisk.version,
                imported=len(MODES) * leads,
                open_channels=await open_channels(lab),
            )
        decisions = read_decisions(home / "daemon.log")
        by_mode = {mode: [each for each in decisions if each.campaign == seen[mode].id] for mode in MODES}
        figures = {mode: seen[mode].figures(len(by_mode[mode])) for mode in MODES}
        return TrialResult(options, TARGET, figures, by_mode, books)

    async def _prepare(self, client: Client, lab: Lab) -> dict[str, dict[str, str]]:
        """Agents and campaigns, as a supervisor sets them up; gives the passwords of each campaign's agents."""
        await client.call(dispositions.ADD, dispositions.DispositionAdd(name="done"))
        crews = {}
        for place, mode in enumerate(MODES):
            logins = lab.pbx.phones[place * self._options.robots :][: self._options.robots]
            crews[mode] = {login: secrets.token_urlsafe(12) for login in logins}
            for login, password in crews[mode].items():
                await client.call(agents.ADD, agents.AgentAdd(login=login, auto_answer=True))
                await client.call(agents.PASSWORD, agents.AgentPassword(login=login, password=SecretStr(password)))
            settings = {
                "pacing_mode": mode,
                "abandon_target": TARGET,
                "agent_connection": "nailed_up",
                "ring_timeout": RING_TIMEOUT,
                "max_attempts_per_5s": MOST_IN_5S,
                "max_retries": 0,
            }
            await client.call(
                campaigns.ADD, campaigns.CampaignAdd(name=mode, lead_list=mode, agents=logins, settings=settings)
            )
        return crews

    async def _work(
        self, client: Client, daemon: DaemonProcess, crews: dict[str, dict[str, str]], zone: ZoneInfo
    ) -> dict[str, _Seen]:
        options = self._options
        began = datetime.now(UTC).isoformat()
        async with asyncio.TaskGroup() as tasks:
            robots = [
                Robots(daemon.page_url, passwords, mode, options.seed, come_back=True, manners=MANNERS)
                for mode, passwords in crews.items()
            ]
            shifts = [tasks.create_task(crew.work()) for crew in robots]
            await _until_ready(client, sum(len(crew) for crew in crews.values()))
            closes = await _open(client, zone, options.warm_up + options.measured)
            await asyncio.sleep(options.warm_up)
            first = await _work_done(client, began)
            left = (closes - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(left if options.to_the_end else options.measured)
            last = await _work_done(client, began)
            await stop_dialling(client)
            async with asyncio.timeout(LAST_CALLS):
                await until_quiet(client)
            seen = {mode: _Seen(first[mode], last[mode], *await _ended(client, began, mode)) for mode in MODES}
            for crew in robots:
                crew.end_shift()
            async with asyncio.timeout(LAST_CALLS):
                await asyncio.gather(*shifts)
        return seen


@dataclass(frozen=True)
class _Seen:
    """A campaign's figures as they were read: at both ends of what is measured, and when all was over."""

    first: stats.CampaignWork
    last: stats.CampaignWork
    id: int
    whole: stats.CampaignWork
    pacing: pacing.Pacing

    def figures(self, decisions: int) -> ModeFigures:
        there = _there(self.last) - _there(self.first)
        talk, wrap_up = self.last.talk - self.first.talk, self.last.wrap_up - self.first.wrap_up
        account, learned = self.pacing.budget.today, self.pacing.learned
        return ModeFigures(
            utilisation=round((talk + wrap_up) / there, 4),
            talk_utilisation=round(talk / there, 4),
            attempts=self.whole.attempts,
            answered=account.answered,
            abandoned=account.abandoned,
            abandon_rate=account.rate,
            decisions=decisions,
            answer_rate=learned.answer_rate,
            talk=learned.talk_seconds,
            wrap_up=learned.wrap_up_seconds,
        )


def _there(work: stats.CampaignWork) -> float:
    return work.logged_in - work.pause_total


async def _open(client: Client, zone: ZoneInfo, seconds: float) -> datetime:
    """Start the campaigns, to call for at least so long; gives the moment at which their calling window closes."""
    closes = (datetime.now(zone) + timedelta(seconds=seconds + 60)).replace(second=0, microsecond=0)
    window = f"mon-sun 0:00-{closes.hour}:{closes.minute:02}"
    for mode in MODES:
        await client.call(campaigns.SET, campaigns.CampaignSet(name=mode, settings={"calling_window": window}))
        await client.call(campaigns.START, base.Named(name=mode))
    return closes


async def _until_ready(client: Client, count: int) -> None:
    async with asyncio.timeout(SEATED):
        while (await client.call(system.STATUS, base.Nothing())).agents.get("ready", 0) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)  # the condition is asked of another process


async def _work_done(client: Client, since: str) -> dict[str, stats.CampaignWork]:
    """By campaign, since that moment."""
    found = await client.call(stats.CAMPAIGNS, stats.CampaignsOf(since=since))
    return {campaign.name: campaign for campaign in found.campaigns}


async def _ended(client: Client, since: str, mode: str) -> tuple[int, stats.CampaignWork, pacing.Pacing]:
    name = base.Named(name=mode)
    shown = await client.call(campaigns.SHOW, name)
    return shown.id, (await _work_done(client, since))[mode], await client.call(pacing.SHOW, name)
