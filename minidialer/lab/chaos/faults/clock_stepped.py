"""The machine's clock is set an hour ahead or back while calls flow, and put right again."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial

from minidialer.lab.chaos.call_centre import CallCentre, Plan, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import Happening, leads_for, work_through
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.faketime import SettableClock, settable_clock

NAME = "clock-stepped"
TOLD, RECOVERED = 3.0, 3.0  # seconds until the alarm, and until it is gone
_AN_HOUR = timedelta(hours=1)


async def steps(clock: SettableClock, off: timedelta, context: Context, centre: CallCentre, findings: Findings) -> None:
    """It is told, calls go on meanwhile, and nothing is told any more once the clock is right."""

    async def alarmed() -> bool:
        return any("clock was set" in alarm.text for alarm in (await centre.status()).alarms)

    async def calm() -> bool:
        return not await alarmed()

    before = len(centre.lab.carrier.calls())

    async def dials() -> bool:
        return len(centre.lab.carrier.calls()) > before + 1

    clock.set_by(off)
    if await until(alarmed, context.limit(TOLD)) is None:
        findings.stuck(f"no alarm {context.limit(TOLD):g} s after the clock was set by {off}")
    if await until(dials, 30) is None:
        findings.stuck(f"nobody is called any more after the clock was set by {off}")
    await asyncio.sleep(0 if context.short else context.dice.uniform(0.0, 8.0))
    clock.set_by(timedelta())
    put_right = time.monotonic()
    if await until(calm, context.limit(RECOVERED)) is None:
        findings.stuck(f"the alarm is still there {context.limit(RECOVERED):g} s after the clock was put right")
    findings.recovered(time.monotonic() - put_right)


def both_ways(clock: SettableClock) -> list[Happening]:
    """An hour ahead, then an hour back."""
    return [partial(steps, clock, _AN_HOUR), partial(steps, clock, -_AN_HOUR)]


async def _run(context: Context) -> Outcome:
    say = partial(context.progress, 0)
    clock = await asyncio.to_thread(settable_clock, context.home, say)

    def furnish(daemon: DaemonProcess) -> None:
        daemon.environment |= clock.environment

    findings = await work_through(context, both_ways(clock), Plan(leads_for(context, 2), furnish=furnish))
    return findings.outcome(NAME, 2 * context.times)


FAULTS = (
    Fault(
        NAME, "The machine's clock is set an hour ahead, and an hour back, while calls flow.", _run, times=5, short=1
    ),
)
