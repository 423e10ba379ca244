"""An agent's own work, from the history of their states and their talks."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from minidialer.agent_web.services import Statistics, Today
from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.agent import AgentState
from minidialer.domain.sentence import RefusedError
from minidialer.store import agent_day, agent_runtime
from minidialer.store.agent_runtime import AgentSpan

from .days import start_of, today

MOST_DAYS = 366


async def of_days(desk: Desk, agent_id: int, first: date, last: date) -> Statistics:
    """These days, both included; what is still to come of them is not there yet."""
    if last < first:
        raise RefusedError("The last day comes before the first: change one of them.")
    if (last - first).days >= MOST_DAYS:
        raise RefusedError("At most {days} days at once: choose fewer.", days=MOST_DAYS)
    zone, now = desk.settings.zone, desk.clock()
    since, until = start_of(first, zone), min(start_of(last + timedelta(days=1), zone), now)
    await desk.engine.flushed()
    async with desk.database.read() as conn:
        spans = await agent_runtime.history(conn, agent_id, since, until)
        talks = await agent_day.talks(conn, agent_id, since, until)
    seconds, paused = _seconds(spans, since, until)
    worked = [state for state in AgentState if state is not AgentState.LOGGED_OUT]
    return Statistics(
        first=first,
        last=last,
        logged_in=sum(seconds[state] for state in worked),
        ready=seconds[AgentState.READY],
        talk=seconds[AgentState.IN_CALL],
        wrap_up=seconds[AgentState.WRAP_UP],
        reserved=seconds[AgentState.RESERVED],
        paused=paused,
        calls=len(talks),
        dispositions=dict(Counter(talk.disposition for talk in talks if talk.disposition).most_common()),
        successes=sum(talk.success for talk in talks),
    )


async def of_today(desk: Desk, agent_id: int) -> Today:
    """The figures of the waiting page."""
    now, zone = desk.clock(), desk.settings.zone
    async with desk.database.read() as conn:
        talks = await agent_day.talks(conn, agent_id, start_of(today(now, zone), zone), now)
    talk_seconds = sum(((talk.ended_at or now) - talk.connected_at).total_seconds() for talk in talks)
    return Today(len(talks), talk_seconds, sum(talk.success for talk in talks))


def _seconds(
    spans: list[AgentSpan], since: datetime, until: datetime
) -> tuple[dict[AgentState, float], dict[str, float]]:
    """Seconds by state, and of pauses by reason; a span counts as far as it lies in this time."""
    by_state: dict[AgentState, float] = defaultdict(float)
    by_reason: dict[str, float] = defaultdict(float)
    for span in spans:
        length = (min(span.ended_at or until, until) - max(span.started_at, since)).total_seconds()
        if length <= 0:
            continue
        by_state[span.state] += length
        if span.state is AgentState.PAUSED:
            by_reason[span.reason] += length
    return by_state, dict(by_reason)
