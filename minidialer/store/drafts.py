"""Drafts: what an agent typed into a form that is not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import FormError
from .schema import attempt, disposition, draft


@dataclass(frozen=True, slots=True)
class Draft:
    """As typed: `callback_at` may be half a date, `fields` are those that were changed."""

    disposition_id: int | None = None
    callback_at: str = ""
    notes: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


async def keep(conn: AsyncConnection, agent_id: int, attempt_id: int, typed: Draft, now: datetime) -> None:
    """Keep it in place of an earlier one. Raises FormError when the form is another's, or saved."""
    query = sa.select(attempt.c.agent_id, attempt.c.saved_at).where(attempt.c.id == attempt_id)
    form = (await conn.execute(query)).first()
    if form is None or form.agent_id != agent_id or form.saved_at is not None:
        raise FormError("This form is not open any more: what was typed was not kept.")
    known = sa.select(disposition.c.id).where(disposition.c.id == typed.disposition_id).scalar_subquery()
    values = {
        "agent_id": agent_id,
        "disposition_id": known,
        "callback_at": typed.callback_at,
        "notes": typed.notes,
        "fields": dict(typed.fields),
        "kept_at": now,
    }
    statement = insert(draft).values(attempt_id=attempt_id, **values)
    await conn.execute(statement.on_conflict_do_update(index_elements=["attempt_id"], set_=values))


async def get(conn: AsyncConnection, agent_id: int, attempt_id: int) -> Draft | None:
    """What this agent typed into this form."""
    query = sa.select(draft).where(draft.c.attempt_id == attempt_id, draft.c.agent_id == agent_id)
    row = (await conn.execute(query)).first()
    return Draft(row.disposition_id, row.callback_at, row.notes, row.fields) if row is not None else None


async def remove(conn: AsyncConnection, attempt_id: int) -> None:
    """The form is saved."""
    await conn.execute(sa.delete(draft).where(draft.c.attempt_id == attempt_id))
