"""What the agents' page shows of an agent: a line in the table, and some more lines of the one under the cursor."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from minidialer.control.models.agents import Agent
from minidialer.control.models.campaigns import Campaign
from minidialer.control.models.watch import AgentLine
from minidialer.control.words import word
from minidialer.i18n import N_, _
from minidialer.tui.text import age
from minidialer.tui.widgets.columns import Cell, Column

BUSY = ("reserved", "in_call", "wrap_up")
STATES = ("ready", "reserved", "in_call", "wrap_up", "paused", "logged_out")
TABS = {"dialer": N_("Dialer"), "connections": N_("Connections"), "statistics": N_("Statistics")}
PHONES = {"down": N_("hung up"), "calling": N_("is called"), "idle": N_("on the line"), "busy": N_("in a call")}
LANGUAGES = {"": N_("as the browser asks"), "en": N_("English"), "pl": N_("Polish")}
CONNECTIONS = {"ring": N_("the phone rings for each call"), "nailed_up": N_("called once, stays on the line")}
AFTER_CALL = {
    "pause": N_("pause after this call"),
    "leave": N_("leaves the campaign after this call"),
    "log_out": N_("logs out after this call"),
}
STYLES = {"ready": "good", "reserved": "accent", "in_call": "accent", "paused": "warn", "logged_out": "dim"}
_REASONS = frozenset((N_("break"), N_("lunch"), N_("training")))  # those of the settings' own


def reason_of(said: str) -> str:
    """Of a pause, in the reader's language where it is one of ours."""
    return _(said) if said in _REASONS else word(said)


@dataclass(frozen=True)
class Row:
    """One agent: as stored, and as the floor knows them, if it does."""

    agent: Agent
    line: AgentLine | None
    now: datetime

    @property
    def state(self) -> str:
        """The floor knows first."""
        return self.line.state if self.line is not None else self.agent.state

    @property
    def reason(self) -> str:
        """Of a pause, in the reader's language where it is one of ours."""
        return reason_of(self.line.reason if self.line is not None else self.agent.reason)

    @property
    def seconds(self) -> float | None:
        """In this state."""
        if self.line is not None:
            return self.line.seconds_in_state
        return (self.now - self.agent.since).total_seconds() if self.agent.since is not None else None

    @property
    def form_open(self) -> bool:
        """Does a form wait to be saved?"""
        return self.line.form_open if self.line is not None else self.agent.form_open

    @property
    def campaign(self) -> str:
        """Where the agent has joined."""
        return (self.line.campaign if self.line is not None else self.agent.campaign) or ""

    @property
    def phone(self) -> str:
        """What the phone does."""
        return self.line.phone if self.line is not None else self.agent.phone

    @property
    def busy(self) -> bool:
        """Is there a call or an open form?"""
        return self.state in BUSY or self.form_open

    @property
    def who(self) -> str:
        """The person's name, else the account."""
        return self.agent.name or self.agent.login


def _state(row: Row) -> Cell:
    said = word(row.state)
    if row.state == "paused" and row.reason:
        said = f"{said}: {row.reason}"
    style = STYLES.get(row.state, "")
    return Cell(said, f"{style} strike".strip() if row.form_open else style)


def _time(row: Row) -> str:
    return age(row.seconds) if row.seconds is not None and row.state != "logged_out" else ""


def _log_in(row: Row) -> Cell:
    if not row.agent.active:
        return Cell(_("switched off"), "dim")
    return Cell(_("yes"), "") if row.agent.has_password else Cell(_("no password"), "warn")


def _phone(row: Row) -> str:
    return _(PHONES.get(row.phone, row.phone))


def _name(row: Row) -> Cell:
    return Cell(row.agent.name, "strike" if row.form_open else "")


COLUMNS: tuple[Column[Row], ...] = (
    Column(N_("account"), lambda row: row.agent.login, width=8, grow=1, order=lambda row: row.agent.login.lower()),
    Column(N_("person"), _name, width=14, grow=2, order=lambda row: row.agent.name.lower()),
    Column(N_("state"), _state, width=15, grow=1, order=lambda row: STATES.index(row.state)),
    Column(N_("for"), _time, width=7, right=True, order=lambda row: row.seconds or 0),
    Column(N_("campaign"), lambda row: row.campaign, width=10, grow=2, drop=1, order=lambda row: row.campaign.lower()),
    Column(N_("phone"), _phone, width=12, drop=3),
    Column(N_("log-in"), _log_in, width=12, drop=2),
)


def summary(rows: Iterable[Row]) -> str:
    """How many there are, and in which states."""
    states = Counter(row.state for row in rows)
    said = [f"{word(state)} {states[state]}" for state in STATES if states[state]]
    return _("agents: {count} ({states})").format(count=states.total(), states=", ".join(said))


def detail(row: Row, campaigns: Mapping[str, Campaign]) -> Iterator[tuple[str, str]]:
    """Lines about one agent, each with its name."""
    agent = row.agent
    state = _state(row).text + (f" {_time(row)}" if _time(row) else "")
    yield _("state"), ", ".join(filter(None, (state, row.campaign, _(AFTER_CALL.get(agent.after_call, "")))))
    yield _("log-in"), _log_in_line(agent)
    yield _("phone"), _phone_line(row)
    yield (
        _("campaigns"),
        "; ".join(_campaign(name, campaigns) for name in agent.assigned)
        or _("none: assign the agent in a campaign's settings"),
    )
    yield (
        _("page"),
        _("{tabs}; language: {language}").format(
            tabs=", ".join(_(TABS[tab]) for tab in agent.tabs if tab in TABS) or _("no tabs"),
            language=_(LANGUAGES.get(agent.language, agent.language)),
        ),
    )
    yield _("never meets"), ", ".join(agent.blocked_lists) or _("no list is blocked")


def _log_in_line(agent: Agent) -> str:
    if not agent.active:
        return _("switched off: a switches it on")
    return _("allowed, with a password of the agent's own") if agent.has_password else _("no password yet: w sets one")


def _phone_line(row: Row) -> str:
    answers = _("answers by itself") if row.agent.auto_answer else _("the agent answers it")
    return f"{_phone(row)}; {answers}"


def _campaign(name: str, campaigns: Mapping[str, Campaign]) -> str:
    found = campaigns.get(name)
    if found is None:
        return name
    return f"{name} ({_(CONNECTIONS[found.settings.agent_connection.value])})"
