"""An agent's own work: the figures a supervisor sees of them."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

from minidialer.agent_web.services import Statistics, Today
from minidialer.daemon.use_cases.desk import Desk
from minidialer.daemon.use_cases.stats import add_talks
from minidialer.domain.agent import AgentState
from minidialer.domain.days import start_of, today
from minidialer.domain.disposition import Disposition
from minidialer.domain.sentence import RefusedError
from minidialer.domain.work import Work
from minidialer.store import agent_day, dispositions, work

from .one_at_a_time import OneAtATime

MOST_DAYS = 366
MOST_ASKED = 2  # by one agent: the days shown now, and others chosen before these were counted


class Turns:
    """Of one agent's questions one is counted and one waits for it; a page that asks more is told to wait."""

    def __init__(self) -> None:
        self._asked = Counter[int]()
        self._counted = OneAtATime[int]()

    @contextlib.asynccontextmanager
    async def turn(self, agent_id: int) -> AsyncIterator[None]:
        """The agent's turn to count. Raises RefusedError."""
        if self._asked[agent_id] >= MOST_ASKED:
            raise RefusedError("Your statistics are still being counted: wait for them before you ask again.")
        self._asked[agent_id] += 1
        try:
            async with self._counted.of(agent_id):
                yield
        finally:
            self._asked[agent_id] -= 1
            if not self._asked[agent_id]:
                del self._asked[agent_id]


async def of_days(desk: Desk, agent_id: int, first: date, last: date) -> Statistics:
    """These days, both included; what is still to come of them is not there yet."""
    if last < first:
        raise RefusedError("The last day comes before the first: change one of them.")
    if (last - first).days >= MOST_DAYS:
        raise RefusedError("At most {days} days at once: choose fewer.", days=MOST_DAYS)
    zone, now = desk.settings.zone, desk.clock()
    await desk.engine.flushed()
    done, saved = await _work(desk, agent_id, start_of(first, zone), min(start_of(last + timedelta(days=1), zone), now))
    return Statistics(
        first=first,
        last=last,
        logged_in=done.logged_in,
        ready=done.seconds[AgentState.READY],
        talk=done.seconds[AgentState.IN_CALL],
        wrap_up=done.seconds[AgentState.WRAP_UP],
        reserved=done.seconds[AgentState.RESERVED],
        paused=dict(done.pauses),
        calls=done.calls,
        dispositions=saved,
        successes=done.successes,
    )


async def of_today(desk: Desk, agent_id: int) -> Today:
    """The figures of the waiting page: of talks that began today, by one query, for every change asks for them."""
    now, zone = desk.clock(), desk.settings.zone
    async with desk.database.read() as conn:
        talks = await agent_day.talks(conn, agent_id, start_of(today(now, zone), zone), now)
    talk_seconds = sum(max(0.0, ((talk.ended_at or now) - talk.connected_at).total_seconds()) for talk in talks)
    return Today(len(talks), talk_seconds, sum(talk.success for talk in talks))


async def _work(
    desk: Desk, agent_id: int, since: datetime, until: datetime
) -> tuple[Work, list[tuple[Disposition, int]]]:
    done, saved = Work(), Counter[int]()
    if since >= until:
        return done, []
    async with desk.counting, desk.database.read() as conn:
        buttons = {button.id: button for button in await dispositions.every(conn, removed=True)}
        spent = await work.times(conn, since, until, work.Whose(agent_id))
        talks = await work.talks(conn, since, until, work.Whose(agent_id))
    for item in spent:
        done.spend(item.state, item.reason, item.seconds)
    for talk in talks:
        add_talks(done, talk.disposition_id, talk.count, buttons)
        if talk.disposition_id is not None:
            saved[talk.disposition_id] += talk.count
    return done, [(buttons[disposition_id], count) for disposition_id, count in saved.items()]
