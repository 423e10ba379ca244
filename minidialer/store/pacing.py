"""What campaigns' pacing learned, and the abandon account by what really happened to calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.outcome import Outcome

from .columns import BigInt
from .schema import attempt, campaign_pacing

SLOT = timedelta(minutes=15)  # no zone's midnight lies within one
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned up to a moment, as JSON types; whether it can be read is the domain's to say."""

    campaign_id: int
    learned: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Answers:
    """People who answered within a slot of time, and those of them who were abandoned."""

    begin: datetime
    answered: int
    abandoned: int


async def every(conn: AsyncConnection) -> list[Learned]:
    """All that is stored."""
    rows = await conn.execute(sa.select(campaign_pacing))
    return [Learned(row.campaign_id, row.learned, row.saved_at) for row in rows]


async def save(conn: AsyncConnection, learned: Learned) -> None:
    """Store it in the place of what was stored before."""
    values = {"learned": dict(learned.learned), "saved_at": learned.saved_at}
    mine = campaign_pacing.c.campaign_id == learned.campaign_id
    done = await conn.execute(sa.update(campaign_pacing).where(mine).values(values))
    if done.rowcount == 0:
        await conn.execute(sa.insert(campaign_pacing).values(campaign_id=learned.campaign_id, **values))


async def answers_since(
    conn: AsyncConnection, campaign_id: int, since: datetime, late: float | None = None
) -> list[Answers]:
    """Customers taken or abandoned from that moment on, by slot of time, calls by hand apart.

    `late`: seconds after which one who was taken counts as abandoned; None: never.
    """
    abandoned = attempt.c.outcome == Outcome.ABANDONED
    if late is not None:
        waited = sa.type_coerce(attempt.c.connected_at, BigInt) - sa.type_coerce(attempt.c.answered_at, BigInt)
        abandoned = abandoned | (waited > round(late * 1_000_000))
    moment = sa.type_coerce(sa.func.coalesce(attempt.c.connected_at, attempt.c.ended_at), BigInt)
    slot = (moment - moment % (SLOT // _MICROSECOND)).label("slot")
    taken = attempt.c.connected_at >= since
    ended = (attempt.c.ended_at >= since) & (taken | (attempt.c.outcome == Outcome.ABANDONED))
    query = (
        sa.select(slot, sa.func.count(), sa.func.sum(sa.case((abandoned, 1), else_=0)))
        .where(attempt.c.campaign_id == campaign_id, ~attempt.c.by_hand, ended | (attempt.c.ended_at.is_(None) & taken))
        .group_by(slot)
        .order_by(slot)
    )
    rows = await conn.execute(query)
    return [Answers(_EPOCH + begin * _MICROSECOND, answered, lost or 0) for begin, answered, lost in rows]
