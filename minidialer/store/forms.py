"""Forms: what an agent saves at the end of a talk, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.disposition import Disposition, check_callback, lead_after, lead_set_aside
from minidialer.domain.lead import LeadChange

from . import attempts, dispositions, drafts, leads
from .campaign_settings import settings_from_json
from .errors import FormError
from .schema import agent, attempt, campaign, lead


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one talk. `fields`: those of the lead that the agent changed; `notes`: None leaves them."""

    agent_id: int
    attempt_id: int
    disposition_id: int | None
    callback_at: datetime | None = None
    notes: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


async def save(conn: AsyncConnection, form: Form, now: datetime) -> LeadChange:
    """Store disposition, notes, fields, and what they do to the lead; returns the latter.

    The agent is marked as having saved: should the daemon die before it frees the agent, it knows at its next start.
    Raises FormError (not this agent's talk, saved before), NotFoundError, CallbackTimeError.
    """
    talk = await _talk(conn, form)
    if form.disposition_id is None:
        raise FormError("Choose a disposition.")
    disposition = await dispositions.get(conn, form.disposition_id)
    check_callback(disposition, form.callback_at, now)
    settings = settings_from_json(talk.settings, talk.campaign)
    in_a_row = await _in_a_row(conn, talk.lead_id, disposition)
    change = lead_after(disposition, form.callback_at, form.agent_id, settings, now, in_a_row=in_a_row)
    saved = {"disposition_id": disposition.id, "callback_at": form.callback_at}
    change = await _store(conn, form, talk, change, saved | {"saved_at": now})
    await conn.execute(sa.update(lead).where(lead.c.id == talk.lead_id).values(disposition_id=disposition.id))
    return change


async def set_aside(conn: AsyncConnection, form: Form, now: datetime) -> LeadChange:
    """Close a form nobody chose a disposition for: what was typed is kept, and the lead is called again.

    `form.disposition_id` is None. Raises FormError as `save` does.
    """
    talk = await _talk(conn, form)
    change = lead_set_aside(settings_from_json(talk.settings, talk.campaign), now)
    return await _store(conn, form, talk, change, {"saved_at": now})


async def _store(conn: AsyncConnection, form: Form, talk: Any, change: LeadChange, saved: dict[str, Any]) -> LeadChange:
    saved["notes"] = talk.notes if form.notes is None else form.notes
    await conn.execute(sa.update(attempt).where(attempt.c.id == form.attempt_id).values(saved))
    if not await attempts.settle(conn, form.attempt_id):
        change = replace(change, counts=False)  # the attempt was counted when it was settled
    await leads.change(conn, talk.lead_id, change)
    await leads.edit(conn, talk.lead_id, fields=form.fields or None, notes=form.notes)
    await drafts.remove(conn, form.attempt_id)
    present = sa.and_(agent.c.id == form.agent_id, agent.c.attempt_id == form.attempt_id)
    await conn.execute(sa.update(agent).where(present).values(saved=True))
    return change


async def _in_a_row(conn: AsyncConnection, lead_id: int, disposition: Disposition) -> int:
    """How many of the lead's last saved talks ended with this disposition, as far as its limit asks."""
    if disposition.retry_limit is None:
        return 0
    query = (
        sa.select(attempt.c.disposition_id)
        .where(attempt.c.lead_id == lead_id, attempt.c.disposition_id.is_not(None))
        .order_by(attempt.c.id.desc())
        .limit(disposition.retry_limit)
    )
    latest = (await conn.execute(query)).scalars()
    return sum(1 for _same in takewhile(lambda chosen: chosen == disposition.id, latest))


async def _talk(conn: AsyncConnection, form: Form) -> Any:
    query = (
        sa.select(
            attempt.c.lead_id,
            attempt.c.agent_id,
            attempt.c.connected_at,
            attempt.c.saved_at,
            lead.c.notes,
            campaign.c.settings,
            campaign.c.name.label("campaign"),
        )
        .join(lead, lead.c.id == attempt.c.lead_id)
        .join(campaign, campaign.c.id == attempt.c.campaign_id)
        .where(attempt.c.id == form.attempt_id)
    )
    talk = (await conn.execute(query)).first()
    if talk is None or talk.agent_id != form.agent_id or talk.connected_at is None:
        raise FormError("This is not a talk of yours: open the form of your own call.")
    if talk.saved_at is not None:
        raise FormError("This form is saved already: it cannot be saved twice.")
    return talk
