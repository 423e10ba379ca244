"""Asterisk is killed, or stopped, and started again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from minidialer.lab.chaos.books import check_books
from minidialer.lab.chaos.call_centre import CallCentre, Plan, call_centre
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.convergence import converge, goes_on
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome

RESYNCED = 15.0  # seconds from the end of its boot to a daemon that is right about it
LEADS_A_TIME = 30

End = Callable[[CallCentre], Awaitable[None]]


async def run(context: Context, *, name: str, end: End) -> Outcome:
    """End it `context.times` times while calls flow."""
    findings = Findings()
    async with call_centre(context, Plan(leads=100 + LEADS_A_TIME * context.times)) as centre:
        for done in range(context.times):
            context.progress(done, f"{len(centre.ledger.saved)} forms saved")
            await asyncio.sleep(context.dice.uniform(1.0, 5.0))
            begin = datetime.now(UTC)
            await end(centre)
            await asyncio.sleep(context.dice.uniform(0.0, 4.0))
            await centre.lab.pbx.boot()
            back = time.monotonic()
            await centre.lab.connect_again()
            await converge(centre, findings, context.limit(RESYNCED), since=back)
            centre.trouble(begin)
            await goes_on(centre, findings)
    await check_books(centre, findings, talks_may_end=True)
    return findings.outcome(name, context.times)


async def _kill(centre: CallCentre) -> None:
    await centre.lab.pbx.kill()


async def _stop(centre: CallCentre) -> None:
    await centre.lab.pbx.stop()


FAULTS = (
    Fault(
        "asterisk-killed",
        "Asterisk is killed with SIGKILL in the middle of talks, and started again.",
        partial(run, name="asterisk-killed", end=_kill),
        times=10,
        short=1,
    ),
    Fault(
        "asterisk-restarted",
        "Asterisk is stopped in order in the middle of talks, and started again.",
        partial(run, name="asterisk-restarted", end=_stop),
        times=10,
        short=1,
    ),
)
