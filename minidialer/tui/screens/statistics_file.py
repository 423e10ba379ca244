"""Statistics to a file of the person's own."""

import asyncio

from minidialer.control.stats_tables import Table
from minidialer.exporting.table import ExportError, write_table
from minidialer.i18n import _, ngettext
from minidialer.tui.page import Page
from minidialer.tui.text import thousands

from .saving import ask_path, refusal_of


async def write_table_file(page: Page, table: Table, name: str) -> None:
    """Ask where to, write it, tell how many rows. `name`: of the file, to begin with. Within an action."""
    path = await ask_path(page, _("Export of {name}").format(name=name), f"{name}.xlsx")
    if path is None:
        return
    try:
        count = await asyncio.to_thread(write_table, path, table.columns, table.rows, zone=page.supervisor.zone)
    except ExportError as error:
        raise refusal_of(error) from error
    text = ngettext(
        "{count} row is in {file}; times are in seconds.", "{count} rows are in {file}; times are in seconds.", count
    )
    page.tell(text.format(count=thousands(count), file=path))
