"""A backup while the daemon writes: run `python -m benchmarks.backup_bench [LEADS]` (a million by default).

Prints how long a backup takes, as a multiple of copying the file and bringing the copy to the disk, and how long small
writes take beside it and without it.
"""

import asyncio
import multiprocessing
import shutil
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from minidialer.store.backup import back_up
from minidialer.store.copying import sync
from minidialer.store.database import Database

from .store_bench import import_list, in_ms, say

PAUSE = 0.01  # seconds between two writes: a team of two hundred
ALONE = 300  # writes


async def write(db: Database, number: int) -> float:
    """Seconds of a transaction that changes one lead."""
    began = time.perf_counter()
    async with db.write() as conn:
        await conn.execute(sa.text("UPDATE lead SET due_at = due_at + 1 WHERE id = :id"), {"id": 1 + number * 997})
    return time.perf_counter() - began


async def writes_while(db: Database, process: multiprocessing.process.BaseProcess) -> list[float]:
    """The writes that were done while the process ran."""
    times: list[float] = []
    while process.is_alive():
        times.append(await write(db, len(times) % 1000))
        await asyncio.sleep(PAUSE)
    return times


def nothing_to_tell(share: float) -> None:
    """Nobody watches how much of it is done."""


def take(store: Path, target: Path) -> None:
    """As `minidialer backup` does, in a process of its own."""
    back_up(store, target, nothing_to_tell)


def main() -> None:
    """Fill a store, copy it, back it up."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000

    async def run(folder: Path) -> None:
        store = folder / "store.sqlite"
        async with Database.open(store) as db:
            await import_list(db, count, "list")
            await db.checkpoint()
            alone = []
            for number in range(ALONE):
                alone.append(await write(db, number))
                await asyncio.sleep(PAUSE)
            began = time.perf_counter()
            await asyncio.to_thread(shutil.copyfile, store, folder / "copy")
            await asyncio.to_thread(sync, folder / "copy")
            floor = time.perf_counter() - began
            process = multiprocessing.get_context("spawn").Process(target=take, args=(store, folder / "backup"))
            began = time.perf_counter()
            process.start()
            beside = await writes_while(db, process)
            process.join()
            took = time.perf_counter() - began
        if process.exitcode != 0:
            sys.exit("The backup failed.")
        size = (folder / "backup").stat().st_size / 1e6
        say(
            f"backup of {count} leads, {size:.0f} MB",
            f"{took:.2f} s, {took / floor:.1f} times a plain copy on the disk",
        )
        say("a write without it", in_ms(alone))
        say("a write beside it", in_ms(beside))

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


if __name__ == "__main__":
    main()
