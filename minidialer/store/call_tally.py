"""How many calls a campaign made in a time, read from the tally that triggers keep: a few rows, at any size."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.figures import CallCounts
from minidialer.domain.outcome import Outcome

from .columns import BigInt, to_microseconds
from .schema import call_tally, campaign

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTS = ("attempts", "answered", "connected", "abandoned", "late", "by_hand")


@dataclass(frozen=True, slots=True)
class Calls:
    """Counts of calls that went out in a time; `outcomes` of the ended ones."""

    counts: CallCounts = field(default_factory=CallCounts)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def __add__(self, other: "Calls") -> "Calls":
        return Calls(self.counts + other.counts, self.outcomes + other.outcomes)


async def totals(
    conn: AsyncConnection, since: datetime, until: datetime, campaign_ids: Sequence[int] | None = None
) -> dict[int, Calls]:
    """By campaign (None: every one), from `since` to before `until`, both taken to the minute; none where no call was.

    Whole hours are read as such: a year is as many rows as it has hours.
    """
    names = (*_COUNTS, *(f"end_{outcome}" for outcome in Outcome))
    rows = sa.union_all(
        *(
            sa.select(call_tally.c.campaign_id, *(call_tally.c[name] for name in names)).where(
                *_within(campaign_ids, span, begin, end)
            )
            for span, begin, end in _pieces(since, until)
        )
    ).subquery()
    sums = [sa.func.sum(rows.c[name]).label(name) for name in names]
    found: dict[int, Calls] = {}
    for row in await conn.execute(sa.select(rows.c.campaign_id, *sums).group_by(rows.c.campaign_id)):
        values = row._mapping
        counts = CallCounts(*(values[name] for name in _COUNTS))
        outcomes = Counter({outcome: values[f"end_{outcome}"] for outcome in Outcome})
        found[row.campaign_id] = Calls(counts, outcomes)
    return found


async def by_span(
    conn: AsyncConnection,
    span: timedelta,
    since: datetime,
    until: datetime,
    campaign_ids: Sequence[int] | None = None,
    *,
    together: bool = False,
) -> dict[int, dict[datetime, CallCounts]]:
    """By campaign, and by the begin of each span of this length in which a call went out.

    span: whole minutes that divide an hour, or an hour; spans begin at multiples of it since 1970.
    together: all campaigns summed, by the key 0.
    """
    whose = sa.literal(0) if together else call_tally.c.campaign_id
    start = sa.type_coerce(call_tally.c.at, BigInt) // to_microseconds(_EPOCH + span)
    found: dict[int, dict[datetime, CallCounts]] = defaultdict(lambda: defaultdict(CallCounts))
    for rows, begin, end in _pieces(since, until) if span == HOUR else [(MINUTE, _minute(since), until)]:
        query = sa.select(whose.label("whose"), start.label("start"), *_sums(_COUNTS))
        within = _within(campaign_ids, rows, begin, end)
        for row in await conn.execute(query.where(*within).group_by("whose", "start")):
            counts = CallCounts(*(row._mapping[name] for name in _COUNTS))
            found[row.whose][_EPOCH + row.start * span] += counts
    return found


def _pieces(since: datetime, until: datetime) -> Iterator[tuple[timedelta, datetime, datetime]]:
    """The rows that make up this time: minutes up to a full hour, hours, and minutes again."""
    since = _minute(since)
    first_hour, last_hour = _EPOCH - (_EPOCH - since) // HOUR * HOUR, _EPOCH + (until - _EPOCH) // HOUR * HOUR
    if first_hour >= last_hour:
        yield MINUTE, since, until
        return
    yield MINUTE, since, first_hour
    yield HOUR, first_hour, last_hour
    yield MINUTE, last_hour, until


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _sums(names: Iterable[str]) -> list[sa.Label[int]]:
    return [sa.func.sum(call_tally.c[name]).label(name) for name in names]


def _within(
    campaign_ids: Sequence[int] | None, rows: timedelta, since: datetime, until: datetime
) -> list[sa.ColumnElement[bool]]:
    # Without campaigns given, every one there is: the tally is read by its key in either case.
    mine = campaign_ids if campaign_ids is not None else sa.select(campaign.c.id)
    at = call_tally.c.at
    seconds = int(rows.total_seconds())
    return [call_tally.c.campaign_id.in_(mine), call_tally.c.span == seconds, at >= since, at < until]
