"""What is shown of a lead: a line in the browser; all that is known; a line of its history."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from minidialer.control.models.leads import HistoryLine, Lead, LeadDetail
from minidialer.control.words import word
from minidialer.i18n import N_, _
from minidialer.tui.text import age
from minidialer.tui.widgets.columns import Cell, Column

Local = Callable[[datetime | None], str]
KINDS = ("fresh", "retry", "callback", "live", "exhausted", "closed", "do_not_call")
_STYLES = {"fresh": "good", "callback": "accent", "live": "accent", "exhausted": "warn", "closed": "dim"}
_OUTCOMES = {"answered": "good", "abandoned": "bad", "failed": "bad", "invalid": "bad"}


def kind_word(kind: str) -> str:
    """A state in the reader's language, or that the lead must not be called."""
    return _("do not call") if kind == "do_not_call" else word(kind)


def state_cell(lead: Lead) -> Cell:
    """The state; do-not-call goes before it."""
    if lead.do_not_call:
        return Cell(kind_word("do_not_call"), "bad")
    return Cell(word(lead.state), _STYLES.get(lead.state, ""))


def who(lead: Lead) -> str:
    """The fields in a row, without their names: mostly a name, a company, a town."""
    return " · ".join(value for value in lead.fields.values() if value)


def lead_columns(local: Local) -> list[Column[Lead]]:
    """Of the browser; leads come in the order of the daemon."""
    return [
        Column(N_("number"), lambda row: row.number, width=13),
        Column(N_("who"), who, width=18, grow=4),
        Column(N_("state"), state_cell, width=15),
        Column(N_("attempts"), lambda row: str(row.attempts or "·"), width=5, right=True),
        Column(N_("due"), lambda row: local(row.due_at), width=16),
        Column(N_("disposition"), lambda row: row.disposition or "", width=14, drop=1),
        Column(N_("owner"), lambda row: row.owner or "", width=10, drop=3),
        Column(N_("notes"), lambda row: row.notes, width=16, grow=2, drop=2),
    ]


@dataclass(frozen=True)
class Fact:
    """One thing known of a lead. `own`: the name is the file's, not ours to translate."""

    key: str
    label: str
    said: str
    own: bool = False


FACTS = (
    Column[Fact]("", lambda row: Cell(row.label, "dim"), width=14),
    Column[Fact]("", lambda row: Cell(row.said, "" if row.own else "bold"), width=14, grow=1),
)


def facts(detail: LeadDetail, local: Local) -> Iterator[Fact]:
    """All there is: the fields of the file first, then what became of the lead."""
    lead = detail.lead
    for name, value in lead.fields.items():
        yield Fact(f"field {name}", name, value, own=True)
    yield Fact("notes", _("notes"), lead.notes)
    yield Fact("state", _("state"), _state_said(detail))
    yield Fact("due_at", _("due"), local(lead.due_at) or _("in its turn"))
    yield Fact("attempts", _("attempts"), str(lead.attempts))
    yield Fact("disposition", _("disposition"), lead.disposition or _("none"))
    yield Fact("owner", _("owner"), lead.owner or _("everybody"))
    yield Fact("list", _("list"), lead.lead_list)
    if detail.import_id is not None:
        yield Fact("import", _("import"), f"{detail.import_file}, {local(detail.imported_at)}")


def _state_said(detail: LeadDetail) -> str:
    lead = detail.lead
    said = [word(lead.state)]
    if lead.do_not_call:
        said.insert(0, _("do not call"))
    if detail.handed_to is not None:
        said.append(_("{agent} has it to call by hand").format(agent=detail.handed_to))
    return ", ".join(said)


def history_columns(local: Local) -> list[Column[HistoryLine]]:
    """Of one lead's attempts."""
    return [
        Column(N_("called at"), lambda row: local(row.claimed_at), width=16),
        Column(N_("outcome"), _outcome, width=13),
        Column(N_("agent"), lambda row: row.agent or "", width=8, grow=1),
        Column(N_("talk"), _talk, width=5, right=True),
        Column(N_("disposition"), lambda row: row.disposition or "", width=10, grow=1),
        Column(N_("campaign"), lambda row: row.campaign or "", width=12, grow=1, drop=1),
    ]


def _outcome(row: HistoryLine) -> Cell:
    code = row.outcome or row.state
    return Cell(word(code), _OUTCOMES.get(code, ""))


def _talk(row: HistoryLine) -> str:
    if row.connected_at is None or row.ended_at is None:
        return ""
    return age((row.ended_at - row.connected_at).total_seconds())


def attempt_said(row: HistoryLine, local: Local) -> str:
    """What the columns have no room for."""
    said = [row.notes, row.detail]
    if row.callback_at is not None:
        said.append(_("next call agreed for {when}").format(when=local(row.callback_at)))
    if row.answered_at is not None and row.claimed_at is not None:
        said.append(_("answered after {time}").format(time=age((row.answered_at - row.claimed_at).total_seconds())))
    if row.cause is not None:
        said.append(_("cause {cause}").format(cause=row.cause))
    return " · ".join(part for part in said if part)
