"""Whatever happened, in whatever order: times add up, and calls are counted as the rules say. Against plain Python."""

import asyncio
import contextlib
import itertools
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import ComplianceProfile
from minidialer.domain.figures import CallCounts, abandon_rate, counts_of
from minidialer.domain.outcome import Outcome
from minidialer.store import agent_runtime, call_tally, work
from minidialer.store.database import Database
from minidialer.store.work import Time

from .day import microseconds, moment

T0 = datetime(2025, 3, 4, 8, tzinfo=UTC)
END = T0 + timedelta(hours=6)
SECONDS = st.integers(0, 6 * 3600)
STATES = st.sampled_from(["ready", "in_call", "paused", "logged_out"])


class Store:
    """A store for many examples: rows go in by a connection of their own, figures come out as ever."""

    def __init__(self, path: Path, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._stack = contextlib.AsyncExitStack()
        self._db = runner.run(self._stack.enter_async_context(Database.open(path)))
        self.raw = sqlite3.connect(path)
        for query in (
            "INSERT INTO lead_list (id, name, name_key, created_at) VALUES (1, 'l', 'l', 0)",
            "INSERT INTO campaign (id, name, name_key, settings, created_at)"
            " VALUES (1, 'a', 'a', '{}', 0), (2, 'b', 'b', '{}', 0)",
            "INSERT INTO agent (id, login, login_key, created_at) VALUES (1, '1', '1', 0), (2, '2', '2', 0)",
            "INSERT INTO lead (id, list_id, number, fields) VALUES (1, 1, '+48600100200', '{}')",
        ):
            self.raw.execute(query)

    def close(self) -> None:
        self.raw.close()
        self._runner.run(self._stack.aclose())

    def write(self, agents: list[Agent]) -> None:
        async def written() -> None:
            async with self._db.write() as conn:
                for agent in agents:
                    await agent_runtime.save(conn, agent)

        self.raw.commit()
        self._runner.run(written())

    def ask(self, what: Any, *args: Any) -> Any:
        async def asked() -> Any:
            async with self._db.read() as conn:
                return await what(conn, *args)

        return self._runner.run(asked())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with asyncio.Runner() as runner:
        opened = Store(tmp_path_factory.mktemp("sums") / "store.db", runner)
        yield opened
        opened.close()


def lay_states(store: Store, agent_id: int, states: list[tuple[int, str, int]]) -> None:
    """As the dialer's journal lays them."""
    store.write([
        Agent(
            agent_id,
            str(agent_id),
            state=AgentState(state),
            reason=f"r{index % 3}" if state == "paused" else "",
            since=T0 + timedelta(seconds=start),
            campaign_id=campaign or None,
        )
        for index, (start, state, campaign) in enumerate(states)
    ])  # fmt: skip


def by_agent(times: list[Time]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for item in times:
        found[item.agent_id] += item.seconds
    return found


HISTORY = st.lists(st.tuples(SECONDS, STATES, st.integers(0, 2)), max_size=8)


@settings(max_examples=40, deadline=None)
@given(HISTORY, HISTORY, st.booleans(), st.lists(SECONDS, max_size=3))
def test_times_add_up(
    store: Store, first: list[tuple[int, str, int]], second: list[tuple[int, str, int]], in_order: bool, cuts: list[int]
) -> None:
    """However often the clock is set back: no second counts twice, and cutting loses none."""
    store.raw.execute("DELETE FROM agent_state")
    for agent_id, states in ((1, first), (2, second)):
        lay_states(store, agent_id, sorted(states, key=lambda one: one[0]) if in_order else states)
    whole = store.ask(work.times, T0, END)
    borders = sorted({T0, END, *(T0 + timedelta(seconds=cut) for cut in cuts)})
    parts = [store.ask(work.times, begin, end) for begin, end in itertools.pairwise(borders)]
    assert by_agent([item for part in parts for item in part]) == pytest.approx(by_agent(whole))
    for (begin, end), part in zip(itertools.pairwise(borders), parts, strict=True):
        assert all(seconds <= (end - begin).total_seconds() for seconds in by_agent(part).values())
    for minutes in (15, 60):
        for agent_id in (1, 2):
            length = timedelta(minutes=minutes)
            sliced = store.ask(work.times_by_slot, length, T0, END, work.Whose(agent_id))
            assert sum(seconds for _, _, seconds in sliced) == pytest.approx(by_agent(whole)[agent_id])
            slots: Counter[datetime] = Counter()
            for at, _state, seconds in sliced:
                slots[at] += seconds
            assert all(seconds <= minutes * 60 for seconds in slots.values())
    for campaign_id in (1, 2):
        mine = store.ask(work.times, T0, END, work.Whose(campaign_id=campaign_id))
        assert sorted(mine, key=repr) == sorted((one for one in whole if one.campaign_id == campaign_id), key=repr)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SECONDS, STATES), min_size=1, max_size=8), st.lists(SECONDS, min_size=1, max_size=6))
def test_what_is_in_order_is_told_to_the_second(store: Store, states: list[tuple[int, str]], runs: list[int]) -> None:
    """Second by second: the state of that moment, unless the daemon was away for five minutes or longer."""
    ordered = sorted(dict(states).items())
    store.raw.execute("DELETE FROM agent_state")
    store.raw.execute("DELETE FROM daemon_run")
    lay_states(store, 1, [(start, state, 1) for start, state in ordered])
    borders = sorted(set(runs))
    alive = [
        (borders[i], borders[i + 1]) if i + 1 < len(borders) else (borders[i], 7 * 3600)
        for i in range(0, len(borders), 2)
    ]
    for begin, end in alive:
        query = "INSERT INTO daemon_run (started_at, seen_at) VALUES (?, ?)"
        store.raw.execute(query, [microseconds(T0 + timedelta(seconds=at)) for at in (begin, end)])
    store.raw.commit()
    away = [(end, begin) for (_, end), (begin, _) in itertools.pairwise(alive) if begin - end >= 300]
    expected: Counter[AgentState] = Counter()
    for (start, state), (end, _) in itertools.pairwise([*ordered, (6 * 3600, "")]):
        present = (end - start) - sum(max(0, min(end, b) - max(start, a)) for a, b in away)
        if state != "logged_out" and present > 0:
            expected[AgentState(state)] += present
    found: dict[AgentState, float] = defaultdict(float)
    for item in store.ask(work.times, T0, END):
        found[item.state] += item.seconds
    store.raw.execute("DELETE FROM daemon_run")
    store.raw.commit()
    assert found == pytest.approx(dict(expected))


MOMENTS = st.none() | SECONDS
CALL = st.fixed_dictionaries(
    {
        "campaign_id": st.integers(1, 2),
        "dialled_at": MOMENTS,
        "answered_at": MOMENTS,
        "connected_at": MOMENTS,
        "outcome": st.none() | st.sampled_from(Outcome),
        "by_hand": st.booleans(),
    }
)


def attempt_of(call: dict[str, Any]) -> Attempt:
    at: dict[str, Any] = {
        name: T0 + timedelta(seconds=value) if value is not None else None
        for name, value in call.items()
        if name.endswith("_at")
    }
    state = AttemptState.ENDED if call["outcome"] is not None else AttemptState.DIALLING
    return Attempt(
        1, call["campaign_id"], 1, "+48600100200", state=state, outcome=call["outcome"], by_hand=call["by_hand"], **at
    )


def column(call: dict[str, Any], name: str) -> object:
    value = call[name]
    if name.endswith("_at"):
        return None if value is None else microseconds(T0 + timedelta(seconds=value))
    return value.value if isinstance(value, Outcome) else value


def insert_call(store: Store, key: int, call: dict[str, Any]) -> None:
    names = [*call]
    ended = 0 if call["outcome"] is not None else None
    store.raw.execute(
        f"INSERT INTO attempt (id, lead_id, list_id, number, claimed_at, state, ended_at, {', '.join(names)})"
        f" VALUES (?, 1, 1, ?, 0, ?, ?, {', '.join('?' * len(names))})",
        [key, str(key), "ended" if ended is not None else "dialling", ended, *(column(call, name) for name in names)],
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CALL, CALL | st.none()), max_size=6), SECONDS, SECONDS)
def test_triggers_count_calls_as_the_rule_does(
    store: Store, calls: list[tuple[dict[str, Any], dict[str, Any] | None]], one: int, other: int
) -> None:
    """Calls that come, change into any others, and go."""
    store.raw.execute("DROP INDEX IF EXISTS uq_attempt_live_lead")
    store.raw.execute("DELETE FROM attempt")
    store.raw.execute("DELETE FROM call_tally")
    for key, (before, after) in enumerate(calls, 1):
        insert_call(store, key, before)
        if after is not None:
            store.raw.execute("UPDATE attempt SET state = 'claimed', ended_at = NULL WHERE id = ?", [key])
            ended = 0 if after["outcome"] is not None else None
            values: dict[str, object] = {"state": "ended" if ended is not None else "dialling", "ended_at": ended}
            values.update({name: column(after, name) for name in after})
            changes = ", ".join(f"{name} = ?" for name in values)
            store.raw.execute(f"UPDATE attempt SET {changes} WHERE id = ?", [*values.values(), key])
    insert_call(store, 99, {**CALL_OF_ALL, "dialled_at": 60})
    store.raw.execute("DELETE FROM attempt WHERE id = 99")
    store.raw.commit()
    final = [after if after is not None else before for before, after in calls]
    since, until = (T0 + timedelta(seconds=at // 60 * 60) for at in sorted((one, other)))
    found = store.ask(call_tally.totals, since, until)
    hourly = store.ask(call_tally.by_span, call_tally.HOUR, since, until)
    quarterly = store.ask(call_tally.by_span, timedelta(minutes=15), since, until)
    for campaign_id in (1, 2):
        mine = [attempt_of(call) for call in final if call["campaign_id"] == campaign_id]
        mine = [call for call in mine if call.dialled_at is not None and since <= call.dialled_at < until]
        expected = sum((counts_of(call) for call in mine), CallCounts())
        tallied = found.get(campaign_id, call_tally.Calls())
        assert tallied.counts == expected
        assert +tallied.outcomes == Counter(call.outcome for call in mine if call.outcome is not None)
        for spans in (hourly, quarterly):
            assert sum(spans.get(campaign_id, {}).values(), CallCounts()) == expected
        for at, counts in quarterly.get(campaign_id, {}).items():
            within = [call for call in mine if call.dialled_at is not None and at <= call.dialled_at]
            within = [call for call in within if call.dialled_at < at + timedelta(minutes=15)]
            assert counts == sum((counts_of(call) for call in within), CallCounts())


CALL_OF_ALL: dict[str, Any] = {
    "campaign_id": 1,
    "dialled_at": 0,
    "answered_at": 1,
    "connected_at": 2,
    "outcome": Outcome.ABANDONED,
    "by_hand": False,
}


@pytest.mark.parametrize(
    ("counts", "profile", "rate"),
    [
        (CallCounts(), ComplianceProfile.NONE, None),
        (CallCounts(attempts=9, answered=4, connected=4, by_hand=4), ComplianceProfile.NONE, None),
        (CallCounts(attempts=90, answered=40, connected=39, abandoned=1, late=3), ComplianceProfile.NONE, 2.5),
        (CallCounts(attempts=90, answered=40, connected=39, abandoned=1, late=3), ComplianceProfile.OFCOM, 2.5),
        (CallCounts(attempts=90, answered=40, connected=39, abandoned=1, late=3), ComplianceProfile.FTC, 10.0),
        (CallCounts(attempts=90, answered=50, connected=49, abandoned=1, by_hand=10), ComplianceProfile.FTC, 2.5),
    ],
)
def test_the_abandon_rate(counts: CallCounts, profile: ComplianceProfile, rate: float | None) -> None:
    assert abandon_rate(counts, profile) == rate


def test_moments_are_those_of_the_store() -> None:
    assert moment(microseconds(T0)) == T0
