"""The daemon is killed with SIGKILL, at any moment, also in the middle of a batch of writes."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

from minidialer.lab.chaos.books import check_books, copied_store, promises_broken
from minidialer.lab.chaos.call_centre import CallCentre, Plan, call_centre, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.errors import LabError

PROMISED = 3.0  # seconds from the start of the process until every talk that goes on is taken up
LEADS_A_KILL = 12
_WRITE_AWAITED = 2.0  # seconds in which there is always one while calls flow


async def run(context: Context) -> Outcome:
    """Kill it `context.times` times while calls flow."""
    findings = Findings()
    async with call_centre(context, Plan(leads=100 + LEADS_A_KILL * context.times)) as centre:
        for done in range(context.times):
            context.progress(done, f"{len(centre.ledger.saved)} forms saved")
            await asyncio.sleep(context.dice.uniform(0.2, 4.0))
            await _kill_once(context, centre, findings)
        await asyncio.sleep(3)
    await check_books(centre, findings)
    return findings.outcome("daemon-killed", context.times)


async def _kill_once(context: Context, centre: CallCentre, findings: Findings) -> None:
    if context.dice.random() < 0.5:
        await _until_written(centre.daemon.store)
    begin = datetime.now(UTC)
    await centre.daemon.kill()
    await asyncio.sleep(0.1)  # what the pages answered before is read by now
    with copied_store(centre.daemon.store) as copy:
        findings.lost(*promises_broken(copy, centre.ledger))
        before = _agents(copy)
    talks = (await centre.truth.channels()).talks
    await asyncio.sleep(context.dice.choice((0.0, 0.0, 0.0, 1.0, 3.0)))
    started = time.monotonic()
    await centre.daemon.start()
    await _talks_taken_up(context, centre, talks, started, findings)
    centre.trouble(begin)
    await _agents_kept(centre, before, findings)


async def _until_written(store: Path) -> None:
    """Until something is being written: a transaction is under way at this moment."""
    wal = store.with_name(store.name + "-wal")

    def stamp() -> tuple[int, int]:
        try:
            about = wal.stat()
        except OSError:
            return 0, 0
        return about.st_mtime_ns, about.st_size

    first, until_then = stamp(), time.monotonic() + _WRITE_AWAITED
    while stamp() == first and time.monotonic() < until_then:  # noqa: ASYNC110 — no one tells of a write
        await asyncio.sleep(0)


async def _talks_taken_up(
    context: Context, centre: CallCentre, talks: dict[int, int], started: float, findings: Findings
) -> None:
    """Every talk of before that still goes on is a talk of the same agent's for the daemon too."""

    async def taken_up() -> bool:
        going_on = (await centre.truth.channels()).talks
        snapshot = await centre.snapshot()
        if not snapshot.link_up:
            return False
        logins = {agent.id: agent.login for agent in (await centre.all_agents()).values()}
        shown = {call.attempt_id: call.agent for panel in snapshot.campaigns for call in panel.talking}
        return all(
            shown.get(attempt) == logins[agent] for attempt, agent in talks.items() if going_on.get(attempt) == agent
        )

    promised = context.limit(PROMISED)
    if await until(taken_up, promised - (time.monotonic() - started)) is None:
        findings.stuck(f"not every talk was taken up {promised:g} s after a start, at {datetime.now(UTC):%H:%M:%S}")
        if await until(taken_up, 60) is None:
            raise LabError(f"The daemon did not come back to its talks: {centre.daemon.log_tail()}")
    findings.recovered(time.monotonic() - started)


def _agents(store: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """State and campaign of each agent who is logged in."""
    rows = store.execute(
        "SELECT agent.id, agent.state, campaign.name FROM agent LEFT JOIN campaign ON campaign.id = agent.campaign_id"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def _agents_kept(centre: CallCentre, before: dict[int, tuple[str, str]], findings: Findings) -> None:
    """Nobody was thrown out or paused; what calls did to them meanwhile is their own course."""
    for agent_id, agent in (await centre.all_agents()).items():
        state, campaign = before[agent_id]
        if agent.campaign != campaign:
            findings.lost(f"agent {agent.login} was in {campaign} before a kill, and is in {agent.campaign} after it")
        for away in ("logged_out", "paused"):
            if (agent.state == away) is not (state == away):
                findings.lost(f"agent {agent.login} was {state} before a kill, and is {agent.state} after it")


FAULTS = (
    Fault(
        "daemon-killed",
        "The daemon is killed with SIGKILL at random moments, every second time in the middle of a write.",
        run,
        times=100,
        short=6,
    ),
)
