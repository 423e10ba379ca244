"""The audit trail: who changed what and when, and how it was before."""

from typing import ClassVar, NamedTuple

from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from minidialer.control.models import audit as trail
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.fields import value_fault
from minidialer.tui.widgets.table import Table

from .audit_words import ACTIONS, KINDS, Change, Words, action, actor, summary
from .periods import EVER, Period, ask_period

_PAGE = 100  # lines asked for at once
_ALL, _SOMEBODY = "", "\n"  # no name of anybody
_EMPTY = N_("Nothing was changed yet.\nEvery change will stand here: who made it, when, what it was before and after.")
_NOT_FOUND = N_("Nothing like that was changed.\nPress `c` to see every change again.")
_NOT_YOURS = N_("You may look, but not here: who changed what is shown to those only who may change things themselves.")


class Asked(NamedTuple):
    """Which changes are looked for."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    period: Period = EVER

    def page(self, after: int | None = None) -> trail.AuditPage:
        """The question for a page of them."""
        return trail.AuditPage(
            after=after, limit=_PAGE, since=self.period.since or None, until=self.period.until,
            actor=self.actor, action=self.action, subject=self.subject,
        )  # fmt: skip

    def words(self) -> list[str]:
        """In the reader's language."""
        what = _(KINDS[self.action]) if self.action in KINDS else action(self.action)
        said = ((_("who"), self.actor), (_("what"), what), (_("about"), self.subject))
        shown = [f"{name}: {value}" for name, value in said if value]
        return [*shown, self.period.label] if self.period != EVER else shown


class Row(NamedTuple):
    """One change."""

    line: trail.AuditLine
    at: str
    changes: list[Change]


EVERYTHING = Asked()
_COLUMNS: tuple[Column[Row], ...] = (
    Column(N_("when"), lambda row: row.at, width=16),
    Column(N_("who"), lambda row: Cell(actor(row.line), "" if row.line.actor else "dim"), width=9, grow=1),
    Column(N_("what"), lambda row: Cell(action(row.line.action), "accent"), width=19),
    Column(N_("about"), lambda row: row.line.subject, width=12, grow=2),
    Column(N_("change"), lambda row: Cell(summary(row.changes), "dim"), width=14, grow=5, drop=1),
)


class AuditPage(Page):
    """Changes above, the one under the cursor below. They never change: newer ones are put before those shown."""

    NAME = N_("Audit")
    ABOUT = N_(
        "Every change: who made it (the Unix user, or the agent on their page), when, and what it was before and "
        "after; the newest first. `Enter` shows a change with long texts in full.\n"
        "`w`, `a`, `/` and `p` show only changes of somebody, of a kind, about something, of a time; `c` shows all "
        "again."
    )
    EVERY = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "who", N_("Who")),
        Binding("a", "what", N_("What")),
        Binding("slash", "about", N_("About")),
        Binding("p", "period", N_("When")),
        Binding("c", "clear", N_("All changes")),
    ]
    DEFAULT_CSS = """
    AuditPage Table { padding: 0 1; }
    AuditPage #detail { height: 8; padding: 0 1; border-top: solid $border; display: none; }
    AuditPage.-tall #detail { height: 14; }
    AuditPage.-some #detail { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = EVERYTHING
        self._rows: list[Row] = []
        self._next: int | None = None

    def body(self) -> ComposeResult:
        yield Static(classes="line")
        yield Table(_COLUMNS, key=lambda row: row.line.id, empty=_EMPTY, opens=N_("In full"))
        yield Static(id="detail")

    # -- what is shown ------------------------------------------------------------------------------------------

    async def load(self) -> None:
        if self.read_only:
            self._table.say_empty(_(_NOT_YOURS))
            self._table.show([])
            return
        asked = self._asked
        found = await self._ask(asked)
        if asked != self._asked:
            return  # something else is looked for meanwhile
        known = self._rows[0].line.id if self._rows else 0
        newer = [line for line in found.lines if line.id > known]
        if len(newer) == len(found.lines):  # none of them is known: there may be more between
            self._rows, self._next = self._made(newer), found.next
        else:
            self._rows = [*self._made(newer), *self._rows]
        self._show()

    def on_table_end_near(self) -> None:
        if self._next is not None:
            self._run_anew(self._more, "more")

    async def _more(self) -> None:
        """The page after what is shown."""
        asked = self._asked
        try:
            found = await self._ask(asked, self._next)
        except ControlError as error:
            self.refused(error)
            return
        if asked != self._asked:
            return
        self._rows, self._next = [*self._rows, *self._made(found.lines)], found.next
        self._show()

    async def _ask(self, asked: Asked, after: int | None = None) -> trail.AuditLines:
        """Over a line of its own: looking for a part of a name may take a while in a long trail."""
        async with self.supervisor.session.line() as client:
            return await client.call(trail.LIST, asked.page(after))

    def _made(self, lines: list[trail.AuditLine]) -> list[Row]:
        words = Words(self.supervisor.zone)
        return [Row(line, self.supervisor.local(line.at), words.changes(line)) for line in lines]

    def _show(self) -> None:
        asked = self._asked.words()
        shown = _("{count} and more") if self._next is not None else "{count}"
        said = _("changes: {count}, the newest first").format(count=shown.format(count=len(self._rows)))
        text = plain("   ".join((said, *asked)))
        self.query_one(".line", Static).update(Text(text, no_wrap=True, overflow="ellipsis"))
        self._table.say_empty(_(_NOT_FOUND if asked else _EMPTY))
        self._table.show(self._rows)
        self.set_class(bool(self._rows), "-some")
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.current
        if row is not None:
            self.query_one("#detail", Static).update(told(row, wrap=False))

    def on_table_moved(self) -> None:
        self._show_detail()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.supervisor.open(ChangePage(event.row))

    @property
    def _table(self) -> Table[Row]:
        return self.query_one(Table)

    # -- keys ---------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"who", "what", "about", "period"} and self.read_only:
            return False
        if action == "clear":
            return self._asked != EVERYTHING
        return super().check_action(action, parameters)

    async def _look_for(self, asked: Asked) -> None:
        """These from now on, unless the daemon refuses it."""
        found = await self._ask(asked)
        self._asked, self._rows, self._next = asked, self._made(found.lines), found.next
        self._show()
        self.refresh_bindings()

    @doing
    async def action_who(self) -> None:
        seen = sorted({row.line.actor for row in self._rows if row.line.actor} | {self._asked.actor} - {""})
        options = [(_ALL, _("everybody")), *((name, name) for name in seen), (_SOMEBODY, _("somebody else…"))]
        who = await self.choose(_("Whose changes?"), options, value=self._asked.actor)
        if who == _SOMEBODY:
            who = await self.ask(_("Whose changes?"), _("Name of the Unix user, or account of the agent."),
                                 fault=value_fault(trail.AuditPage, "actor"))  # fmt: skip
        if who is not None:
            await self._look_for(self._asked._replace(actor=who))

    @doing
    async def action_what(self) -> None:
        options = [(_ALL, _("everything"))]
        for kind, label in KINDS.items():
            options.append((kind, _(label)))
            options += [(code, f"   {_(said)}") for code, said in ACTIONS.items() if code.startswith(f"{kind}.")]
        what = await self.choose(_("Which changes?"), options, value=self._asked.action)
        if what is not None:
            await self._look_for(self._asked._replace(action=what))

    @doing
    async def action_about(self) -> None:
        about = await self.ask(_("Changes of what?"), _("Part of a name: of a campaign, an agent, a list, a number."),
                               value=self._asked.subject, fault=value_fault(trail.AuditPage, "subject"))  # fmt: skip
        if about is not None:
            await self._look_for(self._asked._replace(subject=about))

    @doing
    async def action_period(self) -> None:
        period = await ask_period(self, self._asked.period, ever=True)
        if period is not None:
            await self._look_for(self._asked._replace(period=period))

    @doing
    async def action_clear(self) -> None:
        await self._look_for(EVERYTHING)


class ChangePage(Page):
    """One change in full."""

    NAME = N_("One change")
    ABOUT = N_("One change: what it was before, and after, side by side.")
    DEFAULT_CSS = "ChangePage VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }"

    def __init__(self, row: Row) -> None:
        super().__init__()
        self._row = row

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(told(self._row, wrap=True))


def told(row: Row, *, wrap: bool) -> Group:
    """Who, what and when; then each thing with before and after side by side. `wrap`: long ones in full."""
    line = row.line
    said = f"{row.at}  {actor(line)}: {action(line.action)}  {line.subject}"
    title = Text(plain(said), style="bold", no_wrap=not wrap, overflow="ellipsis")
    grid = Grid.grid(padding=(0, 2), expand=True)
    grid.add_column(style="dim", ratio=2, no_wrap=not wrap, overflow="ellipsis")
    grid.add_column(ratio=3, no_wrap=not wrap, overflow="ellipsis")
    grid.add_column(ratio=3, no_wrap=not wrap, overflow="ellipsis")
    if not row.changes:
        return Group(title, Text(_("no more is known about it"), style="dim"))
    grid.add_row("", Text(_("before"), style="dim"), Text(_("after"), style="dim"))
    for change in row.changes:
        grid.add_row(*(_shown(text, wrap=wrap) for text in (change.name, change.before, change.after)))
    return Group(title, grid)


def _shown(text: str, *, wrap: bool) -> Text:
    lines = text.splitlines() if wrap else [text]
    return Text("\n".join(plain(line) for line in lines), no_wrap=not wrap, overflow="fold" if wrap else "ellipsis")
