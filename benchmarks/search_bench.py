"""Browsing and searching a list: run `python -m benchmarks.search_bench [LEADS]` (a million by default).

Prints, for each kind of search, the first page, and the whole list searched call after call; how long the event loop is
kept from other work meanwhile, which is what a join would wait for; and what an export takes.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from minidialer.control import wire
from minidialer.control.models.leads import LeadsFound
from minidialer.daemon.use_cases.lead_views import Names
from minidialer.exporting.leads import LeadsFile
from minidialer.importing.load import LoadOptions, load
from minidialer.importing.source import Row
from minidialer.store.database import Database
from minidialer.store.lead_search import Wanted, search

from .store_bench import in_ms, say

ENOUGH = 3000  # leads: a front-end scrolls no further
SEARCHES = {
    "browsing": Wanted(1),
    "a number": Wanted(1, "+48 500 000 000"),
    "the end of a number": Wanted(1, "0077712"),
    "digits in the middle": Wanted(1, "12345"),
    "two digits": Wanted(1, "12"),
    "a frequent text (gdansk)": Wanted(1, "gdansk"),
    "a rare text (rzadki 77)": Wanted(1, "rzadki 77"),
    "no such text (wxyz)": Wanted(1, "wxyz"),
    "no such text, marks in every letter (zażół)": Wanted(1, "zażółz"),
    "no lead of this state": Wanted(1, state="closed"),
    "a text in its leads alone (Anna), of a state": Wanted(1, "Anna", state="fresh"),
}


def rows(count: int) -> Iterator[Row]:
    """Leads of eight fields and some 250 bytes, numbers in no order."""
    cities = ("Gdańsk", "Łódź", "Kraków", "Wrocław")
    for index in range(count):
        number = f"+48{500_000_000 + index * 7_919_993 % 400_000_000}"
        fields = {
            "imię": "Jan" if index % 3 else "Anna",
            "nazwisko": f"Kowalska-Nowak {index % 1000}",
            "firma": f"Przedsiębiorstwo Handlowe {index}",
            "ulica": f"Długa {index % 300}",
            "miasto": cities[index % 4],
            "e-mail": f"osoba{index}@przyklad.pl",
            "NIP": f"{1_000_000_000 + index}",
            "uwagi": "Rzadki 77" if index == count - 10 else "klient od lat",
        }
        yield Row(index + 1, number, fields)


class Lag:
    """How late the loop gets to what should run every millisecond."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.seen.append(time.perf_counter() - began - 0.001)


async def bench_searches(db: Database) -> None:
    """First pages, and whole searches as a front-end makes them."""
    async with db.read() as conn:
        names = await Names.read(conn)
    for name, wanted in SEARCHES.items():
        times: list[float] = []
        found = 0
        place: int | None = 0
        while place is not None and found < ENOUGH:
            began = time.perf_counter()
            page = await search(db, wanted, time.monotonic, after=place)
            times.append(time.perf_counter() - began)
            place, found = page.next, found + len(page.leads)
            wire.line(wire.success(1, LeadsFound(leads=[names.lead(record, 3) for record in page.leads])))
        whole = "" if place is None else " so far"
        say(
            name, f"first page {times[0] * 1000:.1f} ms, {found} found in {len(times)} calls, {sum(times):.2f} s{whole}"
        )


async def bench_export(db: Database, folder: Path, count: int) -> None:
    """All leads to a file, without the socket between."""
    async with db.read() as conn:
        names = await Names.read(conn)
    for name in ("leads.csv", "leads.xlsx"):
        began = time.perf_counter()
        with LeadsFile(folder / name, zone=ZoneInfo("Europe/Warsaw")) as file:
            place: int | None = 0
            while place is not None and file.count < count:
                page = await search(db, Wanted(1), time.monotonic, after=place, limit=500)
                file.add([names.lead(record, 3) for record in page.leads])
                place = page.next
            file.finish()
        size = (folder / name).stat().st_size / 1e6
        say(f"export of {file.count} leads to {name}", f"{time.perf_counter() - began:.1f} s, {size:.0f} MB")


async def bench(folder: Path, count: int) -> None:
    """All of it."""
    async with Database.open(folder / "store.db") as db:
        began = time.perf_counter()
        await load(db, rows(count), LoadOptions("big", create_list=True), lambda: datetime.now(UTC))
        say(f"import of {count} rows of 8 fields", f"{time.perf_counter() - began:.1f} s")
        await db.checkpoint()
        say("  the store", f"{(folder / 'store.db').stat().st_size / 1e6:.0f} MB")
        lag = Lag()
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(lag.watch())
            await bench_searches(db)
            watching.cancel()
        say("the loop kept from other work meanwhile", in_ms(lag.seen))
        await bench_export(db, folder, count // 10)


def main() -> None:
    """All figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench(Path(folder), count))


if __name__ == "__main__":
    main()
