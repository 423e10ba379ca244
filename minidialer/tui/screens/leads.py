"""A list of leads to look into: browsed to both ends, filtered, searched, however long it is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from minidialer.control.client import Client
from minidialer.control.models import dispositions, lists
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.leads import Lead, LeadsSearch
from minidialer.control.models.lists import LeadList
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing, told
from minidialer.tui.text import plain, thousands
from minidialer.tui.widgets.fields import value_fault
from minidialer.tui.widgets.table import Table

from .do_not_call import mark_leads
from .lead import LeadPage
from .lead_export import export_leads
from .lead_form import LeadFormPage
from .lead_rows import KINDS, kind_word, lead_columns
from .lead_window import Told, Window

_NEAR_TOP = 20  # rows
Fetch = Callable[[Client, Told], Awaitable[None]]


class LeadsTable(Table[Lead]):
    """Home and End are those of the whole list, not of the rows that are here."""

    class Edge(Message):
        """To the beginning (-1) or the end (1)."""

        def __init__(self, side: int) -> None:
            super().__init__()
            self.side = side

    def action_edge(self, side: int) -> None:
        self.post_message(self.Edge(side))

    def to_edge(self, side: int) -> None:
        """Of the rows that are here."""
        super().action_edge(side)


class LeadsPage(Page):
    """The leads of one list."""

    NAME = N_("Leads")
    ABOUT = N_(
        "The leads of one list, in the order of import. `Enter` shows all about the one under the cursor. More is "
        "fetched as you go; `Home` and `End` go to the ends of the whole list.\n"
        "`/` searches: digits are looked for in numbers, anything else in names, notes and all other fields. `f` shows "
        "only those in a state or with a disposition. `x` exports what is shown: a search or a filter counts.\n"
        "`Space` marks leads for `b`, which bars them: they are never called again until the mark is taken away."
    )
    CHANGES = frozenset(("edit", "bar"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", N_("Search")),
        Binding("f", "filter", N_("Filter")),
        Binding("e", "edit", N_("Edit")),
        Binding("b", "bar", N_("Bar/allow")),
        Binding("x", "export", N_("Export")),
        Binding("c", "clear", N_("Show all")),
    ]
    DEFAULT_CSS = "LeadsPage Table { padding: 0 1; }"

    def __init__(self, lead_list: str) -> None:
        super().__init__()
        self._list = LeadList(id=0, name=lead_list)
        self._window = Window(LeadsSearch(lead_list=lead_list))

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        yield Static(classes="line")
        yield LeadsTable(
            lead_columns(self.supervisor.local),
            key=lambda row: row.id,
            marks=True,
            opens=N_("Look"),
        )

    # -- what is shown ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        self._list = await self.call(lists.SHOW, Named(name=self._list.name))
        if self._window.looked:
            await self._fetch(self._window.again)
        else:
            await self._begin(self._window, -1)

    async def _begin(self, window: Window, side: int) -> None:
        """The beginning or the end; what is found is shown as it is found."""
        self._table.show([])
        steps = window.first if side < 0 else window.last
        async with self.supervisor.session.line() as client:
            async for _step in steps(client, self._show):
                self._show()
                self._table.to_edge(side)
        self._show()
        self.refresh_bindings()

    async def _fetch(self, fetch: Fetch) -> None:
        """More, or the same again; the row under the cursor stays where it is on the screen."""
        async with self.supervisor.session.line() as client:
            await fetch(client, self._show_line)
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        table, rows = self._table, self._window.rows
        under, top = table.current, table.scroll_offset.y
        before = _place(table.rows, under)
        table.say_empty(self._empty_text())
        table.show(list(rows))
        moved = _place(table.rows, under) - before
        if under is not None and moved and top + moved >= 0:
            table.scroll_to(y=top + moved, animate=False, immediate=True, force=True)
        self._show_line()

    def _show_line(self) -> None:
        title = Text(plain(self._list.name), no_wrap=True, overflow="ellipsis")
        self.query_one(".heading", Static).update(title)
        self.query_one(".line", Static).update(Text(plain(self._said()), no_wrap=True, overflow="ellipsis"))

    def _said(self) -> str:
        """How many there are, what is shown of them, and how far a search has come."""
        window = self._window
        said = [_("{count} leads").format(count=thousands(self._list.leads))]
        wanted = self._wanted_said()
        if wanted:
            known = thousands(len(window.rows)) if window.top and window.bottom else f"{thousands(len(window.rows))}+"
            said.append(_("shown only {wanted}: {count}").format(wanted=wanted, count=known))
        if window.looking is not None and wanted:
            share = min(1.0, window.looking / max(self._list.leads, 1))
            said.append(_("searching, {share} of the list so far").format(share=f"{share:.0%}"))
        return "  ".join(said)

    def _wanted_said(self) -> str:
        wanted = self._window.wanted
        said = [f"“{wanted.search}”"] if wanted.search else []
        said += [kind_word(wanted.state)] if wanted.state is not None else []
        said += [wanted.disposition] if wanted.disposition is not None else []
        return ", ".join(said)

    def _empty_text(self) -> str:
        if self._window.looking is not None or not self._window.bottom:
            return _("Looking…")
        if self._wanted_said():
            return _("Nothing found.\nPress `c` to see all leads again, `/` to search for something else.")
        return _("No leads in this list yet.\nGo back with `Esc` and press `i` there to import a file of numbers.")

    @property
    def _table(self) -> LeadsTable:
        return self.query_one(LeadsTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self._wanted_said())
        if action in {"edit", "bar", "export"} and not self._window.rows:
            return False
        return super().check_action(action, parameters)

    # -- going about --------------------------------------------------------------------------------------------

    def on_table_end_near(self) -> None:
        if not self._window.bottom:
            self._more(self._window.down)

    def on_table_moved(self) -> None:
        at = _place(self._table.rows[:_NEAR_TOP], self._table.current)
        if at >= 0 and not self._window.top:
            self._more(self._window.up)

    def on_leads_table_edge(self, event: LeadsTable.Edge) -> None:
        window = self._window
        if window.top if event.side < 0 else window.bottom:
            self._table.to_edge(event.side)
        else:
            self._anew(window.wanted, event.side)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.supervisor.open(LeadPage(event.row.id))

    def _more(self, fetch: Fetch) -> None:
        """Beside the keys, and only when nothing else is being fetched."""
        if self._window.looking is None:
            self._window.looking = 0
            self.run_worker(told(self, self._fetch(fetch)), group="load")

    def _anew(self, wanted: LeadsSearch, side: int = -1) -> None:
        """Something else, from its beginning or end; what was being fetched is given up."""
        self.workers.cancel_group(self, "load")
        self._window = Window(wanted)
        self.run_worker(told(self, self._begin(self._window, side)), group="load")
        self.refresh_bindings()

    def _wanting(self, **changes: object) -> LeadsSearch:
        wanted = self._window.wanted.model_dump(exclude_unset=True) | changes
        return LeadsSearch.model_validate({name: value for name, value in wanted.items() if value not in (None, "")})

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_search(self) -> None:
        sought = await self.ask(
            _("Search"),
            _("Part of a number, of a name, of the notes or of any other field."),
            value=self._window.wanted.search,
            fault=value_fault(LeadsSearch, "search"),
        )
        if sought is not None:
            self._anew(self._wanting(search=sought))

    @doing
    async def action_filter(self) -> None:
        found = (await self.call(dispositions.LIST, Nothing())).dispositions
        counts = {**self._list.states, "do_not_call": self._list.do_not_call}
        options: list[tuple[tuple[str, str], str]] = [(("", ""), _("all"))]
        options += [(("state", kind), f"{kind_word(kind)}: {thousands(counts.get(kind, 0))}") for kind in KINDS]
        options += [(("disposition", one.name), _("disposition {name}").format(name=one.name)) for one in found]
        wanted = self._window.wanted
        now = ("state", wanted.state) if wanted.state else ("disposition", wanted.disposition or "")
        chosen = await self.choose(_("Which leads?"), options, value=now if now[1] else ("", ""))
        if chosen is not None:
            name, value = chosen
            self._anew(self._wanting(**{"state": None, "disposition": None, **({name: value} if name else {})}))

    def action_clear(self) -> None:
        self._anew(LeadsSearch(lead_list=self._list.name))

    @doing
    async def action_edit(self) -> None:
        row = self._table.current
        if row is not None and await self.app.push_screen_wait(LeadFormPage(row.id)):
            self.reload()

    @doing
    async def action_bar(self) -> None:
        if await mark_leads(self, self._table.chosen):
            self._table.marked.clear()
            self.reload()

    @doing
    async def action_export(self) -> None:
        await export_leads(self, self._window.wanted, self._list.leads)


def _place(rows: Sequence[Lead], row: Lead | None) -> int:
    """Where the lead stands among these; -1: nowhere."""
    return next((at for at, one in enumerate(rows) if row is not None and one.id == row.id), -1)
