"""All there is about one lead: fields, state, and every call that was made to it."""

from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Static

from minidialer.control.models import leads
from minidialer.control.models.leads import HistoryLine, Lead, LeadEdit, LeadKey
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain
from minidialer.tui.widgets.table import Table

from .do_not_call import mark_leads
from .lead_form import LeadFormPage
from .lead_rows import FACTS, Fact, attempt_said, facts, history_columns, who

_LONGEST_NAME = 100


def _name_fault(typed: str) -> ControlError | None:
    if 0 < len(typed.strip()) <= _LONGEST_NAME:
        return None
    return ControlError("A field's name has 1 to {longest} characters.", longest=_LONGEST_NAME)


class LeadPage(Page):
    """What is known above or left, its history below or right; the line under the cursor in full at the bottom."""

    NAME = N_("Lead")
    ABOUT = N_(
        "Everything about one number of a list: the fields of its file, notes, state, and every call to it with what "
        "the agent saved, the newest first. `Tab` goes from one table to the other; the line under the cursor stands "
        "at the bottom in full.\n"
        "`e` edits it, `a` adds a field, `b` bars it: it is never called again until the mark is taken away."
    )
    CHANGES = frozenset(("edit", "add_field", "bar"))
    EVERY = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", N_("Edit")),
        Binding("a", "add_field", N_("Add a field")),
        Binding("b", "bar", N_("Bar/allow")),
    ]
    DEFAULT_CSS = """
    LeadPage #both { height: 1fr; layout: vertical; }
    LeadPage Table { padding: 0 1; }
    LeadPage #history { border-top: solid $border; }
    LeadPage.-wide #both { layout: horizontal; }
    LeadPage.-wide #facts { width: 2fr; height: 100%; }
    LeadPage.-wide #history { width: 3fr; height: 100%; border-top: none; border-left: solid $border; }
    LeadPage #full { height: 4; padding: 0 1; border-top: solid $border; }
    """

    def __init__(self, lead_id: int) -> None:
        super().__init__()
        self._lead_id = lead_id
        self._lead: Lead | None = None

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        with Container(id="both"):
            yield Table(FACTS, key=lambda row: row.key, titles=False, opens=N_("Edit"), id="facts")
            yield Table(
                history_columns(self.supervisor.local),
                key=lambda row: row.attempt_id,
                empty=N_("Never called yet."),
                id="history",
            )
        yield Static(id="full")

    async def load(self) -> None:
        detail = await self.call(leads.SHOW, LeadKey(id=self._lead_id))
        self._lead = detail.lead
        title = Text(plain(f"{detail.lead.number}  {who(detail.lead)}"), no_wrap=True, overflow="ellipsis")
        self.query_one(".heading", Static).update(title)
        self.query_one("#facts", Table).show(list(facts(detail, self.supervisor.local)))
        self.query_one("#history", Table).show(detail.history[::-1])
        self._show_full(self.focused.current if isinstance(self.focused, Table) else None)

    def on_table_moved(self, event: Table.Moved) -> None:
        if event.table is self.focused:
            self._show_full(event.row)

    def on_descendant_focus(self) -> None:
        if isinstance(self.focused, Table):
            self._show_full(self.focused.current)

    def _show_full(self, row: Any) -> None:
        said = ""
        if isinstance(row, Fact):
            said = f"{row.label}: {row.said}"
        elif isinstance(row, HistoryLine):
            said = attempt_said(row, self.supervisor.local)
        self.query_one("#full", Static).update(Text(plain(said)))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        if isinstance(event.row, Fact) and not self.read_only:
            self.action_edit()

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_edit(self) -> None:
        if await self.app.push_screen_wait(LeadFormPage(self._lead_id)):
            await self.load()

    @doing
    async def action_add_field(self) -> None:
        name = await self.ask(_("New field"), _("What is it called?"), fault=_name_fault)
        if name is None:
            return
        value = await self.ask(_("Field {name}").format(name=name), _("What stands in it?"))
        if value is not None:
            await self.call(leads.EDIT, LeadEdit(id=self._lead_id, fields={name: value}))
            await self.load()

    @doing
    async def action_bar(self) -> None:
        if self._lead is not None and await mark_leads(self, [self._lead]):
            await self.load()
