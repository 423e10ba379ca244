"""Imports that were made, undoing one, and the way to a new one."""

from pathlib import Path
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.models import imports
from minidialer.control.models.base import Nothing
from minidialer.control.models.imports import Import, ImportKey
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.places import page_class
from minidialer.tui.text import plain, thousands
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table
from minidialer.tui.widgets.working import long_call

from .bringing import bring_file
from .list_rows import figure


def _state(row: Import) -> Cell:
    if row.undone_at is not None:
        return Cell(_("undone"), "dim")
    return Cell(_("done"), "good") if row.finished_at is not None else Cell(_("unfinished"), "warn")


def _rejected(row: Import) -> Cell:
    return figure(row.invalid, "warn")


class ImportsPage(Page):
    """All imports, the newest first; the one under the cursor in words below."""

    NAME = N_("Import")
    ABOUT = N_(
        "Files of numbers that were imported. `n` imports another one: choose it, look at what is made of it, try it, "
        "import it. `Enter` shows the leads of the list.\n"
        "`u` takes an import back: leads it added that were not called yet go; fields it updated stay updated."
    )
    CHANGES = frozenset(("new", "undo"))
    EVERY = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("Import a file")),
        Binding("u", "undo", N_("Undo")),
    ]
    DEFAULT_CSS = """
    ImportsPage Table { padding: 0 1; }
    ImportsPage #detail { height: 6; padding: 0 1; border-top: solid $border; display: none; }
    ImportsPage.-some #detail { display: block; }
    """
    _folder: Path | None = None

    def body(self) -> ComposeResult:
        columns = (
            Column[Import](N_("file"), lambda row: row.file, width=14, grow=2, order=lambda row: row.file.lower()),
            Column[Import](N_("list"), lambda row: row.lead_list, width=12, grow=1, order=lambda row: row.lead_list),
            Column[Import](N_("when"), lambda row: self.supervisor.local(row.started_at), width=16),
            Column[Import](N_("who"), lambda row: row.by, width=8, drop=1),
            Column[Import](N_("added"), lambda row: figure(row.added), width=8, right=True),
            Column[Import](N_("updated"), lambda row: figure(row.updated), width=8, right=True, drop=2),
            Column[Import](N_("rejected"), _rejected, width=6, right=True),
            Column[Import](N_("state"), _state, width=11),
        )
        empty = N_(
            "Nothing was imported yet.\nPress `n` to choose a file of numbers: .csv, .txt or a spreadsheet. It goes "
            "into a list, which a campaign dials."
        )
        yield Table(columns, key=lambda row: row.id, empty=empty, opens=N_("Leads"))
        yield Static(id="detail")

    async def load(self) -> None:
        found = (await self.call(imports.LIST, Nothing())).imports
        self._table.show(found)
        self.set_class(bool(found), "-some")
        self._show_detail()

    def on_table_moved(self) -> None:
        self._show_detail()
        self.refresh_bindings()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.supervisor.open(page_class("leads:LeadsPage")(event.row.lead_list))

    def _show_detail(self) -> None:
        row = self._table.current
        if row is None:
            return
        title = Text(plain(row.file), style="bold", no_wrap=True, overflow="ellipsis")
        self.query_one("#detail", Static).update(Group(title, *(Text(plain(line)) for line in self._said(row))))

    def _said(self, row: Import) -> list[str]:
        counted = _(
            "{read} rows: {added} added, {updated} updated, {known} were in the list, {twice} twice in the file, "
            "{invalid} rejected"
        )
        said = [
            counted.format(
                read=thousands(row.read),
                added=thousands(row.added),
                updated=thousands(row.updated),
                known=thousands(row.already_in_list),
                twice=thousands(row.duplicate_in_file),
                invalid=thousands(row.invalid),
            )
        ]
        if row.undone_at is not None:
            undone = _("undone {when}: {count} leads removed")
            said.append(undone.format(when=self.supervisor.local(row.undone_at), count=thousands(row.removed)))
        elif row.finished_at is None:
            said.append(_("It is under way, or it was broken off: then undo it."))
        if row.rejected_file:
            said.append(_("rejected rows on the daemon's machine: {file}").format(file=row.rejected_file))
        return said

    @property
    def _table(self) -> Table[Import]:
        return self.query_one(Table)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo" and (self._table.current is None or self._table.current.undone_at is not None):
            return False
        return super().check_action(action, parameters)

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_new(self) -> None:
        self._folder = await bring_file(self, folder=self._folder) or self._folder
        await self.load()

    @doing
    async def action_undo(self) -> None:
        row = self._table.current
        if row is None or not await self.confirm(
            _("Undo the import of {file}?").format(file=row.file),
            _("Its leads go from the list {name}, but for those that were called or marked meanwhile.").format(
                name=row.lead_list
            ),
            yes=_("Undo"),
            danger=True,
        ):
            return
        title = _("Undoing the import of {file}").format(file=row.file)

        async def share() -> float:
            one = next(one for one in (await self.call(imports.LIST, Nothing())).imports if one.id == row.id)
            return one.removed / max(one.added, 1)

        undone = await long_call(self, title, imports.UNDO, ImportKey(id=row.id), share)
        told = _("Removed {removed}; {kept} stay, because they were called or marked.").format(
            removed=thousands(undone.removed), kept=thousands(undone.kept)
        )
        if undone.updated:
            told += " " + _("Leads it updated keep their new fields: {count}.").format(count=thousands(undone.updated))
        self.tell(told)
        await self.load()
