"""Lead lists, as supervisors manage them."""

import contextlib

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import lists as models
from minidialer.control.models.base import Done, Named, Nothing
from minidialer.daemon.engine import Engine
from minidialer.domain.events import LeadsChanged
from minidialer.domain.lead import LeadState
from minidialer.domain.sentence import RefusedError
from minidialer.store import campaigns, lists, tally
from minidialer.store.database import Database
from minidialer.store.errors import NotFoundError

from .desk import Actor, Desk

_TO_CALL = (LeadState.FRESH, LeadState.RETRY, LeadState.CALLBACK)


async def add(desk: Desk, actor: Actor, params: Named) -> models.LeadList:
    """Add an empty list."""
    change = desk.change(actor)
    async with change.transaction() as conn:
        added = await lists.add(conn, params.name, desk.clock())
        await change.record(conn, "list.add", added.name)
        return await _shown(conn, added)


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Lists:
    """All lists with counts of their leads."""
    del actor, params
    async with desk.database.read() as conn:
        return models.Lists(lists=[await _shown(conn, item) for item in await lists.every(conn)])


async def show(desk: Desk, actor: Actor, params: Named) -> models.LeadList:
    """One list."""
    del actor
    async with desk.database.read() as conn:
        return await _shown(conn, await lists.find(conn, params.name))


async def rename(desk: Desk, actor: Actor, params: models.ListRename) -> models.LeadList:
    """A new name."""
    change = desk.change(actor)
    async with change.transaction() as conn:
        found = await lists.find(conn, params.name)
        renamed = await lists.rename(conn, found.id, params.new_name)
        await change.record(conn, "list.rename", found.name, before={"name": found.name}, after={"name": renamed.name})
        return await _shown(conn, renamed)


async def remove(desk: Desk, actor: Actor, params: models.ListRemove) -> models.ListRemoval:
    """Remove a list no campaign dials, with its leads only when told so; `dry`: say what would go."""
    if params.dry:
        async with desk.database.read() as conn:
            return await _removal(conn, await lists.find(conn, params.name), removed=False)
    change = desk.change(actor)
    async with desk.changing, change.transaction() as conn:
        found = await lists.find(conn, params.name)
        desk.imports.check_idle(found.name)
        going = await _removal(conn, found, removed=True)
        if going.leads and not params.force and not going.campaigns:
            raise RefusedError(
                "List “{name}” is not empty (leads: {leads}): remove it by force if they may go.",
                name=found.name,
                leads=going.leads,
            )
        await lists.remove(conn, found.id, desk.clock())
        await change.record(conn, "list.remove", found.name, before={"leads": going.leads, "to_call": going.to_call})
    desk.list_removed.set()
    return going


async def _removal(conn: AsyncConnection, item: lists.LeadList, *, removed: bool) -> models.ListRemoval:
    seen = await _shown(conn, item)
    counts = await tally.counts(conn, item.id)
    uses = await lists.uses(conn, item.id)
    return models.ListRemoval(
        removed=removed,
        leads=seen.leads,
        to_call=sum(seen.states[state] for state in _TO_CALL),
        callbacks=seen.states[LeadState.CALLBACK],
        private=counts.private,
        do_not_call=seen.do_not_call,
        calls=uses.calls,
        imports=uses.imports,
        campaigns=seen.campaigns,
    )


async def changed(desk: Desk, actor: Actor, params: Named) -> Done:
    """Leads were changed by another process: the dialer looks again."""
    del actor
    async with desk.database.read() as conn:
        found = await lists.find(conn, params.name)
    await desk.engine.submit(LeadsChanged(found.id))
    return Done()


async def leads_changed(database: Database, engine: Engine, name: str) -> None:
    """An import has ended: the dialer looks again. The list may be gone with it."""
    with contextlib.suppress(NotFoundError):
        async with database.read() as conn:
            found = await lists.find(conn, name)
        await engine.submit(LeadsChanged(found.id))


async def most_retries(conn: AsyncConnection, list_id: int) -> int | None:
    """The most retries of the campaigns that dial the list; None when there is no such campaign.

    Exhausted is told by it: a lead is exhausted when no campaign would call it again.
    """
    limits = [item.settings.max_retries for item in await campaigns.every(conn) if item.list_id == list_id]
    return max(limits, default=None)


async def _shown(conn: AsyncConnection, item: lists.LeadList) -> models.LeadList:
    limit = await most_retries(conn, item.id)
    counts = await tally.counts(conn, item.id)
    exhausted = counts.exhausted(limit) if limit is not None else 0
    states = {state.value: count for state, count in counts.states.items()}
    states[LeadState.RETRY] -= exhausted
    return models.LeadList(
        id=item.id,
        name=item.name,
        created_at=item.created_at,
        leads=counts.leads,
        states={**states, "exhausted": exhausted},
        do_not_call=counts.do_not_call,
        campaigns=sorted(found.name for found in await campaigns.every(conn) if found.list_id == item.id),
    )
