"""The store cannot be written for a while: a full disk, a failing one, a lock that is kept, a file moved away."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from minidialer.lab.chaos.call_centre import CallCentre, Plan, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import Silence, leads_for, work_through
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.small_disk import SmallDisk, small_disk
from minidialer.lab.strace import ensure_strace, failing_with

TOLD, RECOVERED = 6.0, 5.0  # seconds until the alarm, and until it is gone
LASTS = 6.0  # seconds
MEGABYTES = 64
_UNDER_WAY = 1.0  # seconds from the commit of an attempt to the carrier's note of its call
_LOOK = 0.1  # seconds
_READS = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
while store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
    pass
store.execute("BEGIN")
store.execute("SELECT count(*) FROM lead").fetchone()
print("reads", flush=True)
sys.stdin.read()
"""

Cause = Callable[[CallCentre], AbstractAsyncContextManager[None]]


async def happens(cause: Cause, context: Context, centre: CallCentre, findings: Findings) -> Silence | None:
    """It is told, nothing is dialled while it is, and all goes on by itself when the cause has gone."""
    async with cause(centre):
        if await until(partial(_alarmed, centre), context.limit(TOLD)) is None:
            findings.stuck(f"no alarm {context.limit(TOLD):g} s after the cause came")
            return None
        lasts = LASTS * (0.5 if context.short else context.dice.uniform(0.5, 2.0))
        silence = await _while_alarmed(context, centre, lasts)
        gone = time.monotonic()
    before = len(centre.lab.carrier.calls())

    async def calm() -> bool:
        return not await _alarmed(centre)

    async def dials() -> bool:
        return len(centre.lab.carrier.calls()) > before

    if await until(calm, context.limit(RECOVERED)) is None:
        findings.stuck(f"the alarm is still there {context.limit(RECOVERED):g} s after the cause had gone")
    findings.recovered(time.monotonic() - gone)
    if await until(dials, 60) is None:
        raise LabError(f"Dialling did not go on: {centre.daemon.log_tail()}")
    return silence


async def _while_alarmed(context: Context, centre: CallCentre, seconds: float) -> Silence:
    """For so long, or as long as the alarm lasts: on a full disk there may be room in what is there already."""
    begin, end = datetime.now(UTC), time.monotonic() + seconds
    last = begin
    while time.monotonic() < end and await _alarmed(centre):
        last = datetime.now(UTC)
        await asyncio.sleep(_LOOK)
    return Silence(begin + timedelta(seconds=min(context.limit(_UNDER_WAY), seconds / 2)), last)


async def _alarmed(centre: CallCentre) -> bool:
    return any("othing new is dialled" in alarm.text for alarm in (await centre.status()).alarms)


# -- causes ----------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def full(disk: SmallDisk, centre: CallCentre) -> AsyncIterator[None]:
    """No byte is left. The log is empty, and somebody reads meanwhile: it must grow, and cannot begin anew."""
    reader = await asyncio.create_subprocess_exec(
        *(*disk.prefix, sys.executable, "-c", _READS, str(centre.daemon.store)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert reader.stdout is not None  # noqa: S101 — it is a pipe
        if await reader.stdout.readline() != b"reads\n":
            raise LabError("The store cannot be read beside the daemon.")
        await asyncio.to_thread(disk.fill)
        yield
    finally:
        disk.free()
        reader.kill()
        await reader.wait()


@contextlib.asynccontextmanager
async def failing(centre: CallCentre) -> AsyncIterator[None]:
    """No byte more of any file is taken: what a broken disk or a quota does to a running process."""
    pid = centre.daemon.pid
    if pid is None:
        raise LabError("The daemon does not run.")
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.asynccontextmanager
async def read_only(strace: Sequence[str], centre: CallCentre) -> AsyncIterator[None]:
    """Every change is refused with EROFS, as when a disk error made the kernel mount the file system read-only.

    Mounting it so by hand is refused (EBUSY) while the daemon has files open on it.
    """
    pid, store = centre.daemon.pid, centre.daemon.store
    if pid is None:
        raise LabError("The daemon does not run.")
    files = [store.with_name(store.name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
    async with failing_with(strace, "EROFS", pid, files):
        yield


@contextlib.asynccontextmanager
async def locked(centre: CallCentre) -> AsyncIterator[None]:
    """Another process writes, and does not come to an end."""
    other = await asyncio.to_thread(_lock, centre.daemon.store)
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def _lock(store: Path) -> sqlite3.Connection:
    other = sqlite3.connect(store, isolation_level=None, timeout=30, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other


@contextlib.asynccontextmanager
async def moved(centre: CallCentre) -> AsyncIterator[None]:
    """Somebody moves the file: SQLite calls it read-only from then on, rather than write where nobody looks."""
    store = centre.daemon.store
    away = store.with_suffix(".moved")
    store.rename(away)
    try:
        yield
    finally:
        away.rename(store)


# -- faults ----------------------------------------------------------------------------------------------------------


async def _by(name: str, cause: Cause, context: Context) -> Outcome:
    findings = await work_through(context, [partial(happens, cause)], Plan(leads_for(context)))
    return findings.outcome(name, context.times)


async def _read_only(context: Context) -> Outcome:
    strace = await asyncio.to_thread(ensure_strace, partial(context.progress, 0))
    return await _by("disk-read-only", partial(read_only, strace), context)


async def _disk_full(context: Context) -> Outcome:
    async with small_disk(context.home / "disk", MEGABYTES) as disk:

        def furnish(daemon: DaemonProcess) -> None:
            daemon.prefix, daemon.store_folder = disk.prefix, disk.folder

        plan = Plan(leads_for(context), furnish=furnish)
        findings = await work_through(context, [partial(happens, partial(full, disk))], plan, disk)
    return findings.outcome("disk-full", context.times)


FAULTS = (
    Fault("disk-full", "The disk of the store has no byte left while calls flow.", _disk_full, times=10, short=1),
    Fault(
        "disk-failing",
        "Every write of the daemon's to a file fails while calls flow.",
        partial(_by, "disk-failing", failing),
        times=10,
        short=1,
    ),
    Fault(
        "disk-read-only",
        "Every change of the store's files is refused with EROFS while calls flow, as on a disk that fell read-only.",
        _read_only,
        times=10,
        short=1,
    ),
    Fault(
        "store-locked",
        "Another process holds an exclusive transaction on the store while calls flow.",
        partial(_by, "store-locked", locked),
        times=10,
        short=1,
    ),
    Fault(
        "store-moved",
        "The store's file is moved away, which makes it read-only, and back again while calls flow.",
        partial(_by, "store-moved", moved),
        times=10,
        short=1,
    ),
)
