"""How long statistics take over a million attempts, and whether the dialer feels it: python -m benchmarks.stats_bench.

A year of forty agents in four campaigns: 1 000 000 attempts, 360 000 talks, 1 440 000 states.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock, MagicMock
from zoneinfo import ZoneInfo

from minidialer.control.models import figures as figure_models
from minidialer.control.models import stats as models
from minidialer.daemon.use_cases import figures, stats
from minidialer.daemon.use_cases.desk import DAEMON
from minidialer.domain.commands import Claim
from minidialer.store.database import Database
from minidialer.store.journal import Journal
from minidialer.store.upgrade import prepare

from .store_bench import ended, in_ms, say, timed

AGENTS, CAMPAIGNS = 40, 4
END = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)
BEGIN = END - timedelta(days=365)
_US = 1_000_000
_OUTCOMES = (
    *("answered", "busy", "no_answer", "answered", "no_answer", "invalid"),
    *("answered", "no_answer", "abandoned", "answered", "machine"),
)


def fill(path: Path, attempts: int) -> None:
    """A year of work, spread over its days."""
    prepare(path)
    raw = sqlite3.connect(path)
    first, last = (int(moment.timestamp()) * _US for moment in (BEGIN, END))
    step = (last - first) // attempts
    raw.executescript("PRAGMA synchronous = OFF; BEGIN")
    raw.execute("INSERT INTO lead_list (id, name, name_key, created_at) VALUES (1, 'l', 'l', 0)")
    raw.execute("INSERT INTO disposition (id, name, name_key, success) VALUES (1, 'a', 'a', 1), (2, 'b', 'b', 0)")
    for key in range(1, CAMPAIGNS + 1):
        sql = "INSERT INTO campaign (id, list_id, name, name_key, settings, created_at) VALUES (?, 1, ?, ?, '{}', 0)"
        raw.execute(sql, (key, f"c{key}", f"c{key}"))
    for key in range(1, AGENTS + 1):
        raw.execute(
            "INSERT INTO agent (id, login, login_key, created_at) VALUES (?, ?, ?, 0)", (key, str(key), str(key))
        )
    leads = ((key, f"+48{key:09d}") for key in range(1, attempts + 1))
    raw.executemany("INSERT INTO lead (id, list_id, number, fields) VALUES (?, 1, ?, '{}')", leads)
    began = time.perf_counter()
    raw.executemany(
        "INSERT INTO attempt (id, campaign_id, lead_id, list_id, number, agent_id, state, claimed_at, dialled_at,"
        " answered_at, connected_at, ended_at, outcome, disposition_id, settled)"
        " VALUES (?, ?, ?, 1, ?, ?, 'ended', ?, ?, ?, ?, ?, ?, ?, 1)",
        _calls(attempts, first, step),
    )
    say(f"(insert of {attempts} attempts, counted by triggers)", f"{time.perf_counter() - began:.1f} s")
    spans = attempts * 36 // 100 * 4 // AGENTS
    length = (last - first) // spans

    sql = (
        "INSERT INTO agent_state (agent_id, campaign_id, state, reason, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)"
    )
    raw.executemany(sql, _states(spans, first, length))
    raw.commit()
    (tallied,) = raw.execute("SELECT count(*) FROM call_tally").fetchone()
    say("(rows of states; of the tally)", f"{spans * AGENTS}; {tallied}")
    raw.close()


def _calls(attempts: int, first: int, step: int) -> Iterator[tuple[object, ...]]:
    for key in range(attempts):
        at, outcome = first + key * step, _OUTCOMES[key % len(_OUTCOMES)]
        answered = at + 8 * _US if outcome in ("answered", "abandoned", "machine") else None
        talk = at + 9 * _US if outcome == "answered" else None
        agent, button = (key % AGENTS + 1, key % 2 + 1) if talk else (None, None)
        number, campaign = f"+48{key + 1:09d}", key % CAMPAIGNS + 1
        ended_at = at + 60 * _US
        yield key + 1, campaign, key + 1, number, agent, at, at, answered, talk, ended_at, outcome, button


def _states(spans: int, first: int, length: int) -> Iterator[tuple[object, ...]]:
    names = ("ready", "reserved", "in_call", "wrap_up", "paused")
    for agent in range(1, AGENTS + 1):
        for index in range(spans):
            at, state = first + index * length, names[index % 5]
            reason = f"r{index % 7}" if state == "paused" else ""
            yield agent, index // 500 % CAMPAIGNS + 1, state, reason, at, at + length


def desk_of(db: Database) -> MagicMock:
    """What the use cases reach for: the store, the clock and the zone."""
    desk = MagicMock()
    desk.database, desk.clock, desk.settings.zone = db, lambda: END, ZoneInfo("Europe/Warsaw")
    desk.engine.flushed = AsyncMock()
    return desk


class Loop:
    """How late the loop is: what a join would wait for."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def watch(self) -> None:
        """Every 2 ms."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.002)
            self.late.append(time.perf_counter() - began - 0.002)


async def beside(db: Database, name: str, ask: Callable[[], Awaitable[object]]) -> None:
    """The dialer's claims and ends, and the loop, while somebody asks for this again and again."""
    journal, number = Journal(db), 0

    async def claim_and_end() -> None:
        nonlocal number
        number += 1
        (answer,) = await journal.apply([Claim(number, 1, 1, 2, 3, END)])
        await journal.apply([ended(pick, 1) for pick in answer.picks])
        await asyncio.sleep(0.01)

    async def asking() -> None:
        while True:
            await ask()

    loop = Loop()
    async with asyncio.TaskGroup() as tasks:
        others = [tasks.create_task(loop.watch()), tasks.create_task(asking())]
        took = await timed(200, claim_and_end)
        for other in others:
            other.cancel()
    say(f"claim of 2 and end of both, beside {name}", in_ms([one - 0.01 for one in took]))
    say("  how late the loop was meanwhile", in_ms(loop.late))


async def bench(path: Path) -> None:
    """All figures."""
    async with Database.open(path) as db:
        desk = desk_of(db)

        def agents(since: str) -> Callable[[], Awaitable[object]]:
            return lambda: stats.of_agents(desk, DAEMON, models.AgentsOf(since=since, until="today"))

        def campaigns(since: str) -> Callable[[], Awaitable[object]]:
            return lambda: stats.of_campaigns(desk, DAEMON, models.CampaignsOf(since=since, until="today"))

        def hours(since: str) -> Callable[[], Awaitable[object]]:
            return lambda: stats.by_hour(desk, DAEMON, models.HoursOf(since=since, until="today"))

        asked = figure_models.FiguresOf()
        year, month, day = "2025-05-05", "2026-04-05", "today"
        say(f"figures of {CAMPAIGNS} campaigns", in_ms(await timed(200, lambda: figures.figures(desk, DAEMON, asked))))
        for name, since, times in (("a year", year, 3), ("30 days", month, 10), ("today", day, 50)):
            say(f"statistics of {AGENTS} agents, {name}", in_ms(await timed(times, agents(since))))
            say(f"statistics of {CAMPAIGNS} campaigns, {name}", in_ms(await timed(times, campaigns(since))))
        say("hours, 30 days", in_ms(await timed(5, hours(month))))
        say("hours, today", in_ms(await timed(50, hours(day))))
        await beside(db, "nothing", lambda: asyncio.sleep(1))
        await beside(db, "statistics of agents of a year", agents(year))
        await beside(db, "hours of 30 days", hours(month))


def main() -> None:
    """The whole, or of fewer attempts."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        fill(path, attempts)
        asyncio.run(bench(path))


if __name__ == "__main__":
    main()
