"""One shift on a real Asterisk in which everything happens to the store and to the clock, one after the other.

`minidialer chaos` tries each by itself, and often; here there is one call centre for all of them.
"""

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from minidialer.lab.chaos import Context
from minidialer.lab.chaos.call_centre import Plan
from minidialer.lab.chaos.faults.backup_taken import is_backed_up
from minidialer.lab.chaos.faults.clock_stepped import both_ways
from minidialer.lab.chaos.faults.store_trouble import failing, happens, locked, moved, read_only
from minidialer.lab.chaos.shift import Happening, work_through
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.faketime import settable_clock
from minidialer.lab.small_disk import small_disk
from minidialer.lab.strace import ensure_strace

from .trying import assert_harmless

pytestmark = pytest.mark.pbx


@pytest.mark.timeout(240)
async def test_whatever_happens_to_the_store_and_the_clock(tmp_path: Path) -> None:
    told: list[str] = []
    missing: list[str] = []
    context = Context(tmp_path, 1, random.Random(5), lambda done, what: told.append(what), short=True)
    backups = tmp_path / "backups"
    backups.mkdir()
    happenings: list[Happening] = [partial(happens, cause) for cause in (failing, locked, moved)]
    happenings.append(partial(is_backed_up, backups))
    try:
        strace = await asyncio.to_thread(ensure_strace, told.append)
    except LabError as error:
        missing.append(str(error))
    else:
        happenings.append(partial(happens, partial(read_only, strace)))
    clock = None
    try:
        clock = await asyncio.to_thread(settable_clock, tmp_path, told.append)
    except LabError as error:  # no network, or no Debian
        missing.append(str(error))
    else:
        happenings += both_ways(clock)

    def furnish(daemon: DaemonProcess) -> None:
        daemon.environment |= clock.environment if clock is not None else {}

    findings = await work_through(context, happenings, Plan(leads=250, agents=3, furnish=furnish))
    outcome = findings.outcome("all", 1)
    assert outcome.good, "\n".join((*outcome.details, *told[-3:]))
    if missing:
        pytest.skip(f"all but this was tried: {'; '.join(missing)}")


async def test_a_full_disk(tmp_path: Path) -> None:
    try:
        async with small_disk(tmp_path / "probe", 1):
            pass
    except LabError as error:
        pytest.skip(str(error))
    await assert_harmless("disk-full", tmp_path)
