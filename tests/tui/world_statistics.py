"""A morning's statistics, made from the agents' hours so that they add up; figures of hours likewise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from minidialer.control.models import stats
from minidialer.control.sentences import ControlError

from .world import NOON, World

_HOUR = timedelta(hours=1)
_DISPOSITIONS = ("no", "callback", "sold", "wrong person")
_REASONS = ("lunch", "break", "", "calling_phone")
_ALL = ("logged_in", "ready", "reserved", "talk", "wrap_up", "pause_total", "calls", "successes")
MOST_DAYS = 31


def add_statistics(world: World) -> None:
    """Every period is answered; without a campaign in it, only what the period says matters."""

    def agents(asked: stats.AgentsOf) -> stats.AgentStats:
        since, until = _time(asked)
        lines = [
            _agent(one.login, one.name, number, since, until)
            for number, one in enumerate(world.agents)
            if asked.campaign != "Ankieta po zakupie"
        ]
        return stats.AgentStats(since=since, until=until, agents=lines, total=whole(lines))

    def campaigns(asked: stats.CampaignsOf) -> stats.CampaignStats:
        since, until = _time(asked)
        lines = [_campaign(one.name, number, since, until) for number, one in enumerate(world.campaigns)]
        return stats.CampaignStats(since=since, until=until, campaigns=lines, total=_whole_campaign(lines))

    def hours(asked: stats.HoursOf) -> stats.HourStats:
        since, until = _time(asked)
        if until - since > timedelta(days=MOST_DAYS):
            raise ControlError("At most {days} days at once: choose fewer.", days=MOST_DAYS)
        logins = [one.login for one in world.agents]
        numbers = range(len(logins)) if asked.agent is None else [logins.index(asked.agent)]
        made = [_hour(at, numbers, counted=asked.agent is None) for at in _hours(since, until)]
        return stats.HourStats(since=since, until=until, hours=made)

    world.on(stats.AGENTS, agents)
    world.on(stats.CAMPAIGNS, campaigns)
    world.on(stats.HOURS, hours)


def whole(lines: Sequence[stats.Work]) -> stats.Work:
    """All of them together."""
    pauses: Counter[str] = Counter()  # of seconds
    dispositions: Counter[str] = Counter()
    for line in lines:
        pauses.update(line.pauses)
        dispositions.update(line.dispositions)
    sums: dict[str, Any] = {name: sum(getattr(line, name) for line in lines) for name in _ALL}
    return _work(sums, dict(pauses.most_common()), dict(dispositions.most_common()))


def _time(asked: Any) -> tuple[datetime, datetime]:
    midnight = NOON - 12 * _HOUR
    days = {"today": 0, "yesterday": 1, "this-week": 0, "last-week": 7, "this-month": 3, "last-month": 34}
    if asked.since in days:
        since = midnight - timedelta(days=days[asked.since])
        ends = {"yesterday": midnight, "last-week": midnight, "last-month": since + timedelta(days=30)}
        return since, ends.get(asked.since, NOON)
    since = datetime.fromisoformat(asked.since).replace(tzinfo=UTC) - 2 * _HOUR
    if since >= NOON:
        raise ControlError("{since} has not begun yet: choose an earlier time.", since=asked.since)
    until = datetime.fromisoformat(asked.until or asked.since).replace(tzinfo=UTC) + 22 * _HOUR
    return since, min(until, NOON)


def _hours(since: datetime, until: datetime) -> list[datetime]:
    count = -((since - until) // _HOUR)
    return [since + number * _HOUR for number in range(count)]


def _hour(at: datetime, numbers: Iterable[int], *, counted: bool) -> stats.HourWork:
    work = [_agent_hour(at, number) for number in numbers]
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in work) for name in _ALL}
    calls = sums["calls"]
    if counted:
        sums |= {"attempts": round(calls * 2.4), "answered": calls + calls // 9, "abandoned": calls // 9}
    return stats.HourWork(at=at, until=min(at + _HOUR, NOON), **sums)


def _agent_hour(at: datetime, number: int) -> stats.Work:
    """What agent `number` does in the hour that begins so: works from 8 to 16 on weekdays, has lunch at 11."""
    local = (at + 2 * _HOUR).hour
    if not 8 <= local < 16 or (at + 2 * _HOUR).weekday() > 4:
        return stats.Work()
    swing = (local * 7 + number * 5) % 9
    pause = 1500 + 60 * swing if local == 11 else 120 * (swing % 3)
    talk, wrap_up, reserved = 1400 + 70 * swing, 260 + 30 * number, 45
    talk = min(talk, 3600 - pause - wrap_up - reserved)
    calls = max(1, int(talk // (95 + 6 * number)))
    sums = {
        "logged_in": 3600.0, "talk": float(talk), "wrap_up": float(wrap_up), "pause_total": float(pause),
        "reserved": float(reserved), "ready": 3600.0 - talk - wrap_up - pause - reserved,
        "calls": calls, "successes": calls // 8,
    }  # fmt: skip
    return _work(sums, {}, {})


def _agent(login: str, name: str, number: int, since: datetime, until: datetime) -> stats.AgentWork:
    line = whole([_agent_hour(at, number) for at in _hours(since, until)])
    shares = (0.55, 0.3, 0.1, 0.05)
    pauses = {
        reason: line.pause_total * share for reason, share in zip(_REASONS, shares, strict=True) if line.pause_total
    }
    rest = line.calls - line.successes
    dispositions = {"no": rest - rest // 4 - rest // 9, "callback": rest // 4, "sold": line.successes,
                    "wrong person": rest // 9}  # fmt: skip
    given = line.model_dump() | {"pauses": pauses, "dispositions": dispositions}
    return stats.AgentWork(login=login, name=name, **given)


def _campaign(name: str, number: int, since: datetime, until: datetime) -> stats.CampaignWork:
    work = whole([_agent(str(one), "", one, since, until) for one in range(5 - 3 * number)])
    answered, abandoned = work.calls + work.calls // 60, work.calls // 60
    attempts = round(work.calls * 2.4)
    missed = attempts - answered
    outcomes = {
        "answered": answered - abandoned, "no_answer": missed - missed // 3 - missed // 8, "busy": missed // 3,
        "abandoned": abandoned, "machine": missed // 8,
    }  # fmt: skip
    rate = 100 * abandoned / answered if answered else None
    return stats.CampaignWork(
        name=name, attempts=attempts, answered=answered, abandoned=abandoned, late=2 if answered else 0,
        abandon_rate=rate, outcomes=outcomes, **work.model_dump(),
    )  # fmt: skip


def _whole_campaign(lines: list[stats.CampaignWork]) -> stats.CampaignWork:
    sums: dict[str, Any] = {
        name: sum(getattr(one, name) for one in lines) for name in ("attempts", "answered", "abandoned", "late")
    }
    outcomes: Counter[str] = Counter()
    for line in lines:
        outcomes.update(line.outcomes)
    rate = 100 * sums["abandoned"] / sums["answered"] if sums["answered"] else None
    return stats.CampaignWork(name="", outcomes=dict(outcomes), abandon_rate=rate, **sums, **whole(lines).model_dump())


def _work(sums: dict[str, Any], pauses: dict[str, float], dispositions: dict[str, int]) -> stats.Work:
    hours, calls = sums["logged_in"] / 3600, sums["calls"]
    return stats.Work(
        **sums,
        pauses=pauses,
        dispositions=dispositions,
        calls_per_hour=calls / hours if hours else None,
        average_talk=sums["talk"] / calls if calls else None,
    )
