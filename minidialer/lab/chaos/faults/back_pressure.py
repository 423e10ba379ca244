"""What others ask of the daemon must not make a customer wait: joins are timed with and without it, in turn."""

from __future__ import annotations

import asyncio
from functools import partial

from minidialer.lab.chaos.books import check_books
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.gauges import read_gauges
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.past import write_past
from minidialer.lab.chaos.pressure import (
    Pressure,
    busy_terminals,
    deaf_terminals,
    long_import,
    open_pages,
    statistics,
)
from minidialer.lab.chaos.reaction import Join, at_once
from minidialer.lab.chaos.scripted_centre import ScriptedCentre, ScriptedPlan, scripted_centre
from minidialer.lab.customer import Mix
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError
from minidialer.lab.result import Delays
from minidialer.lab.robots import Manners

P99 = 0.1  # seconds from the answer told to the join asked for: VICIdial names 0.1 s for most of its calls
JOINS = 200  # at once, with and without: the p99 of fewer says little
_PART, _SHORT_PART = 30.0, 4.0  # seconds
_LEADS_A_SECOND = 30
_LONGEST = 1800.0  # seconds an import may take

# 40 agents whose customers talk for two seconds are a dozen joins a second: as many as 400 agents at ordinary work.
CUSTOMERS = Mix(*(60, 0, 15, 15, 6, 4), ring=(0.2, 1.0), talk=(1.0, 3.0))
MANNERS = Manners(hangs_up=0.1, typing=(0.1, 0.4))
SETTINGS: dict[str, object] = {"pacing_mode": "progressive", "ring_timeout": 5, "max_attempts_per_5s": 400}


async def run(context: Context, *, name: str, pressure: Pressure, idle: int, past: int) -> Outcome:
    """In turn without and with the pressure, `context.times` times. past: attempts the store has from before."""
    findings = Findings()
    seconds = _SHORT_PART if context.short else _PART
    leads = int(200 + 4 * seconds * context.times * _LEADS_A_SECOND)
    plan = ScriptedPlan(
        min(leads, 20_000),
        20 if context.short else 40,
        CUSTOMERS,
        MANNERS,
        SETTINGS,
        idle=idle // 10 if context.short else idle,
        furnish=partial(_give_a_past, context, past) if past else None,
    )
    without: list[Join] = []
    pressed: list[Join] = []
    async with scripted_centre(context, plan) as centre:
        for done in range(context.times):
            context.progress(done, "without")
            await centre.pbx.figures()
            without += await _joins(centre, seconds)
            await centre.pbx.figures()
            async with pressure(context, centre) as over:  # its beginning counts, too
                context.progress(done, f"with, after {len(without)} joins without")
                pressed += await _joins(centre, seconds, over)
                gauges = (await read_gauges(centre)).values
        findings.measured(
            memory_mb=gauges["resident_memory_bytes"] / 1e6,
            control_clients=gauges["control_clients"],
            pages_open=gauges["pages_open"],
        )
        findings.stuck(*(await centre.pbx.figures()).faults)
    await check_books(centre, findings)
    _compare(context, centre, findings, without, pressed)
    return findings.outcome(name, context.times)


def _give_a_past(context: Context, attempts: int, daemon: DaemonProcess) -> None:
    context.progress(0, "writing a year of attempts")
    write_past(daemon.store, attempts // 50 if context.short else attempts, context.dice)


async def _joins(centre: ScriptedCentre, seconds: float, over: asyncio.Event | None = None) -> list[Join]:
    """Those since the last look, so many seconds later, or when it is over by itself."""
    await asyncio.sleep(seconds)
    if over is not None:
        async with asyncio.timeout(_LONGEST):
            await over.wait()
    return (await centre.pbx.figures()).joins


def _compare(
    context: Context, centre: ScriptedCentre, findings: Findings, without: list[Join], pressed: list[Join]
) -> None:
    for name, joins in (("without", without), ("with", pressed)):
        prompt = at_once(centre.store, joins)
        delays = Delays.of(prompt)
        findings.measured(
            **{
                f"joins_{name}": len(prompt),
                f"p50_{name}_ms": delays.p50,
                f"p99_{name}_ms": delays.p99,
                f"longest_{name}_ms": delays.max,
            }
        )
        if len(prompt) < (1 if context.short else JOINS):
            raise LabError(f"Only {len(prompt)} customers were joined at once {name} it: too few to tell.")
        if delays.p99 > 1000 * context.limit(P99):
            findings.stuck(f"p99 from the answer to the join was {delays.p99:g} ms {name} it")


def _fault(name: str, about: str, pressure: Pressure, *, times: int = 2, idle: int = 0, past: int = 0) -> Fault:
    return Fault(name, about, partial(run, name=name, pressure=pressure, idle=idle, past=past), times, 1)


FAULTS = (
    _fault("terminal-deaf", "Terminals stop reading while calls flow.", deaf_terminals),
    _fault("terminals-many", "A hundred control clients watch and ask.", busy_terminals),
    _fault("pages-many", "Five hundred pages are open, and all of them change at once.", open_pages, idle=460),
    _fault("import-long", "A million rows are imported.", long_import, times=1),
    _fault(
        "statistics-long", "Statistics of a year are asked for, over a million attempts.", statistics, past=1_000_000
    ),
)
