"""Agents' time by state, and their talks, summed by the store: a year of a whole call centre is a few hundred rows.

The work is SQLite's, in the reading connection's thread and without Python's lock: joins do not wait for it.
"""

from collections.abc import Sequence
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
class Asked:
    """Whose work. span: what was done in each span of this length; spans begin at its multiples since 1970."""

    agent_id: int | None = None
    campaign_id: int | None = None
    span: timedelta | None = None


ALL = Asked()


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds of one agent in one state; `at`: the begin of the span they lie in, None when none was asked for."""

    agent_id: int
    campaign_id: int | None
    state: AgentState
    reason: str
    seconds: float
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Talks:
    """Talks of one agent with one disposition (None: not saved yet); `at` as in `Time`."""

    agent_id: int
    campaign_id: int
    disposition_id: int | None
    count: int
    at: datetime | None = None


async def times(
    conn: AsyncConnection,
    since: datetime,
    until: datetime,
    asked: Asked = ALL,
) -> list[Time]:
    """What agents did in this time, cut at its ends, the daemon's absences left out.

    A state lasts until it ended or a later one began, whichever was first (a clock may be set back): nobody is in two
    states at once.
    """
    span = asked.span
    found: list[Time] = []
    for begin, end in present(await daemon_runs.away(conn, since, until, AWAY), since, until):
        spans = _spans(begin, end, asked.agent_id)
        pieces = spans if span is None else _cut(spans, span)
        keys: list[Any] = [pieces.c.agent_id, pieces.c.campaign_id, pieces.c.state, pieces.c.reason]
        if span is not None:
            keys.append(pieces.c.slot)
        query = sa.select(*keys, sa.func.sum(pieces.c.end - pieces.c.begin).label("lasted")).group_by(*keys)
        query = query.where(pieces.c.end > pieces.c.begin, pieces.c.state != AgentState.LOGGED_OUT)
        if asked.campaign_id is not None:
            query = query.where(pieces.c.campaign_id == asked.campaign_id)
        found += [
            Time(row.agent_id, row.campaign_id, row.state, row.reason, row.lasted / 1e6, _at(row, span))
            for row in await conn.execute(query)
        ]
    return found


async def talks(
    conn: AsyncConnection,
    since: datetime,
    until: datetime,
    asked: Asked = ALL,
) -> list[Talks]:
    """Talks that began in this time."""
    keys: list[Any] = [attempt.c.agent_id, attempt.c.campaign_id, attempt.c.disposition_id]
    span = asked.span
    if span is not None:
        slot = sa.type_coerce(attempt.c.connected_at, BigInt) // to_microseconds(_EPOCH + span)
        keys.append(slot.label("slot"))
    # From agent to agent: the index of talks begins with them, and holds all that is asked for.
    query = (
        sa.select(*keys, sa.func.count().label("talks"))
        .select_from(agent.join(attempt, attempt.c.agent_id == _each_agent))
        .where(attempt.c.connected_at.is_not(None), attempt.c.connected_at >= since, attempt.c.connected_at < until)
        .group_by(*keys)
    )
    if asked.agent_id is not None:
        query = query.where(agent.c.id == asked.agent_id)
    if asked.campaign_id is not None:
        query = query.where(attempt.c.campaign_id + 0 == asked.campaign_id)  # not by the campaign's index, either
    return [
        Talks(row.agent_id, row.campaign_id, row.disposition_id, row.talks, _at(row, span))
        for row in await conn.execute(query)
    ]


def _spans(since: datetime, until: datetime, agent_id: int | None) -> sa.CTE:
    """What each agent was in: `begin` and `end` in microseconds, within this time."""
    started_at, ended_at = _number(agent_state.c.started_at), _number(agent_state.c.ended_at)
    first, last = to_microseconds(since), to_microseconds(until)
    earlier = agent_state.alias()
    # Of the states begun before, only the last can reach into this time. A year's are not read.
    before = (
        sa.select(sa.func.max(_number(earlier.c.started_at)))
        .where(earlier.c.agent_id == agent.c.id, _number(earlier.c.started_at) <= first)
        .scalar_subquery()
    )
    # Looked at from the last to the first: the earliest begin of all that were noted later.
    later = sa.func.min(started_at).over(
        partition_by=agent_state.c.agent_id, order_by=agent_state.c.id.desc(), rows=(None, -1)
    )
    query = (
        sa.select(
            *_kept(agent_state),
            started_at.label("started"),
            sa.func.coalesce(ended_at, last).label("ended"),
            sa.func.coalesce(later, last).label("followed"),
        )
        .select_from(agent.join(agent_state, agent_state.c.agent_id == _each_agent))
        .where(started_at >= sa.func.coalesce(before, first), started_at < last)
    )
    if agent_id is not None:
        query = query.where(agent.c.id == agent_id)
    raw = query.cte("raw")
    begin = sa.case((raw.c.started < first, first), else_=raw.c.started)
    return sa.select(*_kept(raw), begin.label("begin"), _least(raw.c.ended, raw.c.followed).label("end")).cte("span")


def _cut(spans: sa.CTE, span: timedelta) -> sa.CTE:
    """The spans cut at multiples of `span`; `slot`: which one each piece lies in."""
    length = to_microseconds(_EPOCH + span)

    def upto(begin: Any, end: Any) -> Any:
        return _least(end, (begin // length + 1) * length)

    whole = spans.c
    first = sa.select(*_kept(spans), whole.begin, upto(whole.begin, whole.end).label("end"), whole.end.label("goes_to"))
    piece = first.where(whole.end > whole.begin).cte("piece", recursive=True)
    rest = sa.select(*_kept(piece), piece.c.end, upto(piece.c.end, piece.c.goes_to), piece.c.goes_to)
    piece = piece.union_all(rest.where(piece.c.end < piece.c.goes_to))
    slot = (piece.c.begin // length).label("slot")
    return sa.select(*_kept(piece), piece.c.begin, piece.c.end, slot).cte("slotted")


def _kept(source: sa.FromClause) -> Sequence[Any]:
    return source.c.agent_id, source.c.campaign_id, source.c.state, source.c.reason


def _number(column: Any) -> sa.ColumnElement[int]:
    return sa.type_coerce(column, BigInt)


def _least(one: Any, other: Any) -> sa.ColumnElement[int]:
    return sa.case((one < other, one), else_=other)


def _at(row: Any, span: timedelta | None) -> datetime | None:
    return _EPOCH + row.slot * span if span is not None else None
