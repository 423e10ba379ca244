"""Statistics: each agent and each campaign in a time, and the hours of the one under the cursor."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar, Literal, NamedTuple, TypeVar

from pydantic import BaseModel
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.method import Method
from minidialer.control.models import campaigns, stats
from minidialer.control.models.base import Nothing
from minidialer.control.models.stats import AgentStats, CampaignStats, HourStats
from minidialer.control.sentences import ControlError
from minidialer.control.stats_tables import agents_table, campaigns_table, tenths
from minidialer.i18n import N_, _, say
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain
from minidialer.tui.widgets.bar_chart import BarChart, Bars
from minidialer.tui.widgets.bars import KeyLine, KeyPart
from minidialer.tui.widgets.table import Table

from .periods import TODAY, Period, ask_period, span
from .statistics_detail import StatisticsDetailPage
from .statistics_file import write_table_file
from .statistics_hours import chart, is_long
from .statistics_rows import AGENTS, CAMPAIGNS, Row, agent_rows, campaign_rows

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
_PATIENCE = 0.2  # seconds the cursor rests on a row before its hours are asked for
_EMPTY = N_(
    "Nothing happened in this time.\nPress `p` for another one. Figures appear as soon as agents log in and calls "
    "go out."
)
_KEYS = {"today": "t", "yesterday": "y", "this-week": "w"}


class Asked(NamedTuple):
    """What is shown. `campaign`: whose work alone counts, of agents."""

    view: Literal["agents", "campaigns"] = "agents"
    period: Period = TODAY
    campaign: str | None = None


class _Ways(KeyLine):
    """What is shown and of which time, with the keys that change it."""

    def parts(self) -> Iterable[KeyPart]:
        page = self.screen
        assert isinstance(page, StatisticsPage)  # noqa: S101  # it is made by that page only
        yield KeyPart("a", _("Agents"), "view('agents')", page, page.asked.view == "agents")
        yield KeyPart("c", _("Campaigns"), "view('campaigns')", page, page.asked.view == "campaigns")
        for word, key in _KEYS.items():
            period = Period(word)
            yield KeyPart(key, period.label, f"look('{word}')", page, page.asked.period == period)
        other = page.asked.period not in map(Period, _KEYS)
        yield KeyPart("p", page.asked.period.label if other else _("Other time"), "period", page, other)


class StatisticsPage(Page):
    """A line an agent or a campaign, all of them first; below, the hours of the one under the cursor."""

    NAME = N_("Statistics")
    ABOUT = N_(
        "What every agent and every campaign did in a time. `a` and `c` change between the two, `t`, `y`, `w` and `p` "
        "choose the time, `o` sorts, `O` turns the order round; `Enter` shows all there is about a line.\n"
        "on duty: logged in, which is the sum of idle (with the moments of being connected), talking, form and "
        "pauses. succ.: talks with a disposition that counts as a success. per h: talks in an hour on duty. avg.: "
        "length of a talk. lost: how many of those who answered found no agent.\n"
        "The bars are of the line under the cursor."
    )
    EVERY = 60
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "view('agents')", N_("Agents"), show=False),
        Binding("c", "view('campaigns')", N_("Campaigns"), show=False),
        Binding("t", "look('today')", N_("Today"), show=False),
        Binding("y", "look('yesterday')", N_("Yesterday"), show=False),
        Binding("w", "look('this-week')", N_("This week"), show=False),
        Binding("p", "period", N_("Other time")),
        Binding("f", "only", N_("One campaign")),
        Binding("h", "hours", N_("Hours/days")),
        Binding("x", "export", N_("Export")),
    ]
    DEFAULT_CSS = """
    StatisticsPage Table { padding: 0 1; display: none; }
    StatisticsPage.-agents #agents, StatisticsPage.-campaigns #campaigns { display: block; }
    StatisticsPage BarChart { height: 9; padding: 0 1; border-top: solid $border; display: none; }
    StatisticsPage.-tall BarChart { height: 14; }
    StatisticsPage.-some BarChart { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked = Asked()
        self._by_day = True
        self._found: AgentStats | CampaignStats | None = None
        self._hours: dict[str, HourStats] = {}  # by row, of what is shown now

    def body(self) -> ComposeResult:
        yield _Ways()
        yield Static(classes="line")
        for name, columns in (("agents", AGENTS), ("campaigns", CAMPAIGNS)):
            yield Table(
                columns, key=lambda row: row.key, empty=_EMPTY, opens=N_("All of it"), id=name,
                pinned=lambda row: row.whole,
            )  # fmt: skip
        yield BarChart()

    def on_mount(self) -> None:
        self._show_view()

    # -- what is shown ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        asked = self.asked
        found = await self._count(asked)
        if asked == self.asked:  # something else may have been asked for meanwhile
            self._hours.clear()
            self._show(found)
            await self._show_hours()

    async def _look(self, asked: Asked) -> None:
        """Show this from now on, unless the daemon refuses it."""
        self._say(_("{period}: counting…").format(period=asked.period.label))
        try:
            found = await self._count(asked)
        except ControlError:
            self._say_time()
            raise
        self.asked = asked
        self._hours.clear()
        self._show(found)
        self._show_view()
        await self._show_hours()
        self.refresh_bindings()

    async def _count(self, asked: Asked) -> AgentStats | CampaignStats:
        since, until = asked.period.since, asked.period.until
        if asked.view == "agents":
            wanted = stats.AgentsOf(since=since, until=until, campaign=asked.campaign)
            return await self._ask(stats.AGENTS, wanted)
        return await self._ask(stats.CAMPAIGNS, stats.CampaignsOf(since=since, until=until))

    def _show(self, found: AgentStats | CampaignStats) -> None:
        self._found = found
        rows = agent_rows(found) if isinstance(found, AgentStats) else campaign_rows(found)
        self._table.show(rows)
        self.set_class(bool(rows), "-some")
        self._say_time()

    async def _ask(self, method: Method[P, R], params: P) -> R:
        """Over a line of its own: a month may take the daemon a while, and other questions shall not wait."""
        async with self.supervisor.session.line() as client:
            return await client.call(method, params)

    def _say_time(self) -> None:
        if self._found is not None:
            self._say(self._time(self._found))

    def _time(self, found: AgentStats | CampaignStats) -> str:
        asked = self.asked
        said = f"{asked.period.label}: {span(found.since, found.until, self.supervisor.zone)}"
        if asked.view == "agents" and asked.campaign is not None:
            said = _("{time}, only in {campaign}").format(time=said, campaign=asked.campaign)
        return said

    def _say(self, text: str) -> None:
        self.query_one(".line", Static).update(Text(plain(text), no_wrap=True, overflow="ellipsis"))

    @property
    def _table(self) -> Table[Row]:
        return self.query_one(f"#{self.asked.view}", Table)

    def _show_view(self) -> None:
        self.set_class(self.asked.view == "agents", "-agents")
        self.set_class(self.asked.view == "campaigns", "-campaigns")
        self.query_one(_Ways).refresh()
        self._table.focus()

    # -- the hours of a row -------------------------------------------------------------------------------------

    def on_table_moved(self) -> None:
        self._run_anew(self._show_hours_soon, "hours")

    async def _show_hours_soon(self) -> None:
        await asyncio.sleep(_PATIENCE)
        await self._show_hours()

    async def _show_hours(self) -> None:
        row = self._table.current
        if row is None:
            return
        if row.key not in self._hours:
            asked = self.asked
            try:
                hours = await self._ask(stats.HOURS, self._hours_of(row))
            except ControlError as error:  # more days than there are hours of
                self.query_one(BarChart).show(Bars(say(error.sentence)))
                return
            if asked != self.asked:
                return
            self._hours[row.key] = hours
        now = self._table.current
        if now is not None and now.key == row.key:
            self.query_one(BarChart).show(self._chart(row))
        self.refresh_bindings()

    def _hours_of(self, row: Row) -> stats.HoursOf:
        asked = self.asked
        since, until = asked.period.since, asked.period.until
        if asked.view == "agents":
            return stats.HoursOf(since=since, until=until, agent=row.key or None, campaign=asked.campaign)
        return stats.HoursOf(since=since, until=until, campaign=row.key or None)

    def _chart(self, row: Row) -> Bars:
        of_calls = self.asked.view == "campaigns"
        return chart(self._hours[row.key], row.title, self.supervisor.zone, of_calls=of_calls, by_day=self._by_day)

    # -- keys ---------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"hours", "export"} and not self._table.rows:
            return False
        if action == "hours":
            return any(is_long(hours) for hours in self._hours.values())
        if action == "only":
            return self.asked.view == "agents"
        return super().check_action(action, parameters)

    @doing
    async def action_view(self, view: Literal["agents", "campaigns"]) -> None:
        await self._look(self.asked._replace(view=view))

    @doing
    async def action_look(self, word: str) -> None:
        await self._look(self.asked._replace(period=Period(word)))

    @doing
    async def action_period(self) -> None:
        period = await ask_period(self, self.asked.period)
        if period is not None:
            await self._look(self.asked._replace(period=period))

    @doing
    async def action_only(self) -> None:
        known = (await self.call(campaigns.LIST, Nothing())).campaigns
        options = [("", _("all campaigns")), *((one.name, one.name) for one in known)]
        name = await self.choose(_("Only what was done in"), options, value=self.asked.campaign or "")
        if name is not None:
            await self._look(self.asked._replace(campaign=name or None))

    def action_hours(self) -> None:
        self._by_day = not self._by_day
        row = self._table.current
        if row is not None and row.key in self._hours:
            self.query_one(BarChart).show(self._chart(row))

    @doing
    async def action_export(self) -> None:
        found = self._found
        if found is None:
            return
        if isinstance(found, AgentStats):
            table, name = agents_table(found, tenths, wide=True), _("agents")
        else:
            table, name = campaigns_table(found, tenths, wide=True), _("campaigns")
        await write_table_file(self, table, f"{name} {self.asked.period.label}")

    def on_table_chosen(self, event: Table.Chosen) -> None:
        row: Row = event.row
        if self._found is not None:
            of_calls = self.asked.view == "campaigns"
            page = StatisticsDetailPage(row, self._time(self._found), self._hours_of(row), of_calls=of_calls)
            self.supervisor.open(page)
