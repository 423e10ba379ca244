"""More about what is under the cursor of the live panel: an agent's day, a number's lead and every call to it."""

from collections.abc import Iterator
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from minidialer.control.models import agents, leads, stats
from minidialer.control.models.agents import Agent
from minidialer.control.models.base import Nothing
from minidialer.control.models.leads import HistoryLine, Lead, LeadsFind
from minidialer.control.models.stats import AgentsOf, AgentWork
from minidialer.control.words import word
from minidialer.i18n import N_, _
from minidialer.tui.page import Page
from minidialer.tui.text import age, plain, thousands
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table

from .agent_rows import AFTER_CALL, PHONES, reason_of

_STYLES = {"abandoned": "bad", "failed": "warn", "invalid": "dim"}


class MorePage(Page):
    """Of an agent, of a number, or of an agent who talks with a number. It follows what happens."""

    NAME = N_("More")
    ABOUT = N_(
        "An agent's state and figures of today; the fields of the number being called, and every call to it so far "
        "with what the agents saved."
    )
    EVERY: ClassVar[float] = 3
    DEFAULT_CSS = """
    MorePage #about { height: auto; max-height: 50%; padding: 0 1; scrollbar-size-vertical: 1; }
    MorePage #about Static { height: auto; }
    MorePage Table { padding: 0 1; margin-top: 1; display: none; }
    MorePage.-number Table { display: block; }
    """

    def __init__(self, lead_list: str | None, *, number: str = "", login: str = "") -> None:
        """`lead_list`: where the number's lead is; `number`, `login`: either may be empty."""
        super().__init__()
        self._lead_list, self._number, self._login = lead_list, number, login

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        with VerticalScroll(id="about"):
            yield Static()
        columns: tuple[Column[HistoryLine], ...] = (
            Column(N_("called at"), lambda line: self.supervisor.local(line.claimed_at), width=16),
            Column(N_("outcome"), _outcome, width=12, grow=1),
            Column(N_("talk"), _talk, width=7, right=True),
            Column(N_("agent"), lambda line: line.agent or "", width=8, grow=1),
            Column(N_("disposition"), lambda line: line.disposition or "", width=12, grow=2),
            Column(N_("campaign"), lambda line: line.campaign or "", width=12, grow=1, drop=1),
            Column(N_("notes"), lambda line: line.notes, width=12, grow=3, drop=2),
        )
        yield Table(columns, key=lambda line: line.attempt_id, empty=N_("Nobody has called this number yet."))

    async def load(self) -> None:
        said: list[tuple[str, str]] = []
        heading = self._number
        if self._login:
            found = (await self.call(agents.LIST, Nothing())).agents
            agent = next((one for one in found if one.login == self._login), None)
            heading = (agent.name if agent is not None else "") or self._login
            if agent is not None:
                day = (await self.call(stats.AGENTS, AgentsOf())).agents
                said += self._agent_lines(agent, next((one for one in day if one.login == self._login), None))
        if self._number:
            asked = LeadsFind(number=self._number, lead_list=self._lead_list)
            said += [pair for lead in (await self.call(leads.FIND, asked)).leads[:1] for pair in self._lead_lines(lead)]
            history = await self.call(leads.HISTORY, LeadsFind(number=self._number))
            self.query_one(Table).show(history.lines[::-1])
            if not self.has_class("-number"):
                self.add_class("-number")
                self.query_one(Table).focus()
        self.query_one(".heading", Static).update(Text(plain(heading), no_wrap=True, overflow="ellipsis"))
        self.query_one("#about Static", Static).update(_grid(said))

    def _agent_lines(self, agent: Agent, day: AgentWork | None) -> Iterator[tuple[str, str]]:
        state = word(agent.state)
        if agent.state == "paused" and agent.reason:
            state = f"{state}: {reason_of(agent.reason)}"
        since = age((self.supervisor.now() - agent.since).total_seconds()) if agent.since is not None else ""
        yield _("account"), agent.login
        yield _("state"), ", ".join(filter(None, (f"{state} {since}".strip(), _(AFTER_CALL.get(agent.after_call, "")))))
        yield _("phone"), _(PHONES.get(agent.phone, agent.phone))
        if day is not None:
            yield (
                _("today"),
                _("{calls} talks of {talk} in all, {success} successes; logged in for {logged_in}").format(
                    calls=thousands(day.calls),
                    talk=age(day.talk),
                    success=thousands(day.successes),
                    logged_in=age(day.logged_in),
                ),
            )
            if day.dispositions:
                yield _("saved"), ", ".join(f"{name} {thousands(count)}" for name, count in day.dispositions.items())
            if day.pauses:
                yield _("paused"), ", ".join(f"{reason_of(name)} {age(spent)}" for name, spent in day.pauses.items())

    def _lead_lines(self, lead: Lead) -> Iterator[tuple[str, str]]:
        yield _("number"), lead.number
        yield _("list"), lead.lead_list
        if lead.disposition:
            yield _("disposition"), lead.disposition
        if lead.owner:
            yield _("private"), _("belongs to {agent}").format(agent=lead.owner)
        yield from lead.fields.items()
        if lead.notes:
            yield _("notes"), lead.notes


def _outcome(line: HistoryLine) -> Cell:
    code = line.outcome or line.state
    return Cell(word(code), _STYLES.get(code, "" if line.outcome else "accent"))


def _talk(line: HistoryLine) -> str:
    if line.connected_at is None or line.ended_at is None:
        return ""
    return age((line.ended_at - line.connected_at).total_seconds())


def _grid(pairs: list[tuple[str, str]]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, max_width=24)
    grid.add_column()
    for name, said in pairs:
        grid.add_row(Text(plain(name)), Text(plain(said)))
    return grid
