"""Labs start in seconds, side by side, and leave nothing behind however they end."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from minidialer.lab import Behaviour, Lab
from minidialer.lab.errors import AsteriskStartError, LabError
from minidialer.lab.ports import LabPorts

from .test_lab_joins import answered_customer
from .wire import Wire

pytestmark = pytest.mark.pbx


async def test_two_labs_run_side_by_side(lab: Lab) -> None:
    start = time.monotonic()
    async with Lab(phones=2) as other:
        assert time.monotonic() - start < 15  # a second on a quiet machine
        ports = {running.pbx.manager.port for running in (lab, other)}
        assert len(ports) == 2
        for running in (lab, other):
            async with Wire(running.pbx.manager) as wire:
                await running.carrier.force("+48600100600", Behaviour.ANSWER, ring=0)
                customer = await answered_customer(running, wire, "+48600100600")
                await wire.hang_up(customer)
                await wire.event("Hangup", customer)
        home = other.home
    assert not home.exists()


async def test_a_killed_parent_takes_both_asterisks_along(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys\n"
        "from minidialer.lab import Lab\n"
        "async def main():\n"
        "    async with Lab(phones=0, home=pathlib.Path(sys.argv[1])) as lab:\n"
        "        print(lab.pbx.pid, lab.carrier.pid, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in (await asyncio.wait_for(process.stdout.readline(), 30)).split()]
    assert all(is_asterisk(pid) for pid in pids)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    await asyncio.sleep(0.5)
    assert not any(is_asterisk(pid) for pid in pids)


async def test_an_asterisk_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    (tmp_path / "pbx" / "lib" / "astdb.sqlite3").mkdir(parents=True)  # Asterisk cannot live without this file
    with pytest.raises(AsteriskStartError, match=r"The PBX of the lab ended .* ends with:\n(.*\n)*.*astdb"):
        async with Lab(phones=0, home=tmp_path):
            raise AssertionError("it must not start")
    assert not [line for line in all_command_lines() if str(tmp_path).encode() in line]


async def test_the_pbx_can_be_killed_and_started_again() -> None:
    async with Lab(phones=1) as lab:
        await lab.pbx.kill()
        assert not lab.pbx.running
        with pytest.raises(LabError, match="did not take"):
            await lab.pbx.rx("core show uptime")
        await lab.start_pbx_again()
        await lab.carrier.force_all(Behaviour.ANSWER, ring=0)
        async with Wire(lab.pbx.manager) as wire:
            await answered_customer(lab, wire, "+48600100601")


def test_port_blocks_do_not_overlap_and_are_given_back() -> None:
    first, second = LabPorts.reserve(), LabPorts.reserve()
    spans = sorted((span.first, span.last) for ports in (first, second) for span in (ports.pbx_rtp, ports.carrier_rtp))
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    base = first.pbx_sip
    first.release()
    third = LabPorts.reserve()
    assert third.pbx_sip == base
    second.release()
    third.release()


def is_asterisk(pid: int) -> bool:
    """Whether that process lives and is an Asterisk."""
    return b"asterisk" in command_line(pid)


def all_command_lines() -> list[bytes]:
    """The command lines of all processes."""
    return [command_line(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")]


def command_line(pid: int) -> bytes:
    """The command line of a process, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
