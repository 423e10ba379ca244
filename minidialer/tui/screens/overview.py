"""The overview: every campaign with what it is doing, and the state of the system in words."""

from typing import ClassVar

from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.models import agents, campaigns, dispositions, figures, lists, system
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.watch import Snapshot
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.places import page_class
from minidialer.tui.text import plain
from minidialer.tui.widgets.fields import value_fault
from minidialer.tui.widgets.table import Table

from .campaign_orders import switch
from .guide import Present, guide
from .overview_rows import COLUMNS, Row, detail, row_of
from .system_line import SystemLine


class OverviewPage(Page):
    """Campaigns above, the one under the cursor in words below."""

    NAME = N_("Overview")
    ABOUT = N_(
        "Every campaign with what it is doing right now. `Enter` shows its live panel, `e` its settings.\n"
        "ready, talk, form, pause: agents in these states. rings: numbers being dialled. waits: people who answered "
        "and wait for an agent. lost: how many of today's answers found no agent. to call: leads left."
    )
    CHANGES = frozenset(("new", "switch", "assign", "delete"))
    EVERY = 2
    LIVE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "switch", N_("Start/stop")),
        Binding("e", "edit", N_("Settings")),
        Binding("a", "assign", N_("Agents")),
        Binding("n", "new", N_("New")),
        Binding("d,delete", "delete", N_("Delete")),
    ]
    DEFAULT_CSS = """
    OverviewPage #notice { padding: 0 1; color: $text-accent; }
    OverviewPage Table { padding: 0 1; }
    OverviewPage #detail { height: 10; padding: 0 1; border-top: solid $border; display: none; }
    OverviewPage.-some #detail { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._campaigns: list[campaigns.Campaign] = []
        self._figures: dict[str, figures.CampaignFigures] = {}
        self._snapshot: Snapshot | None = None

    def body(self) -> ComposeResult:
        yield SystemLine()
        if self.supervisor.notice:
            yield Static(Text(plain(self.supervisor.notice)), id="notice")
        yield Table(COLUMNS, key=lambda row: row.campaign.id, opens=N_("Live"))
        yield Static(id="detail")

    # -- what is shown ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        self.query_one(SystemLine).show(await self.call(system.STATUS, Nothing()))
        self._campaigns = (await self.call(campaigns.LIST, Nothing())).campaigns
        if self._campaigns:
            found = await self.call(figures.FIGURES, figures.FiguresOf())
            self._figures = {one.name: one for one in found.campaigns}
        else:
            self._table.say_empty(guide(await self._present(), read_only=self.read_only))
        self._show()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self._campaigns:
            self._show()

    def _show(self) -> None:
        panels = {panel.id: panel for panel in self._snapshot.campaigns} if self._snapshot is not None else {}
        rows = [row_of(one, panels.get(one.id), self._figures.get(one.name)) for one in self._campaigns]
        self._table.show(rows)
        self.set_class(bool(rows), "-some")
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.current
        if row is None:
            return
        title = Text(plain(row.campaign.name), style="bold", no_wrap=True, overflow="ellipsis")
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column()
        for name, said in detail(row):
            grid.add_row(Text(name), Text(plain(said)))
        self.query_one("#detail", Static).update(Group(title, grid))

    def on_table_moved(self) -> None:
        self._show_detail()

    async def _present(self) -> Present:
        """What an empty system has already."""
        found = (await self.call(lists.LIST, Nothing())).lists
        return Present(
            agents=len((await self.call(agents.LIST, Nothing())).agents),
            lists=len(found),
            dispositions=len((await self.call(dispositions.LIST, Nothing())).dispositions),
            leads=sum(one.leads for one in found),
        )

    @property
    def _table(self) -> Table[Row]:
        return self.query_one(Table)

    @property
    def _chosen(self) -> campaigns.Campaign | None:
        row = self._table.current
        return row.campaign if row is not None else None

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_switch(self) -> None:
        row = self._table.current
        if row is None:
            return
        await switch(self, row.campaign.name, running=row.running)
        await self.load()

    @doing
    async def action_new(self) -> None:
        name = await self.ask(
            _("New campaign"), _("What is it called?"), fault=value_fault(campaigns.CampaignAdd, "name")
        )
        if name is None:
            return
        found = (await self.call(lists.LIST, Nothing())).lists
        lead_list = await self.choose(
            _("Which list does it dial?"), [*((one.name, one.name) for one in found), ("", _("none yet"))]
        )
        if lead_list is None:
            return
        who = await self._choose_agents(_("Who may join {name}?").format(name=name), [])
        if who is None:
            return
        made = await self.call(campaigns.ADD, campaigns.CampaignAdd(name=name, lead_list=lead_list or None, agents=who))
        await self.load()
        self._table.go_to(made.id)
        self._table.focus()
        self.tell(_("{name} is there, stopped: e shows its settings, s starts it.").format(name=made.name))

    @doing
    async def action_assign(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        now = await self.call(campaigns.SHOW, Named(name=chosen.name))
        who = await self._choose_agents(_("Who may join {name}?").format(name=now.name), now.agents)
        if who is not None:
            await self.call(campaigns.SET, campaigns.CampaignSet(name=now.name, agents=who, revision=now.revision))
            await self.load()

    async def _choose_agents(self, title: str, assigned: list[str]) -> list[str] | None:
        people = (await self.call(agents.LIST, Nothing())).agents
        if not people:
            return []
        options = [(one.login, f"{one.login}  {one.name}".rstrip()) for one in people]
        return await self.choose_many(title, options, assigned)

    @doing
    async def action_delete(self) -> None:
        chosen = self._chosen
        if chosen is not None and await self.confirm(
            _("Delete the campaign {name}?").format(name=chosen.name),
            _("Its settings and assigned agents go; its list, the calls and statistics stay."),
            yes=_("Delete"),
            danger=True,
        ):
            self.tell_notes(await self.call(campaigns.REMOVE, Named(name=chosen.name)))
            await self.load()

    def action_edit(self) -> None:
        if self._chosen is not None:
            self.supervisor.open(page_class("campaign:CampaignPage")(self._chosen.name))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.supervisor.open(page_class("live:LivePage")(event.row.campaign.name))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"switch", "edit", "assign", "delete"} and not self._campaigns:
            return False
        return super().check_action(action, parameters)
