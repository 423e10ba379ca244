"""A shift in which things happen, one after the other, while calls flow; then the books."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from minidialer.lab.small_disk import SmallDisk

from .books import check_books, less_than_nothing
from .call_centre import CallCentre, Plan, call_centre
from .context import Context
from .findings import Findings

LEADS_A_TIME = 30


@dataclass(frozen=True)
class Silence:
    """No call may begin in this time."""

    begin: datetime
    end: datetime


Check = Callable[[CallCentre, Findings], None]
Happening = Callable[[Context, CallCentre, Findings], Awaitable[Silence | None]]


async def work_through(
    context: Context,
    happenings: Sequence[Happening],
    plan: Plan,
    disk: SmallDisk | None = None,
    check: Check | None = None,
) -> Findings:
    """Everything once in turn, `context.times` times.

    `disk`: where the store is, when it is not an ordinary one. `check`: what else to look at in the books.
    """
    findings, silences = Findings(), list[Silence]()
    async with call_centre(context, plan) as centre:
        for done in range(context.times):
            for happens in happenings:
                context.progress(done, f"{len(centre.ledger.saved)} forms saved")
                await asyncio.sleep(context.dice.uniform(0.0, 0.5) if context.short else context.dice.uniform(0.5, 3.0))
                if (silence := await happens(context, centre, findings)) is not None:
                    silences.append(silence)
        await asyncio.sleep(1)
    if disk is not None:
        disk.keep()
    await check_books(centre, findings)
    for call in centre.lab.carrier.calls():
        if any(silence.begin < call.started < silence.end for silence in silences):
            findings.lost(f"{call.number} was called at {call.started:%H:%M:%S.%f}, when nothing could be written")
    if check is not None:
        check(centre, findings)
    findings.lost(*less_than_nothing(centre.daemon.store))
    return findings


def leads_for(context: Context, happenings: int = 1) -> int:
    """Enough for the whole shift."""
    return 60 + LEADS_A_TIME * context.times * happenings
