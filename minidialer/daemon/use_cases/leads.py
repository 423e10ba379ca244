"""Leads: listed, found by number, their history, their counters reset."""

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import leads as models
from minidialer.control.models.base import Count
from minidialer.domain.events import LeadsChanged
from minidialer.domain.lead import LeadState
from minidialer.domain.sentence import RefusedError, Sentence
from minidialer.importing.numbers import to_e164
from minidialer.importing.reasons import NumberRefusedError
from minidialer.store import attempts, leads, lists

from .desk import Actor, Desk
from .lead_views import EXHAUSTED, Names
from .lists import most_retries


async def page(desk: Desk, actor: Actor, params: models.LeadsPage) -> models.Leads:
    """Leads of a list in the order of import, a page at a time."""
    del actor
    async with desk.database.read() as conn:
        found = await lists.find(conn, params.lead_list)
        limit = await most_retries(conn, found.id)
        if params.state == EXHAUSTED and limit is None:
            return models.Leads(leads=[], next=None)  # no campaign dials it, so nothing is too much
        names = await Names.read(conn)
        state, exhausted_by = _in_store(params.state, limit)
        shown: list[models.Lead] = []
        after: int | None = params.after
        while after is not None and len(shown) < params.limit:
            room = params.limit - len(shown)
            batch = await leads.page(conn, found.id, after=after, limit=room, state=state, exhausted_by=exhausted_by)
            lines = [names.lead(record, limit) for record in batch]
            shown += [line for line in lines if params.state in (None, line.state)]
            after = batch[-1].lead.id if len(batch) == room else None
    return models.Leads(leads=shown, next=after)


async def find(desk: Desk, actor: Actor, params: models.LeadsFind) -> models.Leads:
    """Leads with a number, in all lists or in one."""
    del actor
    number = normalised(desk, params.number)
    async with desk.database.read() as conn:
        names = await Names.read(conn)
        records = await with_number(conn, number, params.lead_list)
        lines = [names.lead(record, await most_retries(conn, record.lead.list_id)) for record in records]
    return models.Leads(leads=lines)


async def history(desk: Desk, actor: Actor, params: models.LeadsFind) -> models.History:
    """Every attempt to a number, the oldest first, and what the agents saved."""
    del actor
    number = normalised(desk, params.number)
    async with desk.database.read() as conn:
        names = await Names.read(conn)
        records = [
            record
            for found in await with_number(conn, number, params.lead_list)
            for record in await attempts.of_lead(conn, found.lead.id)
        ]
    records.sort(key=lambda record: record.attempt.id)
    return models.History(number=number, lines=[names.attempt(record) for record in records])


async def reset_attempts(desk: Desk, actor: Actor, params: models.LeadsReset) -> Count:
    """Start the counters of a list, or of one number, again: exhausted leads are called once more."""
    if params.lead_list is None and params.number is None:
        raise RefusedError("Name a list or a number whose attempts are to be reset.")
    change = desk.change(actor)
    if params.number is None:
        async with desk.database.read() as conn:
            touched = {(await lists.find(conn, params.lead_list or "")).id}
        count = sum([await lists.reset_attempts(desk.database, list_id) for list_id in touched])
    else:
        number = normalised(desk, params.number)
        async with change.transaction() as conn:
            matching = [record.lead for record in await with_number(conn, number, params.lead_list)]
            count = sum([await leads.reset_attempts(conn, lead.id) for lead in matching])
        touched = {lead.list_id for lead in matching}
    async with change.transaction() as conn:
        subject = params.number or params.lead_list or ""
        await change.record(conn, "leads.reset_attempts", subject, after={"list": params.lead_list, "leads": count})
    for list_id in touched:
        await desk.engine.submit(LeadsChanged(list_id))
    return Count(count=count)


def normalised(desk: Desk, number: str) -> str:
    """The number as E.164, read as the import reads it. Raises RefusedError."""
    try:
        return to_e164(number, desk.settings.numbers.region)
    except NumberRefusedError as error:
        if error.number:  # at a premium: it may be in a list all the same
            return error.number
        raise RefusedError(
            "“{number}” is not a number that can be dialled: {reason}.",
            number=number,
            reason=Sentence(error.reason.message),
        ) from None


async def with_number(conn: AsyncConnection, number: str, lead_list: str | None) -> list[leads.LeadRecord]:
    """The leads of a number (E.164), in all lists or in one."""
    only = (await lists.find(conn, lead_list)).id if lead_list is not None else None
    return [record for record in await leads.find(conn, number) if only in (None, record.lead.list_id)]


def _in_store(state: str | None, limit: int | None) -> tuple[LeadState | None, int | None]:
    """What to ask the store for: exhausted leads are retries beyond the limit."""
    if state is None:
        return None, None
    return (None, limit) if state == EXHAUSTED else (LeadState(state), None)
