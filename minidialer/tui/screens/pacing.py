"""A campaign's pacing in full: the last decision, what was learned, and the abandon budget as an account."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from minidialer.control.models.base import Named
from minidialer.control.models.pacing import SHOW, Account, Budget, Explanation, Learned, Pacing
from minidialer.i18n import N_, _, decimal
from minidialer.tui.page import Page
from minidialer.tui.text import plain, spoken, thousands

from . import pacing_words
from .campaign_fields import MODES

_LIMITS = {
    "risk": N_("the risk of the next"),
    "budget": N_("an empty budget"),
    "step": N_("so many at once"),
    "learning": N_("too few calls lately"),
    "nobody": N_("nobody at work"),
    "five_seconds": N_("most calls in 5 s"),
    "trunk": N_("the trunk"),
    "overdial": N_("the overdial"),
}


class PacingPage(Page):
    """`PacingPage(name)`; it follows what happens."""

    NAME = N_("Pacing")
    ABOUT = N_(
        "Why the dialer places so many calls, and what it may still spend. Each person who answers earns a part of one "
        "loss, as “Abandoned at most” says; each who finds no agent costs one. Today's account and the one of the last "
        "30 days must both hold: when one is empty, there is one call for each ready agent.\n"
        "“Below” says what the true rate is under, with a confidence of 95 %."
    )
    EVERY: ClassVar[float] = 1
    DEFAULT_CSS = """
    PacingPage VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    PacingPage VerticalScroll Static { height: auto; }
    PacingPage Horizontal { height: auto; margin: 1 0; }
    PacingPage Horizontal Static { width: 1fr; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._campaign = name

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        with VerticalScroll():
            yield Static(id="why")
            with Horizontal():
                yield Static(id="decision")
                yield Static(id="learned")
            yield Static(id="budget")

    async def load(self) -> None:
        seen = await self.call(SHOW, Named(name=self._campaign))
        name = Text(plain(seen.campaign), no_wrap=True, overflow="ellipsis")
        self.query_one(".heading", Static).update(name)
        self.query_one("#why", Static).update(Text(spoken(seen.decision)))
        self.query_one("#decision", Static).update(_pairs(_("The last decision"), _decision(seen)))
        self.query_one("#learned", Static).update(_pairs(_("What was learned"), _learned(seen.learned)))
        self.query_one("#budget", Static).update(account_grid(seen.budget))


def _decision(seen: Pacing) -> Iterator[tuple[str, str]]:
    yield _("mode"), _(MODES.get(seen.mode, seen.mode))
    if seen.explanation is None:
        yield _("looks ahead"), _("no")
    else:
        yield from _explained(seen.explanation)


def _explained(why: Explanation) -> Iterator[tuple[str, str]]:
    yield _("agents ready"), str(why.ready)
    yield _("soon free"), pacing_words.soon_free(why)
    yield _("calls under way"), str(why.in_flight)
    yield _("people waiting"), str(why.waiting)
    yield _("answer"), pacing_words.rate(why)
    yield _("risk of the next"), "–" if why.risk is None else f"{decimal(why.risk, '.2f')} %"
    yield _("admitted risk"), f"{decimal(why.admitted_risk, '.2f')} %"
    yield _("more calls now"), str(why.count)
    yield _("held by"), _(_LIMITS.get(why.limit, why.limit))


def _learned(learned: Learned) -> Iterator[tuple[str, str]]:
    yield _("answers so far"), thousands(learned.answers)
    yield _("answer"), f"{decimal(learned.answer_rate, '.1f')} ± {decimal(learned.answer_rate_error, '.1f')} %"
    yield _("rings until then"), f"{decimal(learned.ring_seconds, '.1f')} s"
    yield _("a talk"), f"{learned.talk_seconds:.0f} s"
    yield _("a form"), f"{learned.wrap_up_seconds:.0f} s"


def account_grid(budget: Budget) -> Grid:
    """Both accounts, a row each, and what may be spent of them."""
    grid = Grid.grid(padding=(0, 2))
    heads = ("", _("answered"), _("lost"), _("rate"), _("below"), _("earned"), _("spent"), _("left"))
    for head in heads:
        grid.add_column(justify="right" if head else "left", no_wrap=True)
    state = _("empty") if budget.empty else _("exceeded") if budget.exceeded else _("open")
    title = _("Budget: {state}").format(state=state)
    grid.add_row(Text(title, "bold"), *(Text(head, "dim") for head in heads[1:]))
    days = _("{count} days").format(count=budget.window_days)
    for label, account in ((_("today"), budget.today), (days, budget.window)):
        grid.add_row(Text(label, "dim"), *map(Text, _cells(account)))
    grid.add_row(Text(_("at most"), "dim"), *map(Text, ("", "", f"{decimal(budget.target, 'g')} %")))
    if budget.credit > 0:
        grid.add_row(Text(_("spent ahead"), "dim"), *map(Text, [""] * 6), Text(f"+{decimal(budget.credit, '.1f')}"))
    return grid


def _cells(account: Account) -> Sequence[str]:
    return (
        thousands(account.answered),
        thousands(account.abandoned),
        f"{decimal(account.rate, '.2f')} %",
        f"{decimal(account.bound, '.2f')} %",
        decimal(account.earned, ".1f"),
        thousands(account.spent),
        decimal(account.left, ".1f"),
    )


def _pairs(title: str, pairs: Iterable[tuple[str, str]]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_row(Text(title, "bold"))
    for name, said in pairs:
        grid.add_row(Text(name, "dim"), Text(plain(said)))
    return grid
