"""Labs start in seconds, side by side, and leave nothing behind however they end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from minidialer.lab import Behaviour, Lab
from minidialer.lab import ports as ports_module
from minidialer.lab.errors import AsteriskStartError, LabError
from minidialer.lab.ports import LabPorts, keep_port

from .test_lab_joins import answered_customer
from .wire import Wire

pytestmark = pytest.mark.pbx


async def test_two_labs_run_side_by_side(lab: Lab) -> None:
    start = time.monotonic()
    async with Lab(phones=2) as other:
        assert time.monotonic() - start < 50  # a second on a quiet machine
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
        "        await asyncio.sleep(300)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in (await asyncio.wait_for(process.stdout.readline(), 60)).split()]
    assert all(is_asterisk(pid) for pid in pids)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    async with asyncio.timeout(15):
        while any(is_asterisk(pid) for pid in pids):  # noqa: ASYNC110 — they are not our children
            await asyncio.sleep(0.05)


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


def test_port_blocks_do_not_overlap_and_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports_module, "_FIRST", 4_000)  # where no lab of another test takes what is given back
    monkeypatch.setattr(ports_module, "_LAST", 9_999)
    first, second = LabPorts.reserve(), LabPorts.reserve()
    spans = sorted((span.first, span.last) for ports in (first, second) for span in (ports.pbx_rtp, ports.carrier_rtp))
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    base = first.pbx_sip
    first.release()
    third = LabPorts.reserve()
    assert third.pbx_sip == base
    second.release()
    third.release()


async def test_a_port_that_is_kept_is_for_a_server_of_ours_alone() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    with keep_port() as keeper, socket.socket() as other:
        port = keeper.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        for _ in range(2):  # a daemon is started again on its port
            async with await asyncio.start_server(hang_up, "127.0.0.1", port):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                assert await reader.read() == b""
                writer.close()


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
