"""Leads to a file of the person's own: paged out of the daemon, written with the rights of whoever sits here."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from minidialer.control.client import Client
from minidialer.control.models.leads import PAGE, LeadsFound, LeadsSearch
from minidialer.exporting.leads import LeadsFile
from minidialer.exporting.table import ExportError
from minidialer.i18n import _, ngettext
from minidialer.tui.page import Page
from minidialer.tui.text import thousands
from minidialer.tui.widgets.working import Progress, while_working

from .saving import ask_path, refusal_of

_PAGE = 500
_READING = 0.8  # share of the bar for asking, the rest is for writing


async def export_leads(page: Page, wanted: LeadsSearch, of: int) -> None:
    """Ask where to, write what is wanted, tell how many. `of`: leads in the list. Within an action."""
    title = _("Export of {name}").format(name=wanted.lead_list)
    path = await ask_path(page, title, f"{wanted.lead_list}.xlsx")
    if path is None:
        return
    count = await while_working(page, title, lambda progress: _export(page, wanted, of, path, progress))
    if count is None:
        page.tell(_("Cancelled: no file was written."))
    else:
        text = ngettext("{count} lead is in {file}.", "{count} leads are in {file}.", count)
        page.tell(text.format(count=thousands(count), file=path))


async def _export(page: Page, wanted: LeadsSearch, of: int, path: Path, progress: Progress) -> int:
    try:
        with LeadsFile(path, zone=page.supervisor.zone) as file:
            looked_at = 0
            async with page.supervisor.session.line() as client:
                async for found in _pages(client, wanted):
                    await asyncio.to_thread(file.add, found.leads)
                    looked_at += found.looked_at
                    told = _("{count} leads so far").format(count=thousands(file.count))
                    progress.step(_READING * min(1.0, looked_at / max(of, 1)), told)

            def written(rows: int) -> None:
                share = _READING + (1 - _READING) * rows / max(file.count, 1)
                progress.step(share, _("writing {file}").format(file=path.name))

            return await asyncio.to_thread(file.finish, written)
    except ExportError as error:
        raise refusal_of(error) from error


async def _pages(client: Client, wanted: LeadsSearch) -> AsyncIterator[LeadsFound]:
    """All of them, a page at a time."""
    after: int | None = 0
    while after is not None:
        asked = wanted.model_dump(exclude_unset=True) | {"after": after, "limit": _PAGE}
        found = await client.call(PAGE, LeadsSearch.model_validate(asked))
        yield found
        after = found.next
