"""Ids of attempts: below 2**53, growing with time, and never given twice, not even by a store made anew.

An id is the milliseconds since 2025 times 4096, or the last id given plus one when that is more: the clock may be set
back, and a millisecond may hold more than 4096. The room lasts until the year 2094.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from .schema import attempt_serial

_START = datetime(2025, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_A_MILLISECOND = 1 << 12


def first_id(moment: datetime) -> int:
    """No attempt made from this moment on has a smaller id."""
    return (moment - _START) // _MILLISECOND * _A_MILLISECOND


async def new_ids(conn: AsyncConnection, count: int, now: datetime) -> range:
    """Take `count` ids, in the writer's transaction: they are spent even when the attempts are cancelled later."""
    last = (await conn.execute(sa.select(attempt_serial.c.last))).scalar_one()
    first = max(last + 1, first_id(now))
    ids = range(first, first + count)
    if count:
        await conn.execute(sa.update(attempt_serial).values(last=ids[-1]))
    return ids
