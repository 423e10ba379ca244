"""Statistics as tables with headings in the reader's language: for terminals, and wide ones for spreadsheets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from minidialer.i18n import _

from .models.stats import AgentStats, AgentWork, CampaignStats, CampaignWork, HourStats, HourWork, Work
from .words import word

Cell = str | int | float | datetime | None
Time = Callable[[float], Cell]


@dataclass(frozen=True)
class Table:
    """Headings, rows as long as they, and a last row with the totals, if there is one."""

    columns: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    total: list[Cell] | None = None


def clock(seconds: float) -> str:
    """Hours, minutes and seconds as people read them."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def tenths(seconds: float) -> float:
    """Seconds as spreadsheets take them."""
    return round(seconds, 1)


def agents_table(stats: AgentStats, time: Time = clock, *, wide: bool = False) -> Table:
    """One row an agent. `wide`: a column for each reason of a pause and for each disposition."""
    spread = _Spread(stats.agents, time, wide)

    def row(login: str, name: str, work: Work) -> list[Cell]:
        return [login, name, *_times(work, time), *spread.pauses(work), *_calls(work, time), *spread.dispositions(work)]

    columns = [_("agent"), _("name"), *_time_heads(), *spread.pause_heads, *_call_heads(), *spread.disposition_heads]
    rows = [row(one.login, one.name, one) for one in stats.agents]
    return Table(columns, rows, row(_("total"), "", stats.total))


def campaigns_table(stats: CampaignStats, time: Time = clock, *, wide: bool = False) -> Table:
    """One row a campaign. `wide`: a column for each outcome, reason of a pause, and disposition."""
    spread = _Spread(stats.campaigns, time, wide)

    def row(name: str, work: CampaignWork) -> list[Cell]:
        rate = round(work.abandon_rate, 2) if work.abandon_rate is not None else None
        counts: list[Cell] = [work.attempts, work.answered, work.abandoned, rate]
        return [
            name,
            *counts,
            *spread.outcomes(work),
            *_times(work, time),
            *spread.pauses(work),
            *_calls(work, time),
            *spread.dispositions(work),
        ]

    columns = [
        _("campaign"), _("attempts"), _("answered"), _("abandoned"), _("abandon rate (%)"), *spread.outcome_heads,
        *_time_heads(), *spread.pause_heads, *_call_heads(), *spread.disposition_heads,
    ]  # fmt: skip
    rows = [row(one.name, one) for one in stats.campaigns]
    return Table(columns, rows, row(_("total"), stats.total))


def hours_table(stats: HourStats, time: Time = clock) -> Table:
    """One row an hour; columns of calls only where they were counted."""
    counted = any(hour.attempts is not None for hour in stats.hours)
    calls = [_("attempts"), _("answered"), _("abandoned")] if counted else []

    def row(hour: HourWork) -> list[Cell]:
        counts: list[Cell] = [hour.attempts, hour.answered, hour.abandoned] if counted else []
        return [hour.at, *counts, *_times(hour, time), hour.calls, hour.successes]

    return Table([_("from"), *calls, *_time_heads(), _("calls"), _("successes")], [row(hour) for hour in stats.hours])


class _Spread:
    """What has one name or many: one cell that names them all, or a column each."""

    def __init__(self, lines: Sequence[AgentWork | CampaignWork], time: Time, wide: bool) -> None:
        self._time = time
        self._wide = wide
        self._reasons = _names(line.pauses for line in lines)
        self._dispositions = _names(line.dispositions for line in lines)
        self._outcomes = _names(line.outcomes for line in lines if isinstance(line, CampaignWork))

    @property
    def pause_heads(self) -> list[str]:
        """Headings."""
        return [f"{_('pause')}: {_reason(name)}" for name in self._reasons] if self._wide else [_("pauses")]

    @property
    def disposition_heads(self) -> list[str]:
        """Headings."""
        return self._dispositions if self._wide else [_("dispositions")]

    @property
    def outcome_heads(self) -> list[str]:
        """Headings."""
        return [word(name) for name in self._outcomes] if self._wide else [_("outcomes")]

    def pauses(self, work: Work) -> list[Cell]:
        """Cells."""
        if self._wide:
            return [self._time(work.pauses.get(name, 0)) for name in self._reasons]
        return [", ".join(f"{_reason(name)} {self._time(seconds)}" for name, seconds in work.pauses.items())]

    def dispositions(self, work: Work) -> list[Cell]:
        """Cells."""
        if self._wide:
            return [work.dispositions.get(name, 0) for name in self._dispositions]
        return [", ".join(f"{name} {count}" for name, count in work.dispositions.items())]

    def outcomes(self, work: CampaignWork) -> list[Cell]:
        """Cells."""
        if self._wide:
            return [work.outcomes.get(name, 0) for name in self._outcomes]
        return [", ".join(f"{word(name)} {count}" for name, count in work.outcomes.items())]


def _names(counts: Iterable[dict[str, int] | dict[str, float]]) -> list[str]:
    """Every name once, the most of all first."""
    sums: dict[str, float] = {}
    for line in counts:
        for name, count in line.items():
            sums[name] = sums.get(name, 0) + count
    return sorted(sums, key=lambda name: (-sums[name], name))


def _reason(reason: str) -> str:
    return word(reason) or _("no reason given")


def _time_heads() -> list[str]:
    return [_("logged in"), _("ready"), _("connecting"), _("talk"), _("forms"), _("pause")]


def _times(work: Work | HourWork, time: Time) -> list[Cell]:
    parts = (work.logged_in, work.ready, work.reserved, work.talk, work.wrap_up, work.pause_total)
    return [time(seconds) for seconds in parts]


def _call_heads() -> list[str]:
    return [_("calls"), _("successes"), _("calls an hour"), _("average talk")]


def _calls(work: Work, time: Time) -> list[Cell]:
    hourly = round(work.calls_per_hour, 1) if work.calls_per_hour is not None else None
    return [work.calls, work.successes, hourly, time(work.average_talk) if work.average_talk is not None else None]
