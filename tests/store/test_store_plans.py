"""Queries that run while the dialer dials read what they return, by an index: never the table."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.lead import LeadState
from minidialer.store import (
    agent_day,
    agent_runtime,
    agents,
    attempts,
    call_tally,
    handed_out,
    imports,
    leads,
    lists,
    past_attempts,
    tally,
    work,
)

from .world import NOW, World, later, number

READS: dict[str, Callable[[AsyncConnection], Awaitable[Any]]] = {
    "removed lists that still have leads": lists.unpurged,
    "live attempts": attempts.live,
    "unsettled attempts": attempts.unsettled,
    "history of a lead": lambda conn: attempts.of_lead(conn, 1),
    "history of a lead as an agent reads it": lambda conn: past_attempts.of_lead(conn, 1, most=5),
    "a lead with its list": lambda conn: leads.get_with_list(conn, 1),
    "outcomes of a campaign": lambda conn: attempts.outcomes(conn, 1, NOW, later(1)),
    "a page of attempts": lambda conn: attempts.page(conn, after=5),
    "history of an agent": lambda conn: agent_runtime.history(conn, 1, NOW, later(1)),
    "talks of an agent": lambda conn: agent_day.talks(conn, 1, NOW, later(1)),
    "callbacks of an agent": lambda conn: agent_day.due_callbacks(conn, 1, NOW),
    "leads in an agent's hand": lambda conn: handed_out.of_agent(conn, 1),
    "private leads of an agent": lambda conn: leads.owned(conn, 1),
    "how many of them": lambda conn: agents.private_leads(conn, 1),
    "a page of leads": lambda conn: leads.page(conn, 1, after=5),
    "leads of a number": lambda conn: leads.find(conn, number(1)),
    "times of agents": lambda conn: work.times(conn, NOW, later(1)),
    "times of a campaign's agents": lambda conn: work.times(conn, NOW, later(1), work.Whose(campaign_id=1)),
    "times by the hour": lambda conn: work.times_by_slot(conn, call_tally.HOUR, NOW, later(1)),
    "talks of agents": lambda conn: work.talks(conn, NOW, later(1)),
    "talks by the hour": lambda conn: work.talks_by_slot(conn, call_tally.HOUR, NOW, later(1), work.Whose(1, 1)),
    "calls of a time": lambda conn: call_tally.totals(conn, NOW, later(200)),
    "calls by the minute": lambda conn: call_tally.by_span(conn, call_tally.MINUTE, NOW, later(60), [1]),
    "counts of a list": lambda conn: tally.counts(conn, 1),
    "numbers of a file in the list": lambda conn: imports.known(conn, 1, [number(1), number(2)]),
}


async def _release(world: World) -> None:
    async with world.db.write() as conn:
        await handed_out.take(conn, 1, world.campaign, count=1, now=NOW, until=NOW)
        assert await handed_out.release_over(conn, NOW) == {1}


WRITES: dict[str, Callable[[World], Awaitable[Any]]] = {
    "reset of counters": lambda world: lists.reset_attempts(world.db, 1),
    "purge of a list": lambda world: lists.purge(world.db, 1),
    "giving leads back at the end of a day": _release,
    "undo of an import": lambda world: imports.undo(world.db, 1, NOW),
}


BIG = ("lead", "attempt", "agent_state", "lead_tally", "call_tally")


@asynccontextmanager
async def _plans(engine: sa.Engine, found: list[str]) -> AsyncIterator[None]:
    """Explains every statement that reads or changes a table which grows."""

    def explain(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if many or not statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            return
        cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters)
        found.extend(f"{row[3]}  of  {statement}" for row in cursor.fetchall())

    sa.event.listen(engine, "before_cursor_execute", explain)
    yield
    sa.event.remove(engine, "before_cursor_execute", explain)


def _scans(found: list[str]) -> list[str]:
    return [line for line in found if line.split("  of  ")[0] in {f"SCAN {table}" for table in BIG}]


@pytest.fixture
async def filled(world: World) -> World:
    values = {"file_name": "f", "list_id": 1, "started_at": NOW}
    async with world.db.write() as conn:
        await imports.begin(conn, values)
    retry = {"state": LeadState.RETRY, "attempts": 2, "due_at": NOW - timedelta(hours=1)}
    await world.add_leads([retry, {"import_id": 1}, {"owner_id": 1}])
    async with world.db.write() as conn:
        await imports.note(conn, 1, {})
    return world


@pytest.mark.parametrize("name", READS)
async def test_a_read_scans_no_table_that_grows(filled: World, name: str) -> None:
    found: list[str] = []
    async with filled.db.read() as conn, _plans(filled.db._reader.sync_engine, found):
        await READS[name](conn)
    assert found
    assert _scans(found) == []


@pytest.mark.parametrize("name", WRITES)
async def test_work_on_a_whole_list_goes_by_its_index(filled: World, name: str) -> None:
    found: list[str] = []
    reader, writer = filled.db._reader.sync_engine, filled.db._writer.sync_engine
    async with _plans(reader, found), _plans(writer, found):
        await WRITES[name](filled)
    assert any("lead" in line for line in found)
    assert _scans(found) == []
