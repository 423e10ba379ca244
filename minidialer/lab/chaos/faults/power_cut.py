"""Power cuts: a writer is stopped at any moment, its files are copied and spoilt as a power cut spoils them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.power import copied, cut
from minidialer.lab.children import ending_with_us
from minidialer.lab.errors import LabError
from minidialer.store.database import Database
from minidialer.store.errors import StoreError
from minidialer.store.schema import attempt, call_tally, lead

NAME = "power-cut"
FULL = 2  # of SQLite's synchronous: a commit waits for its log; what is synced is taken from it here
_START = 20.0  # seconds


@dataclass
class Promised:
    """What the writer has said so far. `salt`, `frames`: how much of which log is committed, and so to be synced."""

    attempts: set[int] = field(default_factory=set)
    saved: dict[int, str] = field(default_factory=dict)
    salt: bytes = b""
    frames: int = 0
    synchronous: int = 0

    def hear(self, line: str) -> None:
        """One line of the writer's."""
        told = json.loads(line)
        self.attempts.update(told.get("attempts", ()))
        self.saved |= {int(attempt_id): notes for attempt_id, notes in told.get("saved", {}).items()}
        self.salt, self.frames = bytes.fromhex(told["salt"]), told["frames"]
        self.synchronous = told["synchronous"]


class Writer:
    """A process that writes without a pause, and can be stopped at any moment."""

    def __init__(self, store: Path, process: asyncio.subprocess.Process, heard: int) -> None:
        self.store = store
        self.promised = Promised()
        self._process = process
        self._heard = heard
        self._rest = b""

    def listen(self) -> None:
        """Take in what it has said up to now."""
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._heard, 1 << 16):
                *lines, self._rest = (self._rest + data).split(b"\n")
                for line in lines:
                    self.promised.hear(line.decode())

    async def stopped_copy(self, folder: Path) -> Path:
        """A copy of its files at one moment. Raises LabError when it is not there any more."""
        if self._process.returncode is not None:
            raise LabError("The writer has ended.")
        self._process.send_signal(signal.SIGSTOP)
        try:
            while _state(self._process.pid) not in "tT":  # noqa: ASYNC110 — the kernel tells by no event
                await asyncio.sleep(0.001)
            self.listen()
            return await asyncio.to_thread(copied, self.store, folder)
        finally:
            self._process.send_signal(signal.SIGCONT)


@contextlib.asynccontextmanager
async def writer(home: Path) -> AsyncIterator[Writer]:
    """Up and writing."""
    store = home / "store.sqlite"
    heard, said = os.pipe()
    os.set_blocking(heard, False)
    with (home / "writer.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *ending_with_us("KILL"),
            *(sys.executable, "-m", "minidialer.lab.chaos.store_writer", str(store)),
            stdout=said,
            stderr=log,
        )
    os.close(said)
    try:
        works = Writer(store, process, heard)
        deadline = time.monotonic() + _START
        while not works.promised.saved:
            works.listen()
            if process.returncode is not None or time.monotonic() > deadline:
                raise LabError(f"The writer does not write: {(home / 'writer.log').read_text()[-300:]}")
            await asyncio.sleep(0.01)
        yield works
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        os.close(heard)


async def run(context: Context) -> Outcome:
    """Cut the power so many times; each time, what is left must open and hold everything promised."""
    findings = Findings()
    async with writer(context.home) as works:
        if works.promised.synchronous < FULL:
            findings.lost("commits are called saved before they are on the disk: synchronous is not FULL")
        for index in range(context.times):
            await asyncio.sleep(context.dice.uniform(0.0, 0.1))
            folder = context.home / f"cut-{index}"
            copy = await works.stopped_copy(folder)
            promised = works.promised
            await asyncio.to_thread(cut, copy, promised.salt, promised.frames, context.dice)
            await check(copy, promised, findings)
            shutil.rmtree(folder)
            context.progress(index + 1, f"{len(promised.saved)} forms written")
    return findings.outcome(NAME, context.times)


async def check(copy: Path, promised: Promised, findings: Findings) -> None:
    """Open it as the daemon would, and look for everything."""
    began = time.monotonic()
    try:
        async with Database.open(copy) as db:
            findings.recovered(time.monotonic() - began)
            findings.lost(*(f"{copy.parent.name}: {problem}" for problem in await db.problems()))
            async with db.read() as conn:
                await _compare(conn, promised, findings)
    except StoreError as error:
        findings.stuck(str(error))


async def _compare(conn: AsyncConnection, promised: Promised, findings: Findings) -> None:
    rows = (await conn.execute(sa.select(attempt.c.id, attempt.c.notes, attempt.c.saved_at))).all()
    notes = {row.id: row.notes for row in rows if row.saved_at is not None}
    there = {row.id for row in rows}
    findings.lost(
        *(f"attempt {attempt_id} was claimed and is gone" for attempt_id in sorted(promised.attempts - there)),
        *(
            f"form {attempt_id} was saved and is gone"
            for attempt_id, said in promised.saved.items()
            if notes.get(attempt_id) != said
        ),
    )
    live = sa.select(attempt.c.lead_id).where(~attempt.c.settled)
    halves = sa.select(sa.func.count()).where((lead.c.state == LeadState.LIVE) != lead.c.id.in_(live))
    if count := (await conn.execute(halves)).scalar_one():
        findings.lost(f"{count} leads and their attempts are of different moments")
    dialled = sa.select(sa.func.count()).where(attempt.c.dialled_at.is_not(None)).scalar_subquery()
    tally = sa.select(sa.func.coalesce(sa.func.sum(call_tally.c.attempts), 0)).where(call_tally.c.span == 60)
    if (await conn.execute(tally)).scalar_one() != (await conn.execute(sa.select(dialled))).scalar_one():
        findings.lost("the tally of calls is of another moment than the calls")


def _state(pid: int) -> str:
    """One letter, proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


FAULTS = (
    Fault(
        NAME,
        "The power fails while the store is written: unsynced sectors are lost, torn or garbage.",
        run,
        times=500,
        short=15,
    ),
)
