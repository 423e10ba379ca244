"""Statistics of a time, per agent, per campaign and per hour."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from minidialer.control.models import stats as models
from minidialer.domain.agent import AgentState
from minidialer.domain.campaign import ComplianceProfile
from minidialer.domain.disposition import Disposition
from minidialer.domain.figures import CallCounts, abandon_rate
from minidialer.domain.outcome import Outcome
from minidialer.domain.period import Period, PeriodError, hours, period
from minidialer.domain.work import Work
from minidialer.store import agents, call_tally, campaigns, dispositions, named, work

from .desk import Actor, Desk

MOST_DAYS, MOST_DAYS_BY_HOUR = 366, 31
_QUARTER = timedelta(minutes=15)  # the clock of every zone is a whole number of these away from UTC


async def of_agents(desk: Desk, actor: Actor, params: models.AgentsOf) -> models.AgentStats:
    """Each agent's times, calls and dispositions."""
    del actor
    time = await _time(desk, params.since, params.until, MOST_DAYS)
    async with desk.counting, desk.database.read() as conn:
        campaign_id = (await campaigns.find(conn, params.campaign)).id if params.campaign else None
        people = await named.agents(conn)
        buttons = {button.id: button for button in await dispositions.every(conn, removed=True)}
        whose = work.Whose(campaign_id=campaign_id)
        spent = await work.times(conn, time.since, time.until, whose)
        talks = await work.talks(conn, time.since, time.until, whose)
    mine: dict[int, Work] = defaultdict(Work)
    total = Work()
    for item in spent:
        for one in (mine[item.agent_id], total):
            one.spend(item.state, item.reason, item.seconds)
    for talk in talks:
        for one in (mine[talk.agent_id], total):
            add_talks(one, talk.disposition_id, talk.count, buttons)
    found = [
        models.AgentWork(login=people[agent_id].login, name=people[agent_id].name, **shown(done))
        for agent_id, done in mine.items()
    ]
    found.sort(key=lambda line: line.login)
    return models.AgentStats(since=time.since, until=time.until, agents=found, total=models.Work(**shown(total)))


async def of_campaigns(desk: Desk, actor: Actor, params: models.CampaignsOf) -> models.CampaignStats:
    """Each campaign's calls, outcomes and agents' times."""
    del actor
    time = await _time(desk, params.since, params.until, MOST_DAYS)
    async with desk.counting, desk.database.read() as conn:
        known = await named.campaigns(conn)
        buttons = {button.id: button for button in await dispositions.every(conn, removed=True)}
        spent = await work.times(conn, time.since, time.until)
        talks = await work.talks(conn, time.since, time.until)
        calls = await call_tally.totals(conn, time.since, time.until)
    done: dict[int, Work] = defaultdict(Work)
    total = Work()
    for item in spent:
        if item.campaign_id is not None:
            for one in (done[item.campaign_id], total):
                one.spend(item.state, item.reason, item.seconds)
    for talk in talks:
        for one in (done[talk.campaign_id], total):
            add_talks(one, talk.disposition_id, talk.count, buttons)
    found = [
        _campaign(known[key].name, done[key], calls.get(key, call_tally.Calls()), known[key].profile)
        for key in {*done, *calls}
    ]
    found.sort(key=lambda line: line.name.casefold())
    whole = sum(calls.values(), call_tally.Calls())
    return models.CampaignStats(
        since=time.since, until=time.until, campaigns=found, total=_campaign("", total, whole, ComplianceProfile.NONE)
    )


async def by_hour(desk: Desk, actor: Actor, params: models.HoursOf) -> models.HourStats:
    """The same by the hour of the call centre's clock."""
    del actor
    time = await _time(desk, params.since, params.until, MOST_DAYS_BY_HOUR)
    slots = hours(time, desk.settings.zone)
    span = call_tally.HOUR if all(slot.until.minute == 0 for slot in slots[:-1]) else _QUARTER
    async with desk.counting, desk.database.read() as conn:
        campaign_id = (await campaigns.find(conn, params.campaign)).id if params.campaign else None
        agent_id = (await agents.find(conn, params.agent)).id if params.agent else None
        buttons = {button.id: button for button in await dispositions.every(conn, removed=True)}
        whose = work.Whose(agent_id, campaign_id)
        spent = await work.times_by_slot(conn, span, time.since, time.until, whose)
        talks = await work.talks_by_slot(conn, span, time.since, time.until, whose)
        only = [campaign_id] if campaign_id is not None else None
        calls = None
        if agent_id is None:
            by_campaign = await call_tally.by_span(conn, span, time.since, time.until, only, together=True)
            calls = by_campaign.get(0, {})
    done = [Work() for _ in slots]
    for at, state, seconds in spent:
        done[_index(slots, at)].spend(state, "", seconds)
    for at, disposition_id, count in talks:
        add_talks(done[_index(slots, at)], disposition_id, count, buttons)
    counts = _counts(slots, calls) if calls is not None else [None for _ in slots]
    found = [_hour(slot, worked, counted) for slot, worked, counted in zip(slots, done, counts, strict=True)]
    return models.HourStats(since=time.since, until=time.until, hours=found)


def add_talks(done: Work, disposition_id: int | None, count: int, buttons: Mapping[int, Disposition]) -> None:
    """Add talks under the name of their disposition; None: not saved yet."""
    button = buttons.get(disposition_id) if disposition_id is not None else None
    done.talk(button.name if button else "", success=button is not None and button.success, count=count)


def shown(done: Work) -> dict[str, Any]:
    """The fields of `models.Work`."""
    return {
        **_times(done),
        "pauses": dict(sorted(done.pauses.items(), key=lambda item: -item[1])),
        "dispositions": dict(done.dispositions.most_common()),
        "calls_per_hour": done.calls_per_hour,
        "average_talk": done.average_talk,
    }


async def _time(desk: Desk, since: str, until: str | None, most_days: int) -> Period:
    """The period, once all that happened in it is stored."""
    time = period(since, until, desk.settings.zone, desk.clock())
    if time.until - time.since > timedelta(days=most_days, hours=1):  # an hour more when clocks go back
        raise PeriodError("At most {days} days at once: choose fewer.", days=most_days)
    await desk.engine.flushed()
    return time


def _index(slots: Sequence[Period], at: datetime) -> int:
    """The slot of this moment; a span that began before the first one is that one's."""
    return max(0, bisect_right(slots, at, key=lambda slot: slot.since) - 1)


def _counts(slots: Sequence[Period], calls: Mapping[datetime, CallCounts]) -> list[CallCounts]:
    counts = [CallCounts() for _ in slots]
    for at, counted in calls.items():
        counts[_index(slots, at)] += counted
    return counts


def _times(done: Work) -> dict[str, Any]:
    spent = done.seconds
    return {
        "logged_in": done.logged_in,
        "ready": spent[AgentState.READY],
        "reserved": spent[AgentState.RESERVED],
        "talk": spent[AgentState.IN_CALL],
        "wrap_up": spent[AgentState.WRAP_UP],
        "pause_total": spent[AgentState.PAUSED],
        "calls": done.calls,
        "successes": done.successes,
    }


def _campaign(name: str, done: Work, calls: call_tally.Calls, profile: ComplianceProfile) -> models.CampaignWork:
    counted = asdict(calls.counts)
    del counted["connected"]  # `calls` says it, by the moment in which the talk began
    return models.CampaignWork(
        name=name,
        **shown(done),
        **counted,
        abandon_rate=abandon_rate(calls.counts, profile),
        outcomes={outcome.value: calls.outcomes[outcome] for outcome in Outcome if calls.outcomes[outcome]},
    )


def _hour(slot: Period, done: Work, counts: CallCounts | None) -> models.HourWork:
    return models.HourWork(
        at=slot.since,
        until=slot.until,
        **_times(done),
        attempts=counts.attempts if counts else None,
        answered=counts.answered if counts else None,
        abandoned=counts.abandoned if counts else None,
    )
