"""The daemon hangs: for a while, and for longer than the watchdog of its service allows."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from minidialer.lab.chaos.books import copied_store, promises_broken
from minidialer.lab.chaos.call_centre import CallCentre, Plan, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.convergence import converge, goes_on
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import Happening, leads_for, work_through
from minidialer.lab.chaos.watchdog import Watchdog, watchdog
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError

ALLOWED = 6.0  # seconds; the unit says 20, which is only longer to wait for
RIGHT = 15.0  # seconds until the daemon is right again, from its end by the watchdog or from the end of the hang


async def for_a_while(dog: Watchdog, context: Context, centre: CallCentre, findings: Findings) -> None:
    """Nobody restarts it, and nothing that happened meanwhile is lost: what it was sent waits for it."""
    restarts = dog.restarts
    pid = _hang(centre)
    await asyncio.sleep(context.dice.uniform(0.3, ALLOWED / 2 - 0.5))
    os.kill(pid, signal.SIGCONT)
    await converge(centre, findings, context.limit(RIGHT), since=time.monotonic())
    if dog.restarts != restarts:
        findings.stuck(f"the watchdog ended a daemon that hung for less than {ALLOWED / 2:g} s")


async def for_ever(dog: Watchdog, context: Context, centre: CallCentre, findings: Findings) -> None:
    """The watchdog ends it and it is started again, as after a kill."""
    restarts, begin, hung = dog.restarts, datetime.now(UTC), time.monotonic()
    _hang(centre)
    await asyncio.sleep(0.1)  # what the pages answered before is read by now
    with copied_store(centre.daemon.store) as copy:
        findings.lost(*promises_broken(copy, centre.ledger))

    async def restarted() -> bool:
        return dog.restarts > restarts

    if await until(restarted, context.limit(ALLOWED + RIGHT)) is None:
        raise LabError(f"The watchdog did not bring the daemon back: {centre.daemon.log_tail()}")
    await converge(centre, findings, context.limit(RIGHT), since=hung)
    centre.trouble(begin)
    await goes_on(centre, findings)


def _hang(centre: CallCentre) -> int:
    pid = centre.daemon.pid
    if pid is None:
        raise LabError("The daemon does not run.")
    os.kill(pid, signal.SIGSTOP)
    return pid


def both(dog: Watchdog) -> list[Happening]:
    """A short hang, and one without end."""
    return [partial(for_a_while, dog), partial(for_ever, dog)]


def watched(dog: Watchdog, daemon: DaemonProcess) -> None:
    """Let the watchdog have this daemon."""
    daemon.environment |= dog.environment
    dog.daemon = daemon


async def _run(context: Context) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="minidialer-notify-") as folder:
        async with watchdog(Path(folder) / "notify", ALLOWED) as dog:
            plan = Plan(leads_for(context, 2), furnish=partial(watched, dog))
            findings = await work_through(context, both(dog), plan)
    return findings.outcome("daemon-hung", 2 * context.times)


FAULTS = (
    Fault(
        "daemon-hung",
        "The daemon hangs (SIGSTOP) for up to 2.5 s, and for ever until the watchdog ends and restarts it.",
        _run,
        times=10,
        short=1,
    ),
)
