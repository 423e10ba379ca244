"""What each pacing mode would give, beside the field where the mode is chosen: simulated by the daemon, in seconds."""

import asyncio
from typing import NamedTuple

from rich.console import Group
from rich.table import Table as Grid
from rich.text import Text
from textual.widgets import Static

from minidialer.control.models.pacing import ADVICE, Advice, AdviceOf, AdviceRow
from minidialer.control.sentences import ControlError
from minidialer.i18n import _, decimal, say
from minidialer.tui.session import Session
from minidialer.tui.text import plain

from .campaign_fields import MODES

_PAUSE = 0.4  # seconds: who only passes the field asks nothing


class Question(NamedTuple):
    """What is asked; `revision`: of the campaign, whose other settings count as well."""

    campaign: str
    agents: int | None
    overdial_percent: int | None
    revision: int


class AdviceBox(Static):
    """Hidden until `ask`; an answer is kept until another question is asked."""

    DEFAULT_CSS = "AdviceBox { display: none; height: auto; padding: 0 0 0 3; }"

    def __init__(self) -> None:
        super().__init__()
        self._asked: Question | None = None
        self._wanted = False
        self._begun = False  # beyond the pause

    def ask(self, session: Session, question: Question) -> None:
        """Show the answer, once it is there."""
        self._wanted = True
        if question != self._asked:
            self._asked, self._begun = question, False
            self.run_worker(self._answer(session, question), group="advice", exclusive=True)
        elif self._begun:
            self.display = True

    def hide(self) -> None:
        """Out of the way."""
        self._wanted = self.display = False

    async def _answer(self, session: Session, question: Question) -> None:
        await asyncio.sleep(_PAUSE)
        if not self._wanted:
            self._asked = None
            return
        self._begun = True
        self.update(Text(_("Calculating…"), "dim"))
        self.display = True
        asked = AdviceOf(name=question.campaign, agents=question.agents, overdial_percent=question.overdial_percent)
        try:
            async with session.line() as client:
                found = await client.call(ADVICE, asked)
        except ControlError as error:
            self._asked = None  # the next time it may go better
            self.update(Text(plain(say(error.sentence)), "dim"))
        else:
            self.update(Group(about(found), _table(found)))


def about(found: Advice) -> Text:
    """The team, and what was learned of the list or assumed."""
    teams = {"joined": _("joined: {count}"), "assigned": _("assigned: {count}"), "given": _("agents: {count}")}
    team = teams[found.team].format(count=found.agents)
    known = found.learned
    text = _("{team}; {rate} answer, talk {talk}, form {form}")
    if found.assumed:
        text = _("{team}; assumed {rate} answer, talk {talk}, form {form}")
    said = text.format(
        team=team,
        rate=f"{decimal(known.answer_rate, 'g')} %",
        talk=f"{decimal(known.talk_seconds, 'g')} s",
        form=f"{decimal(known.wrap_up_seconds, 'g')} s",
    )
    return Text(said, "dim")


def _table(found: Advice) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    for _column in range(3):
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row("", *(Text(head, "dim") for head in (_("in use"), _("between calls"), _("lost"))))
    for row in found.rows:
        grid.add_row(*map(Text, _cells(row)), style="bold" if row.mode == found.mode else "")
    return grid


def _cells(row: AdviceRow) -> tuple[str, str, str, str]:
    name = _(MODES.get(row.mode, row.mode))
    if row.overdial_percent:
        name = f"{name} +{row.overdial_percent} %"
    return name, f"{row.utilisation:.0f} %", f"{row.wait_seconds:.0f} s", f"{decimal(row.abandon_rate, '.1f')} %"
