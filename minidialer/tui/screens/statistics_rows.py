"""What the statistics show of an agent or a campaign: a line in the table."""

from collections.abc import Iterable
from dataclasses import dataclass

from minidialer.control.models.stats import AgentStats, AgentWork, CampaignStats, CampaignWork, Work
from minidialer.i18n import N_, _, decimal
from minidialer.tui.text import age, thousands
from minidialer.tui.widgets.columns import Cell, Column

from .agent_rows import reason_of
from .overview_rows import HIGH_RATE


@dataclass(frozen=True)
class Row:
    """One agent, one campaign, or all of them together: `key` is "" then."""

    key: str
    name: str
    work: Work

    @property
    def whole(self) -> bool:
        """All of them together?"""
        return not self.key

    @property
    def title(self) -> str:
        """What it is about, in the reader's language."""
        if self.whole:
            return _("All together")
        return f"{self.key}  {self.name}".rstrip() if isinstance(self.work, AgentWork) else self.key

    @property
    def calls(self) -> CampaignWork:
        """What only campaigns have; of an agent there is none of it."""
        return self.work if isinstance(self.work, CampaignWork) else CampaignWork(name="")


def agent_rows(stats: AgentStats) -> list[Row]:
    """All of them first, if there are any."""
    rows = [Row(one.login, one.name, one) for one in stats.agents]
    return [Row("", "", stats.total), *rows] if rows else []


def campaign_rows(stats: CampaignStats) -> list[Row]:
    """All of them first, if there are any."""
    rows = [Row(one.name, "", one) for one in stats.campaigns]
    return [Row("", "", stats.total), *rows] if rows else []


def short(seconds: float) -> str:
    """Hours and minutes."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def pause_name(reason: str) -> str:
    """Of a reason, in the reader's language."""
    return reason_of(reason) or _("no reason given")


def _time(row: Row, seconds: float) -> Cell:
    return Cell(short(seconds) if seconds else "·", "bold" if row.whole else "")


def _count(row: Row, count: int) -> Cell:
    return Cell(thousands(count) if count else "·", "bold" if row.whole else "")


def _named(row: Row, parts: Iterable[str]) -> Cell:
    return Cell(", ".join(parts), "bold" if row.whole else "dim")


def _key(row: Row) -> Cell:
    return Cell(_("all"), "bold") if row.whole else Cell(row.key)


def _person(row: Row) -> Cell:
    return Cell(_("all"), "bold") if row.whole else Cell(row.name or row.key)


def _rate(row: Row) -> Cell:
    rate = row.calls.abandon_rate
    if rate is None:
        return Cell("·")
    return Cell(f"{decimal(rate, '.1f')} %", "bad" if rate > HIGH_RATE else "bold" if row.whole else "")


def _hourly(row: Row) -> Cell:
    hourly = row.work.calls_per_hour
    return Cell(decimal(hourly, ".1f") if hourly is not None else "·", "bold" if row.whole else "")


def _average(row: Row) -> Cell:
    average = row.work.average_talk
    return Cell(age(round(average)) if average is not None else "·", "bold" if row.whole else "")


def _pauses(row: Row) -> Cell:
    return _named(row, (f"{pause_name(name)} {short(seconds)}" for name, seconds in row.work.pauses.items()))


def _dispositions(row: Row) -> Cell:
    return _named(row, (f"{name} {thousands(count)}" for name, count in row.work.dispositions.items()))


_LOGGED = Column[Row](
    N_("on duty"), lambda row: _time(row, row.work.logged_in), right=True, drop=3, order=lambda row: row.work.logged_in
)
_READY = Column[Row](
    N_("idle"), lambda row: _time(row, row.work.ready), right=True, drop=4, order=lambda row: row.work.ready
)
_TALK = Column[Row](N_("talking"), lambda row: _time(row, row.work.talk), right=True, order=lambda row: row.work.talk)
_FORMS = Column[Row](
    N_("form"), lambda row: _time(row, row.work.wrap_up), right=True, drop=5, order=lambda row: row.work.wrap_up
)
_PAUSE = Column[Row](
    N_("pauses"), lambda row: _time(row, row.work.pause_total), right=True, drop=6,
    order=lambda row: row.work.pause_total,
)  # fmt: skip
_CALLS = Column[Row](
    N_("talks"), lambda row: _count(row, row.work.calls), width=5, right=True, order=lambda row: row.work.calls
)
_SUCCESSES = Column[Row](
    N_("succ."), lambda row: _count(row, row.work.successes), width=5, right=True, order=lambda row: row.work.successes
)
_HOURLY = Column[Row](N_("per h"), _hourly, width=5, right=True, drop=1, order=lambda row: row.work.calls_per_hour or 0)
_AVERAGE = Column[Row](N_("avg."), _average, width=5, right=True, drop=2, order=lambda row: row.work.average_talk or 0)
_REASONS = Column[Row](N_("pauses by reason"), _pauses, width=26, grow=2, drop=9)
_CHOSEN = Column[Row](N_("dispositions"), _dispositions, width=26, grow=3, drop=8)

AGENTS: tuple[Column[Row], ...] = (
    Column(N_("person"), _person, width=13, grow=2, order=lambda row: (row.name or row.key).lower()),
    Column(N_("account"), lambda row: row.key, width=7, drop=7, order=lambda row: row.key.lower()),
    _LOGGED, _READY, _TALK, _FORMS, _PAUSE, _CALLS, _SUCCESSES, _HOURLY, _AVERAGE, _REASONS, _CHOSEN,
)  # fmt: skip
CAMPAIGNS: tuple[Column[Row], ...] = (
    Column(N_("campaign"), _key, width=12, grow=2, order=lambda row: row.key.lower()),
    Column(
        N_("attempts"), lambda row: _count(row, row.calls.attempts), width=6, right=True,
        order=lambda row: row.calls.attempts,
    ),
    Column(
        N_("answered"), lambda row: _count(row, row.calls.answered), width=6, right=True,
        order=lambda row: row.calls.answered,
    ),
    Column(N_("lost"), _rate, width=6, right=True, order=lambda row: row.calls.abandon_rate or 0),
    _LOGGED, _READY, _TALK, _FORMS, _PAUSE, _CALLS, _SUCCESSES, _HOURLY, _AVERAGE, _REASONS, _CHOSEN,
)  # fmt: skip
