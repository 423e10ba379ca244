"""A working day of eight hours in ten minutes: what leaks a little with each call, log-in or look would have grown.

Compressed is what people and telephones do: a ring of 12 s takes a quarter of a second, a talk of two and a half
minutes 3 s, a form of half a minute 0.6 s; so every call, form, page and log-in of the day happens. The daemon's own
clock is the ordinary one.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from minidialer.control.models import agents, base, campaigns, stats
from minidialer.control.sentences import ControlError
from minidialer.lab.chaos.books import check_books
from minidialer.lab.chaos.centre import CAMPAIGN
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.gauges import Gauges
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.pressure import RawTerminal
from minidialer.lab.chaos.scripted_centre import ScriptedCentre, ScriptedPlan, scripted_centre
from minidialer.lab.chaos.steadiness import growing, kept
from minidialer.lab.customer import Mix, lognormal
from minidialer.lab.robots import Manners

FASTER = 48  # times: eight hours are ten minutes
_DAY, _SHORT_DAY = 8 * 3600 / FASTER, 10.0  # seconds
_PARTS, _SHORT_PARTS = 24, 2  # of a day: every twenty minutes a supervisor looks in, and two agents go for a break
_MORE_FILES = 12  # four readers of the store are opened when first needed, with three files each
_MORE_TASKS = 2  # those of the question itself
CUSTOMERS = Mix(*(40, 0, 35, 15, 6, 4), ring=lognormal(12.0 / FASTER, 0.5), talk=lognormal(144.0 / FASTER, 0.5))
MANNERS = Manners(hangs_up=0.0, typing=(15.0 / FASTER, 45.0 / FASTER))
SETTINGS: dict[str, object] = {
    "pacing_mode": "power",
    "overdial_percent": 100,
    "ring_timeout": 5,  # the shortest there is
    "max_attempts_per_5s": 500,
}
LEFT_OVER = {
    "drafts of saved forms": "SELECT count(*) FROM draft",
    "leads handed out": "SELECT count(*) FROM handed_out",
    "open sessions": "SELECT count(*) FROM agent_session WHERE ended_at IS NULL",
    "live attempts": "SELECT count(*) FROM attempt WHERE ended_at IS NULL",
    "claimed leads": "SELECT count(*) FROM lead WHERE state = 'live'",
}


async def run(context: Context) -> Outcome:
    """`context.times` days."""
    findings = Findings()
    day = _SHORT_DAY if context.short else _DAY
    plan = ScriptedPlan(
        600 if context.short else 15_000 * context.times,
        10 if context.short else 50,
        CUSTOMERS,
        MANNERS,
        SETTINGS,
        comes_back=True,
    )
    async with scripted_centre(context, plan) as centre:
        gauges = Gauges(centre, day / 100)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(gauges.keep(), name="gauges")
            parts = _SHORT_PARTS if context.short else _PARTS
            for part in range(parts * context.times):
                hour = 8 * (part % parts) / parts
                context.progress(part // parts, f"hour {hour:.1f}, {len(centre.ledger.saved)} forms saved")
                await _supervise(context, centre, noon=part % parts == parts // 2)
                await asyncio.sleep(day / parts)
            keeping.cancel()
        findings.stuck(*(await centre.pbx.figures()).faults)
    findings.stuck(*growing(gauges))
    _judge(context, centre, gauges, findings)
    await check_books(centre, findings)
    findings.stuck(*_left_over(centre))
    return findings.outcome("working-day", context.times)


async def _supervise(context: Context, centre: ScriptedCentre, *, noon: bool) -> None:
    """A terminal is opened and closed, statistics are read, two agents are sent for a break; at noon all stops."""
    terminal = RawTerminal()
    with contextlib.closing(terminal):
        await terminal.connect(centre)
        await centre.ask(stats.AGENTS, stats.AgentsOf())
        for robot in context.dice.sample(centre.robots, 2):
            with contextlib.suppress(ControlError):  # not there: coming back from the last one
                await centre.ask(agents.LOG_OUT, agents.AgentLogOut(login=robot.login))
    if noon:
        await centre.ask(campaigns.STOP, base.Named(name=CAMPAIGN))
        await asyncio.sleep(1)
        await centre.ask(campaigns.START, base.Named(name=CAMPAIGN))


def _judge(context: Context, centre: ScriptedCentre, gauges: Gauges, findings: Findings) -> None:
    gauges.keep_in(context.home / "gauges.jsonl")
    kept(gauges, 0.2, findings, patient=context.short)
    findings.measured(calls=len(centre.calls()), forms=len(centre.ledger.saved))
    for name, more in (("tasks", _MORE_TASKS), ("open_files", _MORE_FILES)):
        at_first, at_last = centre.before.values[name], centre.after.values[name]
        findings.measured(**{f"{name}_before": at_first, f"{name}_most": gauges.most(name), f"{name}_after": at_last})
        if at_last > at_first + more:
            findings.stuck(f"there were {at_first:g} {name} before the day and {at_last:g} after it")


def _left_over(centre: ScriptedCentre) -> Iterator[str]:
    """Rows that should have gone."""
    with closing(sqlite3.connect(centre.store)) as books:
        for what, query in LEFT_OVER.items():
            (count,) = books.execute(query).fetchone()
            if count:
                yield f"{count} {what} are left after the day"


FAULTS = (
    Fault(
        "working-day",
        "A day of eight hours with 50 agents, 48 times as fast, on a scripted PBX.",
        run,
        times=1,
        short=1,
    ),
)
