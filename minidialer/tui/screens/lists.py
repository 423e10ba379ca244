"""Lists of numbers: what is in each, and what can be done with a whole one."""

from typing import ClassVar, TypeVar

from pydantic import BaseModel
from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.method import Method
from minidialer.control.models import leads, lists
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.lists import LeadList, ListRemove, ListRename
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _, ngettext
from minidialer.tui.page import Page, doing
from minidialer.tui.places import page_class
from minidialer.tui.text import keyed, plain, thousands
from minidialer.tui.widgets.fields import value_fault
from minidialer.tui.widgets.table import Table
from minidialer.tui.widgets.working import long_call

from .bringing import bring_file
from .lead_export import export_leads
from .list_rows import COLUMNS, detail, going

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
_LONG_LIST = 20_000  # leads
_NEED_ROWS = frozenset(("rename", "delete", "reset", "export"))


class ListsPage(Page):
    """All lists above, the one under the cursor in words below."""

    NAME = N_("Lists")
    ABOUT = N_(
        "Lists of numbers to call; a campaign dials one of them. `Enter` opens a list to look into and search it.\n"
        "fresh: never called. retries: did not answer, will be called again. agreed: at a time the customer gave. "
        "exhausted: called as often as the campaign allows. closed: done with. barred: never to be called.\n"
        "A number stands in a list once; other lists may have it as well."
    )
    CHANGES = frozenset(("new", "rename", "delete", "reset", "bring"))
    EVERY = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("Add")),
        Binding("i", "bring", N_("Import")),
        Binding("e", "rename", N_("Rename")),
        Binding("r", "reset", N_("Call again")),
        Binding("x", "export", N_("Export")),
        Binding("d,delete", "delete", N_("Delete")),
    ]
    DEFAULT_CSS = """
    ListsPage Table { padding: 0 1; }
    ListsPage #detail { height: 6; padding: 0 1; border-top: solid $border; display: none; }
    ListsPage.-some #detail { display: block; }
    """

    def body(self) -> ComposeResult:
        empty = N_(
            "No lists yet.\nPress `n` to add an empty one, or `F5` to import a file of numbers: the list is made on "
            "the way. A campaign needs a list to dial."
        )
        yield Table(COLUMNS, key=lambda row: row.id, empty=empty, opens=N_("Leads"))
        yield Static(id="detail")

    async def load(self) -> None:
        found = (await self.call(lists.LIST, Nothing())).lists
        self._table.show(found)
        self.set_class(bool(found), "-some")
        self._show_detail()

    def on_table_moved(self) -> None:
        self._show_detail()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.supervisor.open(page_class("leads:LeadsPage")(event.row.name))

    def _show_detail(self) -> None:
        row = self._table.current
        if row is None:
            return
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        for label, said in detail(row):
            grid.add_row(Text(label), keyed(plain(said)))
        title = Text(plain(row.name), style="bold", no_wrap=True, overflow="ellipsis")
        self.query_one("#detail", Static).update(Group(title, grid))

    @property
    def _table(self) -> Table[LeadList]:
        return self.query_one(Table)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEED_ROWS and not self._table.rows:
            return False
        return super().check_action(action, parameters)

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_new(self) -> None:
        name = await self.ask(
            _("New list"), _("What is it called? For example: Customers 2026."), fault=value_fault(Named, "name")
        )
        if name is not None:
            made = await self.call(lists.ADD, Named(name=name))
            await self.load()
            self._table.go_to(made.id)
            self._table.focus()
            self.tell(_("{name} is there, empty: i imports a file of numbers into it.").format(name=made.name))

    @doing
    async def action_rename(self) -> None:
        row = self._table.current
        if row is None:
            return
        name = await self.ask(
            _("Rename {name}").format(name=row.name),
            _("Campaigns that dial it go on."),
            value=row.name,
            fault=value_fault(Named, "name"),
        )
        if name is not None and name != row.name:
            await self.call(lists.RENAME, ListRename(name=row.name, new_name=name))
            await self.load()

    @doing
    async def action_delete(self) -> None:
        """Say what would go, then do it. What a campaign dials is refused before anything is asked."""
        row = self._table.current
        if row is None:
            return
        what = await self.call(lists.REMOVE, ListRemove(name=row.name, dry=True))
        if what.campaigns:
            raise ControlError(
                "List “{name}” is dialled by {campaigns}: give that campaign another list first.",
                name=row.name,
                campaigns=", ".join(f"“{name}”" for name in what.campaigns),
            )
        if what.calls:
            raise ControlError("A number of list “{name}” is being called: wait until the call is over.", name=row.name)
        if not await self.confirm(
            _("Delete the list {name}?").format(name=row.name), going(row, what), yes=_("Delete"), danger=True
        ):
            return
        title = _("Deleting {name}").format(name=row.name)
        gone = await self._long(title, row, lists.REMOVE, ListRemove(name=row.name, force=True))
        self.tell_notes(gone)
        self.tell(_("{name} is gone, with its leads: {count}.").format(name=row.name, count=thousands(gone.leads)))
        await self.load()

    @doing
    async def action_reset(self) -> None:
        row = self._table.current
        if row is None:
            return
        retries = row.states.get("retry", 0) + row.states.get("exhausted", 0)
        if not retries:
            self.tell(_("{name}: nothing to call again, no lead was tried in vain.").format(name=row.name))
            return
        if await self.confirm(
            _("Start the attempt counters of {name} again?").format(name=row.name),
            _("To be called again as if for the first time: {count}, of them exhausted: {exhausted}.").format(
                count=thousands(retries), exhausted=thousands(row.states.get("exhausted", 0))
            )
            + "\n"
            + _("Callbacks keep their time; closed leads stay closed."),
            yes=_("Call again"),
        ):
            title = _("Attempt counters of {name}").format(name=row.name)
            count = (await self._long(title, row, leads.RESET, leads.LeadsReset(lead_list=row.name))).count
            text = ngettext("{count} lead starts again.", "{count} leads start again.", count)
            self.tell(text.format(count=thousands(count)))
            await self.load()

    @doing
    async def action_export(self) -> None:
        row = self._table.current
        if row is not None:
            await export_leads(self, leads.LeadsSearch(lead_list=row.name), row.leads)

    async def _long(self, title: str, row: LeadList, method: Method[P, R], params: P) -> R:
        """What takes seconds on a long list, then with a dialog and over a line of its own."""
        if row.leads < _LONG_LIST:
            return await self.call(method, params)
        return await long_call(self, title, method, params)

    @doing
    async def action_bring(self) -> None:
        row = self._table.current
        await bring_file(self, row.name if row is not None else None)
