"""Agents' time by state, and their talks, summed by the store: a year of a whole call centre is a few hundred rows.

The work is SQLite's, in the reading connection's thread and without Python's lock: joins do not wait for it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import AgentState
from minidialer.domain.work import AWAY, present

from . import daemon_runs
from .columns import BigInt, to_microseconds
from .schema import agent, agent_state, attempt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Joined by this, SQLite goes from agent to agent by their index; by the bare column it reads everything there ever was.
_each_agent = agent.c.id + 0


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose work; None: everybody's, in every campaign and in none."""

    agent_id: int | None = None
    campaign_id: int | None = None


ALL = Whose()


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds of one agent in one state."""

    agent_id: int
    campaign_id: int | None
    state: AgentState
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Talks:
    """Talks of one agent with one disposition (None: not saved yet)."""

    agent_id: int
    campaign_id: int
    disposition_id: int | None
    count: int


async def times(conn: AsyncConnection, since: datetime, until: datetime, whose: Whose = ALL) -> list[Time]:
    """What agents did in this time, cut at its ends, the daemon's absences left out.

    An agent's states follow each other, so nobody is in two at once (`agent_runtime` sees to it).
    """
    found: list[Time] = []
    for begin, end in present(await daemon_runs.away(conn, since, until, AWAY), since, until):
        span = _spans(begin, end, whose).c
        keys = (span.agent_id, span.campaign_id, span.state, span.reason)
        query = sa.select(*keys, sa.func.sum(span.end - span.begin).label("lasted")).group_by(*keys)
        found += [
            Time(row.agent_id, row.campaign_id, row.state, row.reason, row.lasted / 1e6)
            for row in await conn.execute(query.where(span.end > span.begin))
        ]
    return found


async def times_by_slot(
    conn: AsyncConnection, slot: timedelta, since: datetime, until: datetime, whose: Whose = ALL
) -> list[tuple[datetime, AgentState, float]]:
    """The same summed by slots of this length, which begin at its multiples since 1970: begin, state, seconds."""
    length = to_microseconds(_EPOCH + slot)
    found = []
    for begin, end in present(await daemon_runs.away(conn, since, until, AWAY), since, until):
        piece = _cut(_spans(begin, end, whose), length).c
        keys = ((piece.begin // length).label("slot"), piece.state)
        query = sa.select(*keys, sa.func.sum(piece.end - piece.begin).label("lasted")).group_by(*keys)
        found += [(_EPOCH + row.slot * slot, row.state, row.lasted / 1e6) for row in await conn.execute(query)]
    return found


async def talks(conn: AsyncConnection, since: datetime, until: datetime, whose: Whose = ALL) -> list[Talks]:
    """Talks that began in this time."""
    keys = (attempt.c.agent_id, attempt.c.campaign_id, attempt.c.disposition_id)
    query = _talks(since, until, whose).add_columns(*keys, sa.func.count()).group_by(*keys)
    return [Talks(*row) for row in await conn.execute(query)]


async def talks_by_slot(
    conn: AsyncConnection, slot: timedelta, since: datetime, until: datetime, whose: Whose = ALL
) -> list[tuple[datetime, int | None, int]]:
    """The same summed by slots: begin, disposition, count."""
    begin = (_number(attempt.c.connected_at) // to_microseconds(_EPOCH + slot)).label("slot")
    keys = (begin, attempt.c.disposition_id)
    query = _talks(since, until, whose).add_columns(*keys, sa.func.count()).group_by(*keys)
    return [(_EPOCH + at * slot, button, count) for at, button, count in await conn.execute(query)]


def _talks(since: datetime, until: datetime, whose: Whose) -> "sa.Select[Any]":
    """From agent to agent: the index of talks begins with them, and holds all that is asked for."""
    connected_at = attempt.c.connected_at
    query = (
        sa.select()
        .select_from(agent.join(attempt, attempt.c.agent_id == _each_agent))
        .where(connected_at.is_not(None), connected_at >= since, connected_at < until)
    )
    if whose.agent_id is not None:
        query = query.where(agent.c.id == whose.agent_id)
    if whose.campaign_id is not None:
        query = query.where(attempt.c.campaign_id + 0 == whose.campaign_id)  # not by the campaign's index, either
    return query


def _spans(since: datetime, until: datetime, whose: Whose) -> sa.CTE:
    """What each agent who was logged in was in: `begin` and `end` in microseconds, within this time."""
    started_at, ended_at = _number(agent_state.c.started_at), _number(agent_state.c.ended_at)
    first, last = to_microseconds(since), to_microseconds(until)
    earlier = agent_state.alias()
    # Of the states begun before, only the last can reach into this time. A year's are not read.
    before = (
        sa.select(sa.func.max(_number(earlier.c.started_at)))
        .where(earlier.c.agent_id == agent.c.id, _number(earlier.c.started_at) <= first)
        .scalar_subquery()
    )
    query = (
        sa.select(
            agent_state.c.agent_id,
            agent_state.c.campaign_id,
            agent_state.c.state,
            agent_state.c.reason,
            sa.case((started_at < first, first), else_=started_at).label("begin"),
            _least(sa.func.coalesce(ended_at, last), last).label("end"),
        )
        .select_from(agent.join(agent_state, agent_state.c.agent_id == _each_agent))
        .where(started_at >= sa.func.coalesce(before, first), started_at < last)
        .where(agent_state.c.state != AgentState.LOGGED_OUT)
    )
    if whose.agent_id is not None:
        query = query.where(agent.c.id == whose.agent_id)
    if whose.campaign_id is not None:
        query = query.where(agent_state.c.campaign_id == whose.campaign_id)
    return query.cte("span")


def _cut(spans: sa.CTE, length: int) -> sa.CTE:
    """The spans cut at multiples of `length`: their state, and `begin` and `end` of each piece."""

    def upto(begin: Any, end: Any) -> Any:
        return _least(end, (begin // length + 1) * length)

    span = spans.c
    first = sa.select(span.state, span.begin, upto(span.begin, span.end).label("end"), span.end.label("goes_to"))
    piece = first.where(span.end > span.begin).cte("piece", recursive=True)
    rest = sa.select(piece.c.state, piece.c.end, upto(piece.c.end, piece.c.goes_to), piece.c.goes_to)
    return piece.union_all(rest.where(piece.c.end < piece.c.goes_to))


def _number(column: Any) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, BigInt)


def _least(one: Any, other: Any) -> sa.ColumnElement[int]:
    return sa.case((one < other, one), else_=other)
