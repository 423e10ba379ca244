"""The link between daemon and Asterisk is cut, falls silent, gets slow, or loses and mixes up events; talks go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from minidialer.lab.chaos.ami_proxy import AmiProxy, Disturbance
from minidialer.lab.chaos.books import check_books
from minidialer.lab.chaos.call_centre import CallCentre, Plan, call_centre
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.convergence import converge, goes_on
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome

RESYNCED = 45.0  # seconds: a check is due every 30, or the link has to be made anew first
LEADS_A_TIME = 40
DISTURBED = Disturbance(lost=0.08, doubled=0.1, delayed=0.25, late=2.5)

Trouble = Callable[[AmiProxy, Context], None]
Lengths = tuple[float, ...]


async def run(context: Context, *, name: str, trouble: Trouble, lengths: Lengths, short: Lengths) -> Outcome:
    """Trouble it `context.times` times, in turn for so many seconds."""
    findings = Findings()
    seconds = short if context.short else lengths
    async with call_centre(context, Plan(leads=100 + LEADS_A_TIME * context.times, proxied=True)) as centre:
        for done in range(context.times):
            context.progress(done, f"{len(centre.ledger.saved)} forms saved")
            await asyncio.sleep(context.dice.uniform(1.0, 4.0))
            await _once(context, centre, findings, trouble, seconds[done % len(seconds)])
    await check_books(centre, findings)
    return findings.outcome(name, context.times)


async def _once(context: Context, centre: CallCentre, findings: Findings, trouble: Trouble, seconds: float) -> None:
    begin = datetime.now(UTC)
    trouble(centre.proxy, context)
    await asyncio.sleep(seconds)
    centre.proxy.mend()
    await converge(centre, findings, context.limit(RESYNCED), since=time.monotonic())
    centre.trouble(begin, events_lost=trouble is _disturbed)
    await goes_on(centre, findings)


def _cut(proxy: AmiProxy, _context: Context) -> None:
    proxy.cut()


def _silent(proxy: AmiProxy, _context: Context) -> None:
    proxy.fall_silent()


def _slow(proxy: AmiProxy, context: Context) -> None:
    proxy.latency = context.dice.uniform(0.3, 2.0)


def _disturbed(proxy: AmiProxy, _context: Context) -> None:
    proxy.disturbance = DISTURBED


def _fault(name: str, about: str, trouble: Trouble, *, times: int, lengths: Lengths, short: Lengths) -> Fault:
    tried = partial(run, name=name, trouble=trouble, lengths=lengths, short=short)
    return Fault(name, about, tried, times, len(short))


FAULTS = (
    _fault(
        "link-cut",
        "The AMI link is cut for 1 s and for 30 s.",
        _cut,
        times=10,
        lengths=(1.0, 30.0),
        short=(1.0, 5.0),
    ),
    _fault(
        "link-silent",
        "The AMI link falls silent for 15 s without a word to either side, as when a cable is pulled.",
        _silent,
        times=6,
        lengths=(15.0, 3.0),
        short=(12.0,),
    ),
    _fault(
        "link-slow",
        "Every byte on the AMI link takes up to 2 s, for 20 s.",
        _slow,
        times=6,
        lengths=(20.0,),
        short=(8.0,),
    ),
    _fault(
        "events-disturbed",
        "For 30 s AMI events are lost (8 %), doubled (10 %), or late by up to 2.5 s and so out of order (25 %).",
        _disturbed,
        times=10,
        lengths=(30.0,),
        short=(12.0,),
    ),
)
