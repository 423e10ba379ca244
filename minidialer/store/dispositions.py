"""Dispositions. A removed one stays with the attempts and leads it was saved for; its name is free again."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.disposition import Disposition, check_disposition

from . import campaigns
from .errors import InUseError, NotFoundError
from .names import find_row, free_name
from .schema import disposition

_PRESENT = disposition.c.removed_at.is_(None)


async def every(conn: AsyncConnection, *, removed: bool = False) -> list[Disposition]:
    """In the order of the form's buttons; `removed`: those of earlier days as well."""
    query = sa.select(disposition).order_by(disposition.c.position, disposition.c.id)
    rows = (await conn.execute(query if removed else query.where(_PRESENT))).all()
    return [_disposition(row) for row in rows]


async def get(conn: AsyncConnection, disposition_id: int) -> Disposition:
    """The disposition of this id. Raises NotFoundError."""
    row = (await conn.execute(sa.select(disposition).where(disposition.c.id == disposition_id, _PRESENT))).first()
    if row is None:
        raise NotFoundError("There is no disposition {id}.", id=disposition_id)
    return _disposition(row)


async def find(conn: AsyncConnection, name: str) -> Disposition:
    """The disposition of this name. Raises NotFoundError, which names the nearest one."""
    return _disposition(await find_row(conn, disposition, name))


async def add(conn: AsyncConnection, new: Disposition) -> Disposition:
    """Add it (its id is not looked at; position 0: as the last one).

    Raises NameTakenError, NameRefusedError, InUseError (its key), DispositionError.
    """
    check_disposition(new)
    kept, key = await free_name(conn, disposition, new.name)
    await _check_key(conn, new)
    position = new.position
    if position == 0:
        last = sa.select(sa.func.coalesce(sa.func.max(disposition.c.position), 0)).where(_PRESENT)
        position = (await conn.execute(last)).scalar_one() + 1
    values = {**asdict(replace(new, name=kept, position=position)), "name_key": key}
    del values["id"]
    added = await conn.execute(sa.insert(disposition).values(values).returning(disposition.c.id))
    return await get(conn, added.scalar_one())


async def save(conn: AsyncConnection, changed: Disposition) -> Disposition:
    """Store it as given. Raises NotFoundError, NameTakenError, NameRefusedError, InUseError, DispositionError."""
    check_disposition(changed)
    kept, key = await free_name(conn, disposition, changed.name, changed.id)
    await _check_key(conn, changed)
    values = {**asdict(replace(changed, name=kept)), "name_key": key}
    await conn.execute(sa.update(disposition).where(disposition.c.id == changed.id, _PRESENT).values(values))
    return await get(conn, changed.id)


async def remove(conn: AsyncConnection, disposition_id: int, now: datetime) -> Disposition:
    """Take it off the form. Raises NotFoundError, InUseError when a campaign saves it by itself."""
    removed = await get(conn, disposition_id)
    for campaign in await campaigns.every(conn):
        if campaign.settings.default_disposition_id == disposition_id:
            raise InUseError(
                "Campaign “{campaign}” saves “{name}” after the wrap-up limit: choose another one there first.",
                campaign=campaign.name,
                name=removed.name,
            )
    await conn.execute(sa.update(disposition).where(disposition.c.id == disposition_id).values(removed_at=now))
    return removed


async def _check_key(conn: AsyncConnection, wanted: Disposition) -> None:
    if not wanted.key:
        return
    query = sa.select(disposition.c.name).where(
        disposition.c.key == wanted.key, disposition.c.id != wanted.id, _PRESENT
    )
    holder = (await conn.execute(query)).scalar()
    if holder is not None:
        raise InUseError("The key {key} presses “{holder}” already: choose another one.", key=wanted.key, holder=holder)


def _disposition(row: Any) -> Disposition:
    return Disposition(
        id=row.id,
        name=row.name,
        name_pl=row.name_pl,
        name_en=row.name_en,
        asks_callback=row.asks_callback,
        private=row.private,
        do_not_call=row.do_not_call,
        success=row.success,
        retry_minutes=row.retry_minutes,
        retry_limit=row.retry_limit,
        key=row.key,
        position=row.position,
    )
