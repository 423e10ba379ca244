"""Metrics in the text format of Prometheus: what a monitor watches of the link, the trunks, the agents and campaigns.

Names begin with minidialer_, units are base units, shares are ratios of 1. Counters are counted in the store, or begin
with the daemon.
"""

import asyncio
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from minidialer import __version__
from minidialer.control.models.base import Nothing
from minidialer.control.models.system import Metrics
from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import Campaign
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.pacing.budget import WINDOW_DAYS, Account
from minidialer.domain.pacing.decision import Explanation, Limit
from minidialer.domain.run import Run
from minidialer.store import call_tally
from minidialer.store.call_tally import Calls

from .desk import Actor, Desk
from .pacing_views import credit, room

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LIVE = [state for state in AttemptState if state is not AttemptState.ENDED]
_MEMORY, _OPEN_FILES = Path("/proc/self/statm"), Path("/proc/self/fd")
WINDOWS = ("day", f"{WINDOW_DAYS}d")


async def metrics(desk: Desk, actor: Actor, params: Nothing) -> Metrics:
    """All of them, as of now."""
    del actor, params
    now = desk.clock()
    async with desk.database.read() as conn:
        calls = await call_tally.totals(conn, _BEGINNING, now)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected([*_system(desk), *_itself(desk), *_campaigns(desk.floor, calls, now)]))
    return Metrics(text=generate_latest(registry).decode())


class _Collected:
    """What the library asks for its families."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _system(desk: Desk) -> Iterator[Metric]:
    floor, link = desk.floor, desk.link()
    versions = {"version": __version__, "asterisk": link.version}
    yield InfoMetricFamily("minidialer", "The versions of the dialer and of Asterisk.", versions)
    yield _gauge("start_time_seconds", "When the daemon was started, since 1970.", desk.started_at.timestamp())
    yield _gauge("link_up", "Is the link to Asterisk up?", link.connected)
    yield _gauge("draining", "Is the daemon stopping?", floor.draining)
    alarms = len(desk.alarms) + (desk.engine.alarm is not None)
    yield _gauge("alarms", "Parts of the daemon that do not work.", alarms)
    yield _by(
        "trunk_channels",
        "Channels a trunk has.",
        ("trunk",),
        [((name,), trunk.channels) for name, trunk in floor.trunks.items()],
    )
    yield _by(
        "trunk_channels_in_use",
        "Channels of a trunk that calls have.",
        ("trunk",),
        [((name,), floor.trunk_in_use(trunk)) for name, trunk in floor.trunks.items()],
    )
    states = Counter((agent.campaign_id, agent.state) for agent in floor.agents.values())
    campaigns = [(None, ""), *((campaign.id, campaign.name) for campaign in floor.campaigns.values())]
    yield _by(
        "agents",
        "Agents by the campaign they have joined and their state.",
        ("campaign", "state"),
        [((name, state.value), states[key, state]) for key, name in campaigns for state in AgentState],
    )


def _itself(desk: Desk) -> Iterator[Metric]:
    """The daemon as a process: what must not grow with the hours."""
    blocks = sys.getallocatedblocks()
    yield _gauge("resident_memory_bytes", "Memory the daemon takes.", _pages_of_memory() * resource.getpagesize())
    yield _gauge("python_blocks", "Blocks of memory Python holds, the store's caches not among them.", blocks)
    yield _gauge("open_files", "Files and sockets the daemon has open.", len(list(_OPEN_FILES.iterdir())))
    yield _gauge("tasks", "Tasks of the event loop.", len(asyncio.all_tasks()))
    yield _gauge("unwritten_commands", "Changes that wait for the next transaction.", desk.engine.unwritten)
    for name, (about, count) in desk.backlogs.items():
        yield _gauge(name, about, count())


def _pages_of_memory() -> int:
    return int(_MEMORY.read_text().split()[1])


def _campaigns(floor: Floor, calls: dict[int, Calls], now: datetime) -> Iterator[Metric]:
    each = [(campaign, floor.run(campaign.id)) for campaign in floor.campaigns.values()]
    for _campaign, run in each:
        run.pacing.turn_to(now)
    yield _of_each("campaign_running", "Does it dial?", ((one, one.running) for one, _run in each))
    yield from _live(floor)
    yield from _counted(floor, calls)
    yield from _budgets(each)
    yield from _pacing(each)


def _live(floor: Floor) -> Iterator[Metric]:
    campaigns = floor.campaigns.values()
    yield _of_each(
        "calls_in_flight",
        "Calls without an agent yet, those about to be placed included.",
        ((one, floor.in_flight(one.id)) for one in campaigns),
    )
    yield _of_each(
        "customers_waiting",
        "People who answered and wait for an agent.",
        ((one, len(floor.waiting(one.id))) for one in campaigns),
    )
    states = Counter((attempt.campaign_id, attempt.state) for attempt in floor.attempts.values())
    yield _by(
        "calls",
        "Live calls by state.",
        ("campaign", "state"),
        [((one.name, state.value), states[one.id, state]) for one in campaigns for state in _LIVE],
    )


def _counted(floor: Floor, calls: dict[int, Calls]) -> Iterator[Metric]:
    found = [(one.name, calls.get(one.id, Calls())) for one in floor.campaigns.values()]
    ended = CounterMetricFamily(
        "minidialer_attempts", "Ended calls by outcome, since the campaign began.", labels=("campaign", "outcome")
    )
    for name, counted in found:
        for outcome in Outcome:
            ended.add_metric((name, outcome.value), counted.outcomes[outcome])
    yield ended
    for what, about in (
        ("answered", "Calls a person answered, since the campaign began."),
        ("connected", "Calls joined with an agent, since the campaign began."),
        ("abandoned", "Calls a person answered and no agent took, since the campaign began."),
        ("late", "Calls taken more than 2 s after the answer, since the campaign began."),
    ):
        family = CounterMetricFamily(f"minidialer_{what}_calls", about, labels=("campaign",))
        for name, counted in found:
            family.add_metric((name,), getattr(counted.counts, what))
        yield family


def _budgets(each: list[tuple[Campaign, Run]]) -> Iterator[Metric]:
    yield _of_each(
        "abandon_target_ratio",
        "Of the people who answer, so many may find no agent.",
        ((one, one.settings.abandon_target / 100) for one, _run in each),
    )
    accounts = [
        (one, window, account)
        for one, run in each
        for window, account in zip(
            WINDOWS, (run.pacing.predictive.budget.today, run.pacing.predictive.budget.window), strict=True
        )
    ]

    def family(name: str, about: str, value: dict[tuple[str, str], float]) -> Metric:
        return _by(name, about, ("campaign", "window"), list(value.items()))

    def values(of: Callable[[Account, float], float]) -> dict[tuple[str, str], float]:
        return {(one.name, window): of(account, one.settings.abandon_target / 100) for one, window, account in accounts}

    yield family("abandon_budget_earned", "Losses earned.", values(lambda it, target: target * it.answered))
    yield family("abandon_budget_spent", "Losses there were.", values(lambda it, _target: it.abandoned))
    yield family("abandon_budget_left", "Losses that may still come.", values(lambda it, target: it.left(target)))
    yield _of_each(
        "abandon_budget_credit",
        "Losses that may come before they are earned.",
        ((one, credit(one, run.pacing.predictive)) for one, run in each),
    )
    yield _of_each(
        "abandon_budget_room",
        "Losses that may still come by both windows, the credit included.",
        ((one, room(one, run.pacing.predictive)) for one, run in each),
    )
    yield family("abandon_ratio", "Abandoned, of those a person answered.", values(lambda it, _target: it.rate))
    yield family(
        "abandon_ratio_bound",
        "The true ratio is below this with a confidence of 0.95.",
        values(lambda it, _target: it.bound),
    )


def _pacing(each: list[tuple[Campaign, Run]]) -> Iterator[Metric]:
    decisions = CounterMetricFamily(
        "minidialer_pacing_decisions", "Pacing decisions since the daemon was started.", labels=("campaign",)
    )
    for one, run in each:
        decisions.add_metric((one.name,), run.decisions)
    yield decisions
    explained = [(one, run.explanation) for one, run in each if run.explanation is not None]
    for name, about, of in _EXPLAINED:
        values = [(one, of(why)) for one, why in explained]
        yield _of_each(name, about, [(one, value) for one, value in values if value is not None])
    yield _by(
        "pacing_limit",
        "What holds the last decision: 1.",
        ("campaign", "limit"),
        [((one.name, limit.value), why.limit is limit) for one, why in explained for limit in Limit],
    )


_EXPLAINED: tuple[tuple[str, str, Callable[[Explanation], float | None]], ...] = (
    (
        "pacing_soon_free_agents",
        "Agents expected to be free when a call placed now is answered.",
        lambda w: w.soon_free,
    ),
    ("pacing_answer_ratio", "Calls expected to be answered, of those placed.", lambda w: w.answer_rate),
    ("pacing_answer_ratio_error", "One standard deviation of that.", lambda w: w.answer_rate_error),
    ("pacing_risk_ratio", "The chance that who answers the next call finds no agent.", lambda w: w.risk),
    ("pacing_admitted_risk_ratio", "The highest such chance that is taken.", lambda w: w.admitted_risk),
    ("pacing_more_calls", "Calls the last decision wanted to place.", lambda w: w.count),
)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"minidialer_{name}", about, value=float(value))


def _of_each(name: str, about: str, values: Iterable[tuple[Campaign, float]]) -> Metric:
    return _by(name, about, ("campaign",), [((campaign.name,), value) for campaign, value in values])


def _by(name: str, about: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(f"minidialer_{name}", about, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, float(value))
    return family
