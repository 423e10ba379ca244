"""Leads browsed and searched, and one lead with its history."""

import time

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import leads as models
from minidialer.store import agents, attempts, dispositions, lead_edits, lead_search, leads, lists

from .desk import Actor, Desk
from .lead_views import Names
from .lists import most_retries


async def page(desk: Desk, actor: Actor, params: models.LeadsSearch) -> models.LeadsFound:
    """As far as one call looks; see `store.lead_search`."""
    del actor
    async with desk.database.read() as conn:
        found = await lists.find(conn, params.lead_list)
        limit = await most_retries(conn, found.id)
        names = await Names.read(conn)
        wanted = lead_search.Wanted(
            found.id,
            search=params.search,
            search_in=params.search_in,
            state=params.state,
            exhausted_by=limit,
            disposition_id=await _disposition(conn, params.disposition),
            owner_id=(await agents.find(conn, params.owner)).id if params.owner is not None else None,
        )
    seen = await lead_search.search(
        desk.database,
        wanted,
        time.monotonic,
        after=params.after,
        limit=params.limit,
        backwards=params.backwards,
    )
    return models.LeadsFound(
        leads=[names.lead(record, limit) for record in seen.leads],
        next=seen.next,
        looked_at=seen.looked_at,
        searched=wanted.searched,
    )


async def show(desk: Desk, actor: Actor, params: models.LeadKey) -> models.LeadDetail:
    """One lead with its history."""
    del actor
    async with desk.database.read() as conn:
        return await detail(conn, params.id)


async def detail(conn: AsyncConnection, lead_id: int) -> models.LeadDetail:
    """All that is known of a lead. Raises NotFoundError."""
    record = await leads.get(conn, lead_id)
    names = await Names.read(conn)
    origin = await lead_edits.origin(conn, lead_id)
    return models.LeadDetail(
        lead=names.lead(record, await most_retries(conn, record.lead.list_id)),
        history=[names.attempt(line) for line in await attempts.of_lead(conn, lead_id)],
        import_id=origin.import_id,
        import_file=origin.file_name,
        imported_at=origin.imported_at,
        handed_to=names.agents.get(origin.handed_to) if origin.handed_to is not None else None,
    )


async def _disposition(conn: AsyncConnection, name: str | None) -> int | None:
    return (await dispositions.find(conn, name)).id if name is not None else None
