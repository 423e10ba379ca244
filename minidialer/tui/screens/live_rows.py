"""What the live panel shows: rows of its tables, its lines in words, the last hour."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from minidialer.control.models.campaigns import DispositionCount
from minidialer.control.models.figures import CampaignFigures
from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel
from minidialer.control.words import word
from minidialer.i18n import N_, _, decimal
from minidialer.tui.text import age, thousands
from minidialer.tui.widgets.chart import Series
from minidialer.tui.widgets.columns import Cell, Column

from . import pacing_words
from .agent_rows import STATES, STYLES, reason_of

_CALL_STYLES = {"waiting": "warn bold", "joining": "good", "ringing": "accent"}
_CALL_WORDS = {"claimed": N_("is next"), "waiting": N_("waits"), "joining": N_("is joined")}
_SHORT = {"in_call": N_("talk"), "wrap_up": N_("form"), "paused": N_("pause")}  # where all states share a line
_LEAST_LOST = 4  # what fills the height of the line of lost calls at the least: one is no mountain


class AgentRow(NamedTuple):
    """An agent in the campaign, and the number they talk with."""

    line: AgentLine
    number: str


def agent_rows(panel: CampaignPanel) -> list[AgentRow]:
    """All who have joined."""
    numbers = {call.agent: call.number for call in (*panel.waiting, *panel.talking) if call.agent}
    return [AgentRow(line, numbers.get(line.login, "")) for line in panel.agents]


def _person(row: AgentRow) -> Cell:
    return Cell(row.line.name or row.line.login, "strike" if row.line.form_open else "")


def _state(row: AgentRow) -> Cell:
    line = row.line
    said = word(line.state)
    if line.state == "paused" and line.reason:
        said = f"{said}: {reason_of(line.reason)}"
    style = STYLES.get(line.state, "")
    return Cell(said, f"{style} strike".strip() if line.form_open else style)


def _call_state(call: CallLine) -> Cell:
    said = _(_CALL_WORDS[call.state]) if call.state in _CALL_WORDS else word(call.state)
    return Cell(said, _CALL_STYLES.get(call.state, ""))


AGENTS: tuple[Column[AgentRow], ...] = (
    Column(N_("person"), _person, width=12, grow=3, order=lambda row: (row.line.name or row.line.login).lower()),
    Column(N_("state"), _state, width=11, grow=2, order=lambda row: STATES.index(row.line.state)),
    Column(
        N_("for"), lambda row: age(row.line.seconds_in_state), right=True, order=lambda row: row.line.seconds_in_state
    ),
    Column(N_("number"), lambda row: row.number, width=13, drop=1),
)
CALLS: tuple[Column[CallLine], ...] = (
    Column(N_("number"), lambda call: call.number, width=13, grow=1, order=lambda call: call.number),
    Column(N_("state"), _call_state, width=11, grow=1),
    Column(N_("for"), lambda call: age(call.seconds_in_state), right=True, order=lambda call: call.seconds_in_state),
    Column(N_("in all"), lambda call: age(call.seconds), right=True, drop=1, order=lambda call: call.seconds),
)
COUNTS: tuple[Column[DispositionCount], ...] = (
    Column(N_("disposition"), lambda row: row.disposition, width=12, grow=1),
    Column(N_("leads"), lambda row: thousands(row.leads), width=9, right=True),
)


def exhausted(figures: CampaignFigures) -> DispositionCount:
    """The last line of the counts."""
    return DispositionCount(disposition=word("exhausted"), leads=figures.exhausted)


def status_of(panel: CampaignPanel) -> str:
    """In one word."""
    return word("running" if panel.running else "stopped")


def facts(panel: CampaignPanel, figures: CampaignFigures | None) -> Iterator[str]:
    """What stands beside the name."""
    yield panel.lead_list or _("no list")
    if figures is not None:
        yield _("{count} to call").format(count=thousands(figures.left.total))
        if figures.today.abandon_rate is not None:
            yield _("{rate} lost").format(rate=f"{decimal(figures.today.abandon_rate, '.1f')} %")


def lines(panel: CampaignPanel, figures: CampaignFigures | None, *, wide: bool) -> list[tuple[str, str]]:
    """Lines under the name, each with its own; the last one is for where there is room."""
    states = Counter(agent.state for agent in panel.agents)
    named = {state: _(_SHORT[state]) if state in _SHORT else word(state) for state in STATES}
    present = ", ".join(f"{named[state]} {states[state]}" for state in STATES if states[state])
    said = [
        (_("why"), panel.status_reason or pacing_words.why(panel)),
        *pacing_words.lines(panel, wide=wide),
        (_("agents"), f"{len(panel.agents)}: {present}" if present else _("nobody has joined")),
        (
            _("calls"),
            _("{dialling} ringing, {waiting} waiting for an agent, {talking} talking").format(
                dialling=len(panel.dialling), waiting=len(panel.waiting), talking=len(panel.talking)
            ),
        ),
    ]
    if figures is not None:
        today = figures.today
        line = _("{attempts} calls, {answered} answered, {connected} connected, {abandoned} lost")
        counts = {name: thousands(getattr(today, name)) for name in ("attempts", "answered", "connected", "abandoned")}
        said.append((_("today"), line.format(**counts)))
    return said


def hour(figures: CampaignFigures) -> list[Series]:
    """Calls and answers on one scale, those lost on one of their own: there should be few."""
    minutes = figures.minutes
    calls, answered, lost = (
        tuple(getattr(minute, name) for minute in minutes) for name in ("calls", "answered", "abandoned")
    )
    most = max(calls, default=0)
    return [
        Series(_("calls"), calls, most, "accent"),
        Series(_("answered"), answered, most, "good"),
        Series(_("lost"), lost, max(_LEAST_LOST, *lost, 0), "bad"),
    ]


def moments(figures: CampaignFigures) -> Sequence[datetime]:
    """When its minutes began."""
    return [minute.at for minute in figures.minutes]
