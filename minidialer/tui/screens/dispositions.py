"""Dispositions: what an agent can choose at the end of a talk, in the order of the buttons, and what each one does."""

from collections.abc import Iterator
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.models import dispositions
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.dispositions import Disposition, DispositionSet
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table

from .disposition_form import DispositionPage


def _mark(is_so: bool, style: str = "") -> Cell:
    return Cell("✓", style) if is_so else Cell("·", "dim")


def _retry(row: Disposition) -> str | Cell:
    if row.retry_minutes is None:
        return Cell("·", "dim")
    after = _("{minutes} min").format(minutes=row.retry_minutes)
    return after if row.retry_limit is None else f"{after} × {row.retry_limit}"


_COLUMNS = (
    Column[Disposition](N_("key"), lambda row: row.key or Cell("·", "dim"), width=3),
    Column[Disposition](N_("name"), lambda row: row.name, width=12, grow=3),
    Column[Disposition](N_("in Polish"), lambda row: row.name_pl, width=12, grow=2, drop=2),
    Column[Disposition](N_("in English"), lambda row: row.name_en, width=12, grow=2, drop=3),
    Column[Disposition](N_("success"), lambda row: _mark(row.success, "good"), width=3),
    Column[Disposition](N_("asks when"), lambda row: _mark(row.asks_callback), width=3),
    Column[Disposition](N_("private"), lambda row: _mark(row.private), width=3),
    Column[Disposition](N_("never again"), lambda row: _mark(row.do_not_call, "bad"), width=3),
    Column[Disposition](N_("calls again"), _retry, width=10, drop=1),
)


def _labels(row: Disposition) -> str:
    labels = [f"{label} ({language})" for language, label in (("pl", row.name_pl), ("en", row.name_en)) if label]
    return _("Agents see: {labels}").format(labels=", ".join(labels) or row.name)


def _effects(row: Disposition) -> Iterator[str]:
    """What becomes of the number, in words."""
    if row.success:
        yield _("The talk counts as a success.")
    if row.do_not_call:
        yield _("The number is never called again in this list.")
    elif row.asks_callback:
        yield _("The number is called at the time the agent gives.")
    elif row.retry_minutes is not None and row.retry_limit is not None:
        text = _("The number is called again after {minutes} min, at most {times} times in a row.")
        yield text.format(minutes=row.retry_minutes, times=row.retry_limit)
    elif row.retry_minutes is not None:
        yield _("The number is called again after {minutes} min.").format(minutes=row.retry_minutes)
    elif row.private:
        yield _("The number is called again after the campaign's retry interval.")
    else:
        yield _("The number is done with.")
    if row.private:
        yield _("It belongs to the agent, where the campaign has private numbers on.")


class DispositionsPage(Page):
    """All of them; the order of the rows is the order of the agent's buttons."""

    NAME = N_("Dispositions")
    ABOUT = N_(
        "What agents can choose at the end of a talk, in the order of their buttons. `Enter` edits the one under the "
        "cursor.\nasks when: the agent gives date and time of the next call. private: the number stays with this "
        "agent. never again: the number is not called any more in this list. calls again: by a rule of its own."
    )
    CHANGES = frozenset(("new", "delete", "shift"))
    EVERY = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", N_("Add")),
        Binding("e", "edit", N_("Edit"), show=False),
        Binding("u,shift+up", "shift(-1)", N_("Move up")),
        Binding("m,shift+down", "shift(1)", N_("Move down")),
        Binding("d,delete", "delete", N_("Delete")),
    ]
    DEFAULT_CSS = """
    DispositionsPage Table { padding: 0 1; }
    DispositionsPage #detail { height: 5; padding: 0 1; border-top: solid $border; display: none; }
    DispositionsPage.-some #detail { display: block; }
    """

    def body(self) -> ComposeResult:
        empty = N_(
            "No dispositions yet.\nPress `n` to add the first: sold, refused, call later. Without them agents cannot "
            "close a form."
        )
        yield Table(_COLUMNS, key=lambda row: row.id, empty=empty, opens=N_("Edit"))
        yield Static(id="detail")

    async def load(self) -> None:
        found = (await self.call(dispositions.LIST, Nothing())).dispositions
        self._table.show(found)
        self.set_class(bool(found), "-some")
        self._show_detail()
        self.refresh_bindings()

    def on_table_moved(self) -> None:
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.current
        if row is not None:
            shown = Text(plain(row.name), style="bold", no_wrap=True, overflow="ellipsis")
            labels = Text(plain(_labels(row)), no_wrap=True, overflow="ellipsis")
            self.query_one("#detail", Static).update(Group(shown, labels, Text(" ".join(_effects(row)))))

    @property
    def _table(self) -> Table[Disposition]:
        return self.query_one(Table)

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_new(self) -> None:
        made = await self.app.push_screen_wait(DispositionPage(None))
        if made:
            await self.load()
            self._table.go_to(self._table.rows[-1].id)

    @doing
    async def action_edit(self) -> None:
        row = self._table.current
        if row is not None and await self.app.push_screen_wait(DispositionPage(row)):
            await self.load()

    def on_table_chosen(self) -> None:
        self.action_edit()

    @doing
    async def action_shift(self, by: int) -> None:
        """Up or down by one. Places are counted anew where they have gaps or stand twice."""
        rows = list((await self.call(dispositions.LIST, Nothing())).dispositions)
        current = self._table.current
        at = next((place for place, row in enumerate(rows) if current is not None and row.id == current.id), -1)
        if at < 0 or not 0 <= at + by < len(rows):
            return
        rows.insert(at + by, rows.pop(at))
        for place, row in enumerate(rows, 1):
            if row.position != place:
                await self.call(dispositions.SET, DispositionSet(name=row.name, position=place))
        await self.load()

    @doing
    async def action_delete(self) -> None:
        row = self._table.current
        if row is not None and await self.confirm(
            _("Delete the disposition {name}?").format(name=row.name),
            _("Agents cannot choose it any more. Numbers, talks and statistics it was saved with keep it."),
            yes=_("Delete"),
            danger=True,
        ):
            self.tell_notes(await self.call(dispositions.REMOVE, Named(name=row.name)))
            await self.load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"edit", "shift", "delete"} and not self._table.rows:
            return False
        return super().check_action(action, parameters)
