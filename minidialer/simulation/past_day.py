"""A past day as a world: customers and agents do what those of that day did, whatever policy now dials.

A call placed at some time of the day meets the fate of one of the real calls around that time, drawn at random; talks
and wrap-ups last as long as one of those around it. Agents are there when they were. What a policy changes about the
customers themselves (a list called faster is exhausted sooner) stays out.
"""

import bisect
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from minidialer.domain import events
from minidialer.domain.agent import AgentState
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.compliance import late_after
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.sentence import RefusedError
from minidialer.domain.trunk import Trunk
from minidialer.i18n import N_
from minidialer.store import campaigns
from minidialer.store import past_day as stored
from minidialer.store.agent_runtime import AgentSpan
from minidialer.store.database import Database

from .chance import stream
from .clock import Clock
from .crew import Tell, saying
from .customers import ANSWERED, NO_ANSWER, PATIENCE, Fate
from .result import Result, result_of
from .tally import Tally

AROUND = 20  # real ones before and after a moment that a simulated one is drawn from
THAT_DAY = N_("that day")  # in the place of a policy
SHORT_GAP = 2.0  # seconds between two spans of an agent that are no pause
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PastDay:
    """Seconds count from `begin`, when the first agent was there, to the time the last one left."""

    campaign: str
    settings: CampaignSettings
    trunk: Trunk | None  # None: none of that name is configured
    zone: ZoneInfo
    begin: datetime
    seconds: float
    calls: tuple[stored.PastCall, ...]
    spans: tuple[AgentSpan, ...] = field(repr=False)

    @property
    def agents(self) -> list[int]:
        """Everybody who was there."""
        return sorted({span.agent_id for span in self.spans})

    def second(self, moment: datetime) -> float:
        """The second of the day."""
        return (moment - self.begin).total_seconds()

    def real_result(self) -> Result:
        """What that day gave."""
        tally = Tally(late_after(self.settings.compliance_profile))
        tally.start_shift()
        for span in self.spans:
            tally.seconds[span.state] += self.second(span.ended_at or span.started_at) - self.second(span.started_at)
            tally.talks += span.state is AgentState.IN_CALL
        for call in self.calls:
            tally.called()
            tally.ended_as(call.outcome, call.answered_at, call.connected_at)
        return result_of(THAT_DAY, len(self.agents), self.settings.abandon_target, tally)


async def past_day(store: Path, campaign: str, day: date, zone: ZoneInfo, trunks: Sequence[Trunk] = ()) -> PastDay:
    """Read the day of a campaign out of the store. Raises RefusedError when there is nothing to replay.

    The store stays as it is.
    """
    since = datetime(day.year, day.month, day.day, tzinfo=zone)
    until = since + timedelta(days=1)
    async with Database.open_to_read(store) as database, database.read() as conn:
        found = await campaigns.find(conn, campaign)
        calls = await stored.calls(conn, found.id, since, until)
        spans = await stored.presence(conn, found.id, since, until)
    if not calls or not spans:
        raise RefusedError("Campaign “{campaign}” dialled nothing on {day}.", campaign=found.name, day=str(day))
    begin = min(span.started_at for span in spans)
    end = max(span.ended_at or span.started_at for span in spans)
    return PastDay(
        campaign=found.name,
        settings=found.settings,
        trunk=Floor([found], trunks=trunks).trunk_of(found),
        zone=zone,
        begin=begin,
        seconds=(end - begin).total_seconds(),
        calls=tuple(calls),
        spans=tuple(spans),
    )


class _Around(Generic[T]):
    """Things that happened at moments, drawn from those around one."""

    def __init__(self, happened: Iterable[tuple[float, T]]) -> None:
        ordered = sorted(happened, key=lambda item: item[0])
        self._seconds = [second for second, _what in ordered]
        self._what = [what for _second, what in ordered]

    def near(self, second: float) -> Sequence[T]:
        place = bisect.bisect(self._seconds, second)
        return self._what[max(0, place - AROUND) : place + AROUND]


class PastCustomers:
    """The customers of that day. Whoever answered after the ring timeout would not have."""

    def __init__(self, day: PastDay, seed: int) -> None:
        self._timeout = float(day.settings.ring_timeout)
        self._random = stream(seed, "past customers")
        self._fates = _Around((day.second(call.dialled_at), _fate(call)) for call in day.calls)
        self._talks = _Around(
            (day.second(call.connected_at), (call.ended_at - call.connected_at).total_seconds())
            for call in day.calls
            if call.connected_at is not None
        )

    def fate(self, second: float) -> Fate:
        """The fate of a call placed at this second."""
        fate = self._random.choice(self._fates.near(second))
        return fate if fate.seconds <= self._timeout else Fate(self._timeout, NO_ANSWER)

    def talk(self, second: float) -> float:
        """How long a talk lasts that begins now."""
        near = self._talks.near(second)
        return self._random.choice(near) if near else 0.0

    def patience(self) -> float:
        """How long a queued customer stays; the store cannot say, for most got an agent."""
        return self._random.expovariate(1 / PATIENCE)


class PastCrew:
    """The agents of that day."""

    def __init__(self, day: PastDay, clock: Clock, seed: int) -> None:
        self._day = day
        self._clock = clock
        self._random = stream(seed, "past crew")
        self._wraps = _Around(
            (day.second(span.started_at), (span.ended_at - span.started_at).total_seconds())
            for span in day.spans
            if span.state is AgentState.WRAP_UP and span.ended_at is not None
        )

    def wrap(self, second: float) -> float:
        """How long a wrap-up lasts that begins now."""
        near = self._wraps.near(second)
        return self._random.choice(near) if near else 0.0

    def plan_shift(self, tell: Tell) -> None:
        """Everybody comes, pauses and goes as they did."""
        begin = self._clock.seconds
        for agent_id in self._day.agents:
            there = self._there(agent_id)
            join = (events.LogIn(agent_id), events.Join(agent_id, 1))
            self._clock.at(begin + there[0][0], saying(tell, *join))
            for (_start, end), (back, _end) in itertools.pairwise(there):
                self._clock.at(begin + end, saying(tell, events.Pause(agent_id, "as that day")))
                self._clock.at(begin + back, saying(tell, events.Resume(agent_id)))
            self._clock.at(begin + there[-1][1], saying(tell, events.LogOut(agent_id)))

    def _there(self, agent_id: int) -> list[tuple[float, float]]:
        """When they were there, gaps too short for a pause left out."""
        joined: list[tuple[float, float]] = []
        for span in self._day.spans:
            if span.agent_id != agent_id or span.ended_at is None:
                continue
            start, end = self._day.second(span.started_at), self._day.second(span.ended_at)
            if joined and start - joined[-1][1] < SHORT_GAP:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            else:
                joined.append((start, end))
        return joined


def _fate(call: stored.PastCall) -> Fate:
    if call.answered_at is not None and call.outcome in (Outcome.ANSWERED, Outcome.ABANDONED):
        return Fate((call.answered_at - call.dialled_at).total_seconds(), ANSWERED)
    seconds = (call.ended_at - call.dialled_at).total_seconds()
    return Fate(max(0.0, seconds), call.cause or NO_ANSWER)
