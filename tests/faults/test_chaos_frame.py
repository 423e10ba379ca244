"""The frame the faults run in: what is found is counted once, and what cannot be tried is no success."""

import asyncio
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from minidialer.lab.chaos import Context, Fault, Findings, Outcome, every_fault, try_fault
from minidialer.lab.chaos.watchdog import watchdog
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError


async def test_the_same_finding_counts_once_and_the_worst_recovery_stays(tmp_path: Path) -> None:
    findings = Findings()
    findings.lost("a draft", "a talk", "a draft")
    findings.stuck("an agent")
    findings.recovered(2.5)
    findings.recovered(0.5)
    outcome = findings.outcome("x", 3)
    assert outcome.as_dict() == {
        "fault": "x",
        "times_tried": 3,
        "lost": 2,
        "doubled": 0,
        "stuck": 1,
        "time_to_recover": 2.5,
    }
    assert outcome.details == ("lost: a draft", "lost: a talk", "stuck: an agent")
    assert not outcome.good


async def test_what_else_was_measured_comes_beside_the_columns() -> None:
    findings = Findings()
    findings.measured(reaction_p99_ms=12.3456)
    told = findings.outcome("x", 1).as_dict()
    assert told.pop("figures") == {"reaction_p99_ms": 12.35}
    assert told.keys() == Outcome("y", 1).as_dict().keys()


async def test_a_fault_that_cannot_be_tried_is_told_and_no_success(tmp_path: Path) -> None:
    async def run(context: Context) -> Outcome:
        raise LabError("There is no Asterisk.")

    outcome = await try_fault(
        Fault("x", "Nothing.", run, times=9, short=1), tmp_path, seed=1, progress=lambda done, what: None
    )
    assert (outcome.times_tried, outcome.good) == (0, False)
    assert outcome.details == ("could not be tried: LabError: There is no Asterisk.",)


@pytest.mark.parametrize(("load", "limit", "eased"), [(0.1, 2.0, {}), (99.0, 20.0, {"limits_eased": 1.0})])
async def test_a_limit_that_was_eased_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, load: float, limit: float, eased: dict[str, float]
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
    limits: list[float] = []

    async def run(context: Context) -> Outcome:
        limits.extend((context.limit(2.0), context.limit(2.0)))
        return Outcome("x", context.times)

    outcome = await try_fault(
        Fault("x", "Nothing.", run, times=1, short=1), tmp_path, seed=1, progress=lambda done, what: None
    )
    assert (limits, outcome.figures) == ([limit, limit], eased)


async def test_the_same_seed_rolls_the_same_dice_whatever_else_is_tried(tmp_path: Path) -> None:
    rolled: list[tuple[int, float, bool]] = []

    async def run(context: Context) -> Outcome:
        rolled.append((context.times, context.dice.random(), context.short))
        return Outcome("x", context.times)

    fault = Fault("x", "Nothing.", run, times=9, short=1)
    for folder, short in (("a", False), ("b", True)):
        (tmp_path / folder).mkdir()
        await try_fault(fault, tmp_path / folder, seed=4, progress=lambda done, what: None, short=short)
    assert [(times, short) for times, _, short in rolled] == [(9, False), (1, True)]
    assert rolled[0][1] == rolled[1][1]


def test_every_fault_is_known_by_the_name_it_is_typed_with() -> None:
    for name, fault in every_fault().items():
        assert name == fault.name == name.lower().strip()
        assert " " not in name
        assert fault.about.endswith(".")
        assert fault.times >= fault.short >= 1


async def test_a_watchdog_restarts_who_is_silent_from_ready_to_stopping(tmp_path: Path) -> None:
    said: list[str] = []

    class Silent(DaemonProcess):
        """It says what it is told to say, and its process is one that sleeps."""

        def __init__(self) -> None:
            self.process = subprocess.Popen(["sleep", "60"])

        @property
        def pid(self) -> int | None:
            return self.process.pid if self.process.poll() is None else None

        async def kill(self) -> None:
            self.process.kill()
            said.append(f"ended by {-self.process.wait()}")

        async def start(self) -> None:
            said.append("started")

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        async with watchdog(tmp_path / "notify", 0.2) as dog:
            dog.daemon = Silent()
            daemon.connect(dog.environment["NOTIFY_SOCKET"])
            daemon.send(b"STATUS=not yet")
            await asyncio.sleep(0.5)
            assert said == []
            daemon.send(b"READY=1")
            async with asyncio.timeout(30):
                while dog.restarts == 0:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert said == [f"ended by {signal.SIGABRT}", "started"]
            daemon.send(b"READY=1")
            daemon.send(b"STOPPING=1")
            await asyncio.sleep(0.5)
            assert dog.restarts == 1
