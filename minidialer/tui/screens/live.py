"""The live panel of a campaign: who talks, who is called, who waits, and why it dials as much as it does."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from minidialer.control.models import agents, figures
from minidialer.control.models.base import Nothing
from minidialer.control.models.campaigns import DispositionCount
from minidialer.control.models.figures import CampaignFigures
from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, Snapshot
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.places import page_class
from minidialer.tui.widgets.chart import Chart
from minidialer.tui.widgets.table import Table

from . import live_rows
from .agent_orders import listen, log_out, pause
from .agent_rows import Row
from .campaign_orders import switch
from .live_head import LiveHead
from .live_more import MorePage
from .pacing import PacingPage

_OF_AGENTS = frozenset(("pause", "log_out", "listen"))


class LivePage(Page):
    """Agents and calls beside each other, the list's dispositions below or beside them, the last hour at the bottom."""

    NAME = N_("Live panel")
    ABOUT = N_(
        "What the campaign is doing right now, four times a second. `Enter` shows more of the agent or the number "
        "under the cursor, `Tab` or the arrows go to the next table.\n"
        "Agents are struck through while their form is open: no call comes to them. The line “why” says how many calls "
        "the dialer wants to place and what holds it back. When it dials predictively, “sees” says what it goes by and "
        "“budget” how many people who answer may still find no agent; `b` shows all of it.\n"
        "At the bottom are the calls of the last 60 minutes, how many of them were answered, and how many of those "
        "found no agent; the latter on a scale of their own."
    )
    CHANGES = frozenset(("switch", *_OF_AGENTS))
    EVERY = 2
    LIVE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "switch", N_("Start/stop")),
        Binding("e", "edit", N_("Settings")),
        Binding("p", "pause", N_("Pause/resume")),
        Binding("l", "log_out", N_("Log out")),
        Binding("b", "budget", N_("Budget")),
        Binding("h", "listen", N_("Listen")),
        Binding("right", "app.focus_next", N_("Next table"), show=False),
        Binding("left", "app.focus_previous", N_("Table before"), show=False),
    ]
    DEFAULT_CSS = """
    LivePage #floor { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-rows: 1fr 7; grid-gutter: 0 1;
        height: 1fr; padding: 0 1; }
    LivePage #calls { row-span: 2; }
    LivePage #counts Table { height: 1; }
    LivePage #counts #exhausted > .table--cursor-away { background: $background; }
    LivePage Chart { padding: 0 1; }
    LivePage.-tall LiveHead { height: 5; }
    LivePage.-foresees LiveHead { height: 6; }
    LivePage.-foresees.-tall LiveHead { height: 7; }
    LivePage.-tall #floor { grid-rows: 1fr 12; }
    LivePage.-tall Chart { height: 10; }
    LivePage.-wide #floor { grid-size: 3; grid-columns: 4fr 3fr 30; grid-rows: 1fr; grid-gutter: 0 2; }
    LivePage.-wide #calls { row-span: 1; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._campaign = name
        self._panel: CampaignPanel | None = None
        self._figures: CampaignFigures | None = None

    def body(self) -> ComposeResult:
        yield LiveHead()
        with Container(id="floor"):
            yield Table(
                live_rows.AGENTS,
                key=lambda row: row.line.login,
                empty=N_("Nobody has joined.\nAgents join on their page; `e` says who may."),
                opens=N_("More"),
                id="agents",
            )
            yield Table(live_rows.CALLS, key=lambda call: call.attempt_id, opens=N_("More"), id="calls")
            with Vertical(id="counts"):
                empty = N_("No dispositions: `F4`.")
                yield Table(live_rows.COUNTS, key=lambda row: row.disposition, empty=empty, id="dispositions")
                last: Table[DispositionCount] = Table(
                    live_rows.COUNTS, key=lambda _row: 0, titles=False, id="exhausted"
                )
                last.can_focus = False
                yield last
        yield Chart()

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def watched(self) -> str:
        return self._campaign

    async def load(self) -> None:
        found = (await self.call(figures.FIGURES, figures.FiguresOf(name=self._campaign))).campaigns
        self._figures = found[0] if found else None
        if self._figures is None:
            return
        self.query_one("#dispositions", Table).show(self._figures.dispositions)
        self.query_one("#exhausted", Table).show([live_rows.exhausted(self._figures)])
        self._fit_counts()
        times = [self.supervisor.local(moment, "%H:%M") for moment in live_rows.moments(self._figures)]
        self.query_one(Chart).show(live_rows.hour(self._figures), times)
        self._show_head()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        if not snapshot.campaigns:
            self._deleted()
            return
        self._panel = panel = snapshot.campaigns[0]
        self._campaign = panel.name  # it may be called otherwise by now
        nobody = self._chosen is None
        self._agents.show(live_rows.agent_rows(panel))
        if nobody != (self._chosen is None):
            self.refresh_bindings()  # what is ordered of an agent needs one
        self._calls.say_empty(
            _("No call goes out just now.") if panel.running else _("It is stopped: `s` starts dialling.")
        )
        self._calls.show([*panel.waiting, *panel.dialling])
        self._show_head()

    def _show_head(self) -> None:
        panel = self._panel
        if panel is not None:
            self.set_class(panel.budget is not None, "-foresees")
            self.query_one(LiveHead).show(
                panel.name,
                live_rows.status_of(panel),
                tuple(live_rows.facts(panel, self._figures)),
                live_rows.lines(panel, self._figures, wide=self.has_class("-wide")),
                on=panel.running,
            )

    def _fit_counts(self) -> None:
        """The last line right below the others, or at the bottom when there are more than fit."""
        table, room = self.query_one("#dispositions", Table), self.query_one("#counts").size.height
        table.styles.height = max(1, min(len(table.rows) + 1, room - 1))

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit_counts)
        self.call_after_refresh(self._show_head)  # how much it says depends on the width

    def _deleted(self) -> None:
        if self._panel is not None:
            self._panel = None
            self.tell(_("{name} was deleted.").format(name=self._campaign))
            self.dismiss(None)

    # -- what is chosen -----------------------------------------------------------------------------------------

    @property
    def _agents(self) -> Table[live_rows.AgentRow]:
        return self.query_one("#agents", Table)

    @property
    def _calls(self) -> Table[CallLine]:
        return self.query_one("#calls", Table)

    @property
    def _chosen(self) -> AgentLine | None:
        row = self._agents.current
        return row.line if row is not None else None

    async def _row(self) -> Row | None:
        """The chosen agent as the daemon has them: what they do after the call is not in a snapshot."""
        line = self._chosen
        if line is None:
            return None
        found = (await self.call(agents.LIST, Nothing())).agents
        return next((Row(one, line, self.supervisor.now()) for one in found if one.login == line.login), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _OF_AGENTS and (not self.is_mounted or self._chosen is None):
            return False
        return super().check_action(action, parameters)

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_switch(self) -> None:
        if self._panel is not None:
            await switch(self, self._campaign, running=self._panel.running)
            await self.load()

    def action_budget(self) -> None:
        self.supervisor.open(PacingPage(self._campaign))

    def action_edit(self) -> None:
        self.supervisor.open(page_class("campaign:CampaignPage")(self._campaign))

    @doing
    async def action_pause(self) -> None:
        if (row := await self._row()) is not None:
            await pause(self, [row])

    @doing
    async def action_log_out(self) -> None:
        if (row := await self._row()) is not None:
            await log_out(self, [row])

    @doing
    async def action_listen(self) -> None:
        if (row := await self._row()) is not None:
            await listen(self, row)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        lead_list = self._panel.lead_list if self._panel is not None else None
        if event.table is self._agents:
            self.supervisor.open(MorePage(lead_list, number=event.row.number, login=event.row.line.login))
        elif event.table is self._calls:
            self.supervisor.open(MorePage(lead_list, number=event.row.number))
