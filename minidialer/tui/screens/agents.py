"""Agents: who there is and what they are doing; their accounts, and the orders a supervisor gives them."""

from typing import ClassVar

from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.models import agents, campaigns
from minidialer.control.models.agents import Agent, AgentKey, AgentSet
from minidialer.control.models.base import Nothing
from minidialer.control.models.watch import AgentLine, Snapshot
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain
from minidialer.tui.widgets.table import Table

from .agent_form import AgentPage
from .agent_orders import each, listen, log_out, pause
from .agent_password import change_password
from .agent_rows import COLUMNS, Row, detail, summary

_NEED_ROWS = frozenset(("edit", "pause", "log_out", "listen", "password", "activate", "delete", "search"))


class AgentsPage(Page):
    """All agents with their states, the one under the cursor in words below."""

    NAME = N_("Agents")
    ABOUT = N_(
        "Every agent with what they are doing right now; struck through while their form is open. `Enter` edits the "
        "one under the cursor, `Space` marks several for `p`, `l` and `a`.\n"
        "An agent is a SIP account with a password of its own for the agent's page. Campaigns say who may join them."
    )
    CHANGES = frozenset(("new", "pause", "log_out", "listen", "password", "activate", "delete"))
    EVERY = 3
    LIVE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("Add")),
        Binding("e", "edit", N_("Edit"), show=False),
        Binding("p", "pause", N_("Pause/resume")),
        Binding("l", "log_out", N_("Log out")),
        Binding("h", "listen", N_("Listen")),
        Binding("w", "password", N_("Password")),
        Binding("a", "activate", N_("On/off")),
        Binding("d,delete", "delete", N_("Delete")),
        Binding("slash", "search", N_("Search")),
    ]
    DEFAULT_CSS = """
    AgentsPage Table { padding: 0 1; }
    AgentsPage #detail { height: 8; padding: 0 1; border-top: solid $border; display: none; }
    AgentsPage.-some #detail { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._agents: list[Agent] = []
        self._campaigns: dict[str, campaigns.Campaign] = {}
        self._lines: dict[str, AgentLine] = {}
        self._sought = ""

    def body(self) -> ComposeResult:
        empty = N_(
            "No agents yet.\nPress `n` to add the first: a SIP account and a password for the agent's page. Then let "
            "them join a campaign."
        )
        yield Static(classes="line")
        yield Table(COLUMNS, key=lambda row: row.agent.id, empty=empty, marks=True, opens=N_("Edit"))
        yield Static(id="detail")

    async def load(self) -> None:
        self._agents = (await self.call(agents.LIST, Nothing())).agents
        found = (await self.call(campaigns.LIST, Nothing())).campaigns
        self._campaigns = {one.name: one for one in found}
        self._show()
        self.refresh_bindings()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self._lines = {line.login: line for line in snapshot.agents}
        if self._agents:
            self._show()

    def _show(self) -> None:
        now = self.supervisor.now()
        rows = [Row(one, self._lines.get(one.login), now) for one in self._agents]
        shown = [row for row in rows if self._sought in f"{row.agent.login} {row.agent.name}".lower()]
        line = summary(rows) if rows else ""
        if self._sought:
            line = _("“{sought}”: {shown} of {all}; / shows all again").format(
                sought=self._sought, shown=len(shown), all=len(rows)
            )
        self.query_one(".line", Static).update(Text(plain(line), no_wrap=True, overflow="ellipsis"))
        self._table.show(shown)
        self.set_class(bool(shown), "-some")
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.current
        if row is None:
            return
        name = f"{row.agent.login}  {row.agent.name}".rstrip()
        title = Text(plain(name), style="bold", no_wrap=True, overflow="ellipsis")
        grid = Grid.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        for label, said in detail(row, self._campaigns):
            grid.add_row(Text(label), Text(plain(said), no_wrap=True, overflow="ellipsis"))
        self.query_one("#detail", Static).update(Group(title, grid))

    def on_table_moved(self) -> None:
        self._show_detail()

    @property
    def _table(self) -> Table[Row]:
        return self.query_one(Table)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEED_ROWS and not self._agents:
            return False
        return super().check_action(action, parameters)

    # -- accounts -----------------------------------------------------------------------------------------------

    @doing
    async def action_new(self) -> None:
        before = {one.id for one in self._agents}
        if await self.app.push_screen_wait(AgentPage(None)):
            self._sought = ""
            await self.load()
            for one in self._agents:
                if one.id not in before:
                    self._table.go_to(one.id)

    @doing
    async def action_edit(self) -> None:
        row = self._table.current
        if row is not None and await self.app.push_screen_wait(AgentPage(row.agent)):
            await self.load()

    def on_table_chosen(self) -> None:
        self.action_edit()

    @doing
    async def action_password(self) -> None:
        row = self._table.current
        if row is not None:
            await change_password(self, row.agent.login, row.who)
            await self.load()

    @doing
    async def action_activate(self) -> None:
        """Switched on or off, all like the first."""
        rows = self._table.chosen
        if not rows:
            return
        active = not rows[0].agent.active
        inside = [row.who for row in rows if row.state != "logged_out"]
        if (
            not active
            and inside
            and not await self.confirm(
                _("Switch off {who}?").format(who=", ".join(row.who for row in rows)),
                _("Logged out by that, after their calls: {who}").format(who=", ".join(inside)),
                yes=_("Switch off"),
                danger=True,
            )
        ):
            return
        await each(self, rows, lambda row: self.call(agents.SET, AgentSet(login=row.agent.login, active=active)))
        await self._done()

    @doing
    async def action_delete(self) -> None:
        row = self._table.current
        if row is not None and await self.confirm(
            _("Delete the agent {who}?").format(who=row.who),
            _("The agent leaves all campaigns and cannot log in any more; talks and statistics stay."),
            yes=_("Delete"),
            danger=True,
        ):
            self.tell_notes(await self.call(agents.REMOVE, AgentKey(login=row.agent.login)))
            await self.load()

    @doing
    async def action_search(self) -> None:
        if self._sought:
            self._sought = ""
        else:
            self._sought = (await self.ask(_("Search"), _("Part of an account or a name:")) or "").lower()
        self._show()

    # -- orders -------------------------------------------------------------------------------------------------

    @doing
    async def action_pause(self) -> None:
        if await pause(self, self._table.chosen):
            await self._done()

    @doing
    async def action_log_out(self) -> None:
        if await log_out(self, self._table.chosen):
            await self._done()

    @doing
    async def action_listen(self) -> None:
        row = self._table.current
        if row is not None:
            await listen(self, row)

    async def _done(self) -> None:
        self._table.marked.clear()
        await self.load()
