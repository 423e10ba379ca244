"""The agents of a campaign, beside its settings: changed here, saved with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from minidialer.control.models.agents import Agent
from minidialer.control.words import word
from minidialer.i18n import N_, _
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table

from .agent_rows import STYLES


@dataclass(frozen=True)
class Wanted:
    """Who is to join besides those who may, and who not any more."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def of(self, present: Iterable[str]) -> list[str]:
        """All who may join then, whoever was assigned by others meanwhile."""
        return sorted((set(present) | self.added) - self.removed)


class _Row(NamedTuple):
    login: str
    name: str
    state: str
    change: str  # "+", "-", or ""


def _who(row: _Row) -> Cell:
    said = f"{row.login} {row.name}".rstrip()
    if row.change == "-":
        return Cell(f"- {said}", "dim strike")
    return Cell(f"+ {said}", "good") if row.change else Cell(said)


_COLUMNS = (
    Column[_Row](N_("assigned agents"), _who, width=14, grow=1, order=lambda row: row.login.lower()),
    Column[_Row](N_("state"), lambda row: Cell(word(row.state), STYLES.get(row.state, "")), width=11, drop=1),
)


class Assigned(Vertical):
    """`show(assigned, agents)` as often as one likes; `wanted` and `dirty` say what is to be saved."""

    DEFAULT_CSS = """
    Assigned { width: 24; border-right: solid $border; padding: 0 0 0 1; }
    Assigned Static { height: 1; color: $foreground 60%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self._present: list[str] = []
        self._agents: dict[str, Agent] = {}

    def compose(self) -> ComposeResult:
        empty = N_("Nobody.\nPress `a` to let agents join.")
        yield Table(_COLUMNS, key=lambda row: row.login, empty=empty)
        yield Static()

    @property
    def dirty(self) -> bool:
        """Is there something to save?"""
        return self.wanted.of(self._present) != sorted(self._present)

    @property
    def logins(self) -> list[str]:
        """All who may join, once it is saved."""
        return self.wanted.of(self._present)

    def show(self, present: list[str], agents: Iterable[Agent]) -> None:
        """Who may join as the daemon has it now. What was changed here stays."""
        self._present = sorted(present)
        self._agents = {agent.login: agent for agent in agents}
        self._draw()

    def want(self, logins: Iterable[str]) -> None:
        """These are to join, nobody else."""
        chosen, present = set(logins), set(self._present)
        self.wanted = Wanted(frozenset(chosen - present), frozenset(present - chosen))
        self._draw()

    def turn(self) -> None:
        """Take off the agent under the cursor, or take that back."""
        row = self.query_one(Table).current
        if row is not None:
            self.want({row.login} ^ set(self.logins))

    def saved(self, present: list[str]) -> None:
        """Nothing is changed any more."""
        self.wanted = Wanted()
        self._present = sorted(present)
        self._draw()

    @property
    def options(self) -> list[tuple[str, str]]:
        """All agents there are, to choose from."""
        return [(login, f"{login}  {agent.name}".rstrip()) for login, agent in sorted(self._agents.items())]

    def _draw(self) -> None:
        present, logins = set(self._present), set(self.logins)
        rows = [self._row(login, login in present, login in logins) for login in sorted(present | logins)]
        self.query_one(Table).show(rows)
        said = _("agents: {count}").format(count=len(logins))
        self.query_one(Static).update(Text(f"• {said}" if self.dirty else f"  {said}"))

    def _row(self, login: str, was: bool, is_now: bool) -> _Row:
        agent = self._agents.get(login)
        change = "" if was and is_now else "+" if is_now else "-"
        return _Row(login, agent.name if agent else "", agent.state if agent else "", change)
