"""What the overview shows of a campaign: a line in the table, and some more lines of the one under the cursor."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from minidialer.control.models.campaigns import Campaign
from minidialer.control.models.figures import CampaignFigures
from minidialer.control.models.watch import CampaignPanel
from minidialer.control.words import word
from minidialer.i18n import N_, _, decimal, ngettext
from minidialer.tui.text import spoken, thousands
from minidialer.tui.widgets.columns import Cell, Column

_STATES = ("ready", "reserved", "in_call", "wrap_up", "paused")
HIGH_RATE = 3.0  # percent abandoned from which it is worth a look; the strictest of the compliance profiles


@dataclass(frozen=True)
class Row:
    """One campaign: as it is set, as it is on the floor, and its figures; the latter two may not be known yet."""

    campaign: Campaign
    panel: CampaignPanel | None = None
    figures: CampaignFigures | None = None
    states: Counter[str] = field(default_factory=Counter)

    @property
    def running(self) -> bool:
        """Does it dial? The floor knows first."""
        return self.panel.running if self.panel is not None else self.campaign.status == "running"

    @property
    def reason(self) -> str:
        """Why it stopped by itself, or what the dialer decided last and why."""
        if self.panel is None:
            return self.campaign.status_reason or spoken(self.campaign.decision)
        return self.panel.status_reason or (spoken(self.panel.decision) if self.running else "")

    def agents(self, *states: str) -> str:
        """How many are in these states; nothing for none, so that the figures stand out."""
        return _figure(sum(self.states[state] for state in states))


def row_of(campaign: Campaign, panel: CampaignPanel | None, figures: CampaignFigures | None) -> Row:
    """A campaign's row."""
    states = Counter(agent.state for agent in panel.agents) if panel is not None else Counter[str]()
    return Row(campaign, panel, figures, states)


def _figure(number: int) -> str:
    return thousands(number) if number else "·"


def _name(row: Row) -> str:
    return row.campaign.name.lower()


def _ready(row: Row) -> Cell:
    return Cell(row.agents("ready"), "good" if row.states["ready"] else "")


def _status(row: Row) -> Cell:
    if row.running:
        return Cell(word("running"), "good")
    return Cell(word("stopped"), "warn" if row.campaign.status_reason else "dim")


def _dialling(row: Row) -> str:
    return _figure(len(row.panel.dialling)) if row.panel is not None else ""


def _waiting(row: Row) -> Cell:
    waiting = len(row.panel.waiting) if row.panel is not None else 0
    return Cell(_figure(waiting), "warn" if waiting else "")


def _abandoned(row: Row) -> Cell:
    rate = row.figures.today.abandon_rate if row.figures is not None else None
    if rate is None:
        return Cell("·")
    return Cell(f"{decimal(rate, '.1f')} %", "bad" if rate > HIGH_RATE else "")


def _left(row: Row) -> Cell:
    if row.figures is None:
        return Cell("")
    left = row.figures.left.total
    return Cell(thousands(left), "" if left else "warn")


COLUMNS: tuple[Column[Row], ...] = (
    Column(N_("campaign"), lambda row: row.campaign.name, width=12, grow=3, order=_name),
    Column(N_("status"), _status, width=9, order=lambda row: not row.running),
    Column(N_("list"), lambda row: row.campaign.lead_list or Cell(_("none"), "warn"), width=16, grow=2, drop=2),
    Column(N_("assigned"), lambda row: _figure(len(row.campaign.agents)), width=5, right=True, drop=1),
    Column(N_("ready"), _ready, right=True, width=4),
    Column(N_("talk"), lambda row: row.agents("in_call", "reserved"), right=True, width=4),
    Column(N_("form"), lambda row: row.agents("wrap_up"), right=True, width=4),
    Column(N_("pause"), lambda row: row.agents("paused"), right=True, width=4),
    Column(N_("rings"), _dialling, right=True, width=4),
    Column(N_("waits"), _waiting, right=True, width=4),
    Column(N_("lost"), _abandoned, right=True, width=6),
    Column(N_("to call"), _left, right=True, width=7),
)


def detail(row: Row) -> Iterator[tuple[str, str]]:
    """Lines about one campaign, each with its name."""
    yield _("why"), row.reason or word("running" if row.running else "stopped")
    yield _("list"), _list_line(row)
    yield _("agents"), _agents_line(row)
    if row.panel is not None:
        yield (
            _("now"),
            _("{dialling} ringing, {waiting} waiting for an agent, {talking} talking").format(
                dialling=len(row.panel.dialling), waiting=len(row.panel.waiting), talking=len(row.panel.talking)
            ),
        )
    if row.figures is not None:
        yield _("today"), _today_line(row.figures)


def _list_line(row: Row) -> str:
    if row.campaign.lead_list is None:
        return _("none: choose one in the settings")
    if row.figures is None:
        return row.campaign.lead_list
    left = row.figures.left
    return _("{name}: {fresh} fresh, {retry} to be retried, {callback} callbacks, {exhausted} exhausted").format(
        name=row.campaign.lead_list,
        fresh=thousands(left.fresh),
        retry=thousands(left.retry),
        callback=thousands(left.callback),
        exhausted=thousands(row.figures.exhausted),
    )


def _agents_line(row: Row) -> str:
    assigned = len(row.campaign.agents)
    if not assigned:
        return _("none are assigned: nobody can join")
    said = ngettext("{count} assigned", "{count} assigned", assigned).format(count=assigned)
    present = [f"{word(state)} {row.states[state]}" for state in _STATES if row.states[state]]
    return f"{said}: {', '.join(present)}" if present else _("{assigned}, nobody has joined").format(assigned=said)


def _today_line(figures: CampaignFigures) -> str:
    today = figures.today
    line = _("{attempts} calls, {answered} answered, {connected} connected, {abandoned} lost").format(
        attempts=thousands(today.attempts),
        answered=thousands(today.answered),
        connected=thousands(today.connected),
        abandoned=thousands(today.abandoned),
    )
    return line if today.abandon_rate is None else f"{line} ({decimal(today.abandon_rate, '.2f')} %)"
