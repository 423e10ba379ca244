"""Leads changed by supervisors."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import leads as models
from minidialer.control.models.base import Count
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.events import LeadsChanged
from minidialer.domain.lead_edit import LeadWish, edited
from minidialer.domain.sentence import RefusedError
from minidialer.importing.cells import cleaned
from minidialer.store import agents, campaigns, dispositions, lead_edits, leads

from .desk import Actor, Desk
from .lead_pages import detail
from .lead_views import Names
from .leads import normalised, with_number


async def edit(desk: Desk, actor: Actor, params: models.LeadEdit) -> models.LeadDetail:
    """Change a lead nobody is calling. Raises LeadEditError, CallbackTimeError, NotFoundError."""
    change = desk.change(actor)
    given = params.model_fields_set
    async with change.transaction() as conn:
        before = await leads.get(conn, params.id)
        disposition = await dispositions.find(conn, params.disposition) if params.disposition else None
        owner_id = before.lead.owner_id
        if "owner" in given:
            owner_id = (await agents.find(conn, params.owner)).id if params.owner else None
        wish = LeadWish(owner_id, disposition, "due_at" in given, params.due_at)
        lead = edited(before.lead, wish, await _settings(conn, before.lead.list_id), desk.clock())
        if params.fields:
            lead = replace(lead, fields=_fields(lead.fields, params.fields))
        disposition_id = disposition.id if disposition is not None else before.disposition_id
        if params.disposition == "":
            disposition_id = None
        notes = before.notes if params.notes is None else params.notes
        after = await lead_edits.save(conn, lead, disposition_id=disposition_id, notes=notes)
        names = await Names.read(conn)
        was, now = _audited(names, before, after)
        await change.record(conn, "lead.edit", lead.number, before=was, after=now)
        seen = await detail(conn, params.id)
    await desk.engine.submit(LeadsChanged(lead.list_id))
    return seen


async def do_not_call(desk: Desk, actor: Actor, params: models.DoNotCall) -> Count:
    """Mark or unmark, also a lead that is being called: the call goes on, and is the last one."""
    if (params.id is None) == (params.number is None):
        raise RefusedError("Name a lead or a number, one of the two.")
    change = desk.change(actor)
    async with change.transaction() as conn:
        if params.id is not None:
            matching = [await leads.get(conn, params.id)]
        else:
            matching = await with_number(conn, normalised(desk, params.number or ""), params.lead_list)
        count = await lead_edits.mark_do_not_call(conn, [record.lead.id for record in matching], params.on)
        for number in dict.fromkeys(record.lead.number for record in matching):
            about = {"do_not_call": params.on, "leads": count}
            await change.record(conn, "lead.do_not_call", number, after=about)
    for list_id in {record.lead.list_id for record in matching}:
        await desk.engine.submit(LeadsChanged(list_id))
    return Count(count=count)


async def _settings(conn: AsyncConnection, list_id: int) -> CampaignSettings:
    """Those of the campaign that dials the list, the first of several; the usual ones when there is none."""
    dialling = [item for item in await campaigns.every(conn) if item.list_id == list_id]
    return dialling[0].settings if dialling else CampaignSettings()


def _fields(present: Mapping[str, str], typed: Mapping[str, str | None]) -> dict[str, str]:
    changes = {cleaned(name): None if value is None else cleaned(value) for name, value in typed.items()}
    if "" in changes:
        raise RefusedError("A field needs a name: give one.")
    fields = lead_edits.merged(present, changes)
    if len(fields) > models.MOST_FIELDS:
        raise RefusedError("A lead has at most {limit} fields: take some away.", limit=models.MOST_FIELDS)
    return fields


def _audited(names: Names, before: leads.LeadRecord, after: leads.LeadRecord) -> tuple[dict[str, Any], dict[str, Any]]:
    was, now = (names.lead(record, None).model_dump(mode="json") for record in (before, after))
    for name in ("id", "number", "lead_list"):
        del was[name], now[name]
    old, new = was["fields"], now["fields"]
    was["fields"] = {name: value for name, value in old.items() if new.get(name) != value}
    now["fields"] = {name: value for name, value in new.items() if old.get(name) != value}
    return was, now
