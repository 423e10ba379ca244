"""Figures of the store on this machine: run `python -m benchmarks.store_bench [LEADS]` (a million by default).

Prints one figure a line. Nothing is asserted: tests hold the structure (steps, rows a transaction), this the speed.
"""

import asyncio
import contextlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.commands import Claim, SaveAttempt
from minidialer.domain.events import Pick
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.outcome import Outcome
from minidialer.importing.load import LoadOptions, load
from minidialer.importing.source import Row
from minidialer.store import campaigns, imports, leads, lists, tally
from minidialer.store.database import Database
from minidialer.store.journal import Journal

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SHAPES = {
    "all fresh": "",
    "half closed, half exhausted": "state = iif(id % 2, 'closed', 'retry'), attempts = 9",
    "all not due": "state = iif(id % 2, 'callback', 'retry'), attempts = 1, due_at = 9000000000000000",
    "all do-not-call": "do_not_call = 1",
}


def rows(count: int, first: int = 0) -> Iterator[Row]:
    """Rows as files have them: numbers in no order."""
    for index in range(first, first + count):
        number = f"+48{500_000_000 + index * 7_919_993 % 400_000_000}"
        yield Row(index + 1, number, {"imię": "Jan", "nazwisko": "Kowalski", "miasto": f"Łódź {index % 100}"})


def say(what: str, value: str) -> None:
    """One figure."""
    sys.stdout.write(f"{what:<58} {value}\n")
    sys.stdout.flush()


def in_ms(times: list[float]) -> str:
    """p50, p99 and max of some seconds."""
    ordered = sorted(times)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return f"p50 {p50 * 1000:.2f}  p99 {p99 * 1000:.2f}  max {ordered[-1] * 1000:.2f} ms  (n {len(ordered)})"


async def timed(times: int, work: Callable[[], Awaitable[object]]) -> list[float]:
    """How long each took."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append(time.perf_counter() - began)
    return took


async def import_list(db: Database, count: int, name: str, first: int = 0) -> None:
    """Import a list."""
    await load(db, rows(count, first), LoadOptions(name, create_list=True), lambda: datetime.now(UTC))


class TimedDatabase(Database):
    """Notes how long each transaction keeps others from writing."""

    held: ClassVar[list[float]] = []

    @contextlib.asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """From BEGIN to COMMIT."""
        began = 0.0
        async with super().write(first=first) as conn:
            began = time.perf_counter()
            yield conn
        self.held.append(time.perf_counter() - began)


def import_in_its_own_process(path: Path, count: int, first: int) -> None:
    """What cron does."""

    async def main() -> None:
        async with TimedDatabase.open(path) as db:
            await import_list(db, count, "file", first)
        say("  a transaction of that import", in_ms(TimedDatabase.held))

    asyncio.run(main())


def ended(pick: Pick, campaign_id: int) -> SaveAttempt:
    """An unanswered attempt."""
    attempt = Attempt(pick.attempt_id, campaign_id, pick.lead_id, pick.number, AttemptState.ENDED, claimed_at=NOW)
    attempt.ended_at, attempt.outcome = NOW, Outcome.NO_ANSWER
    return SaveAttempt(attempt, LeadChange(LeadState.RETRY, NOW + timedelta(hours=1)))


class Calls:
    """The daemon's writes: claim two leads, end them."""

    def __init__(self, db: Database, campaign_id: int, list_id: int) -> None:
        self._journal = Journal(db)
        self._campaign_id, self._list_id = campaign_id, list_id
        self._number = 0

    async def claim_and_end(self) -> None:
        """One claim, one commit; then its attempts' ends, one commit."""
        self._number += 1
        (answer,) = await self._journal.apply([Claim(self._number, self._campaign_id, self._list_id, 2, 3, NOW)])
        await self._journal.apply([ended(pick, self._campaign_id) for pick in answer.picks])


async def bench_shapes(path: Path, count: int) -> None:
    """Claims and counts on lists of every shape, all of this many leads."""
    async with Database.open(path) as db:
        began = time.perf_counter()
        await import_list(db, count, "big")
        took = time.perf_counter() - began
        say(f"import of {count} rows", f"{took:.1f} s, {count / took:.0f} rows/s")
        async with db.write() as conn:
            campaign = await campaigns.add(conn, "c", NOW, list_id=1)
        for shape, change in SHAPES.items():
            if change:
                began = time.perf_counter()
                async with db.write() as conn:
                    await conn.execute(sa.text(f"UPDATE lead SET {change} WHERE state <> 'live'"))
                say(f"  (update of all leads to: {shape})", f"{time.perf_counter() - began:.1f} s")
            calls = Calls(db, campaign.id, 1)
            say(f"claim of 2 and end of both, {shape}", in_ms(await timed(100, calls.claim_and_end)))
        await bench_reads(db)
        async with db.write() as conn:
            await conn.execute(sa.text("UPDATE lead SET do_not_call = 0, state = 'retry', due_at = 0"))
        began = time.perf_counter()
        done = await lists.reset_attempts(db, 1)
        say(f"reset of {done} attempt counters, in steps of {lists.STEP}", f"{time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        undone = await imports.undo(db, 1, NOW)
        say(f"undo of the import: {undone.removed} removed", f"{time.perf_counter() - began:.1f} s")


async def bench_reads(db: Database) -> None:
    """What panels and commands read."""

    async def panel() -> None:
        async with db.read() as conn:
            await tally.counts(conn, 1)

    async def page() -> None:
        async with db.read() as conn:
            await leads.page(conn, 1, after=500_000)

    async def find() -> None:
        async with db.read() as conn:
            await leads.find(conn, "+48500000000")

    for name, work in {"counts of the panel": panel, "a page of 500 leads": page, "a lead by number": find}.items():
        say(name, in_ms(await timed(100, work)))


async def bench_contention(path: Path, count: int) -> None:
    """The daemon's writes alone, then beside an import in another process."""
    async with Database.open(path) as db, asyncio.TaskGroup() as tasks:
        await import_list(db, 20_000, "dialled")
        async with db.write() as conn:
            campaign = await campaigns.add(conn, "c", NOW, list_id=1)
        calls = Calls(db, campaign.id, 1)
        checkpoints = tasks.create_task(db.maintain())
        say("claim of 2 and end of both (2 commits), alone", in_ms(await timed(300, calls.claim_and_end)))
        importer = multiprocessing.get_context("spawn").Process(
            target=import_in_its_own_process, args=(path, count, 1_000_000)
        )
        importer.start()
        took: list[float] = []
        began = time.perf_counter()
        while importer.is_alive():
            took += await timed(1, calls.claim_and_end)
            await asyncio.sleep(0.01)
        importer.join()
        say(f"the same beside an import of {count} rows", in_ms(took))
        say("  that import", f"{time.perf_counter() - began:.1f} s")
        checkpoints.cancel()


def main() -> None:
    """All figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench_contention(Path(folder) / "contention.db", max(1000, count // 5)))
        asyncio.run(bench_shapes(Path(folder) / "shapes.db", count))


if __name__ == "__main__":
    main()
