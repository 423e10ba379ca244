"""Claims: the order of `domain.selection`, never two live attempts, and no work that grows with the list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.domain.commands import CancelAttempt, SaveAttempt
from minidialer.domain.lead import Lead, LeadChange, LeadState
from minidialer.domain.selection import is_due, rank
from minidialer.store import lists
from minidialer.store.database import Database
from minidialer.store.schema import attempt, lead

from .world import NOW, World, later, number

OWNERS = st.sampled_from([None, None, None, 1, 2])
DUE = st.one_of(st.none(), st.integers(-5, 5).map(lambda seconds: NOW + timedelta(seconds=seconds)))
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(LeadState),
            "attempts": st.integers(0, 5),
            "due_at": DUE,
            "owner_id": OWNERS,
            "do_not_call": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def runner() -> Any:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def shared(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One store for all examples; each begins by emptying it."""
    opening = Database.open(Path(tmp_path_factory.mktemp("claims")) / "store.db")
    db = runner.run(opening.__aenter__())
    yield runner.run(World.build(db))
    runner.run(opening.__aexit__(None, None, None))


async def _emptied(world: World, rows: list[dict[str, Any]]) -> list[Lead]:
    async with world.db.write() as conn:
        await conn.execute(sa.delete(attempt))
        await conn.execute(sa.delete(lead))
    if rows:
        await world.add_leads(rows)
    async with world.db.read() as conn:
        ids = (await conn.execute(sa.select(lead.c.id).order_by(lead.c.id))).scalars().all()
    return [await world.lead(lead_id) for lead_id in ids]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=LEADS, max_retries=st.integers(0, 4), steps=st.lists(st.integers(1, 4), min_size=1, max_size=30))
def test_claims_follow_the_order_of_the_domain(
    runner: asyncio.Runner, shared: World, rows: list[dict[str, Any]], max_retries: int, steps: list[int]
) -> None:
    async def claimed() -> tuple[list[int], list[Lead]]:
        there = await _emptied(shared, rows)
        picks = [pick for count in [*steps, 30] for pick in await shared.claim(count, max_retries=max_retries)]
        for pick in picks:
            before = next(one for one in there if one.id == pick.lead_id)
            told = (pick.lead_state, pick.due_at, pick.number, pick.attempts)
            assert told == (before.state, before.due_at, before.number, before.attempts)
        return [pick.lead_id for pick in picks], there

    got, there = runner.run(claimed())
    public = [one for one in there if one.owner_id is None and is_due(one, max_retries, NOW)]
    assert got == [one.id for one in sorted(public, key=rank)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=LEADS, max_retries=st.integers(0, 4))
def test_an_owner_gets_the_first_due_private_lead_and_no_other(
    runner: asyncio.Runner, shared: World, rows: list[dict[str, Any]], max_retries: int
) -> None:
    async def claimed() -> tuple[dict[int | None, int], list[Lead]]:
        there = await _emptied(shared, rows)
        picks = await shared.claim_private(1, 2, 1, max_retries=max_retries)
        return {pick.owner_id: pick.lead_id for pick in picks}, there

    got, there = runner.run(claimed())
    due = [one for one in sorted(there, key=lambda one: one.id) if is_due(one, max_retries, NOW)]
    expected = {}
    for owner in (1, 2):
        mine = sorted((one for one in due if one.owner_id == owner), key=rank)
        if mine:
            expected[owner] = mine[0].id
    assert got == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("claim"), st.integers(0, 1), st.integers(1, 3)),
            st.tuples(st.sampled_from(["end", "cancel"]), st.integers(0, 9), st.just(0)),
        ),
        max_size=25,
    )
)
def test_never_two_live_attempts_to_a_number_or_lead(
    runner: asyncio.Runner, shared: World, steps: list[tuple[str, int, int]]
) -> None:
    """Two lists hold the same numbers; claims, ends and cancellations come in any order."""

    async def play() -> None:
        await _emptied(shared, [{} for _ in range(5)])
        async with shared.db.write() as conn:
            name = f"twin {await conn.scalar(sa.text('SELECT count(*) FROM lead_list'))}"
            twin = await lists.add(conn, name, NOW)
        await shared.add_leads([{} for _ in range(5)], twin.id)
        both = (shared.list, twin)
        live: list[Any] = []
        for what, which, count in steps:
            if what == "claim":
                shared.list = both[which]
                live += await shared.claim(count)
            elif live:
                pick = live.pop(which % len(live))
                if what == "end":
                    change = LeadChange(LeadState.RETRY, NOW)
                    await shared.journal.apply([SaveAttempt(shared.ended(pick), change)])
                    assert (await shared.lead(pick.lead_id)).state is LeadState.RETRY
                else:
                    await shared.journal.apply([CancelAttempt(pick)])
                    assert (await shared.lead(pick.lead_id)).state is pick.lead_state
            numbers = [pick.number for pick in live]
            assert len(set(numbers)) == len(numbers)
        shared.list = both[0]
        assert await shared.scalar("SELECT count(*) FROM attempt WHERE ended_at IS NULL") == len(live)
        assert await shared.scalar("SELECT count(*) FROM lead WHERE state = 'live'") == len(live)

    runner.run(play())


async def test_the_schema_itself_refuses_a_second_live_attempt(world: World) -> None:
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    values = {
        "id": 1,
        "campaign_id": world.campaign.id,
        "lead_id": pick.lead_id,
        "list_id": world.list.id,
        "number": "+48600999999",
        "state": "claimed",
        "claimed_at": NOW,
    }
    for second in ({"number": "+48600999999"}, {"number": pick.number}):
        with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
            async with world.db.write() as conn:
                await conn.execute(sa.insert(attempt).values(values | second))


async def test_a_number_live_in_another_list_is_passed_over_and_does_not_starve_the_rest(world: World) -> None:
    await world.add_leads([{} for _ in range(10)])
    async with world.db.write() as conn:
        other = await lists.add(conn, "other", NOW)
    await world.add_leads([{} for _ in range(6)], other.id)
    first, world.list = world.list, other
    assert len(await world.claim(6)) == 6
    world.list = first
    assert [pick.number for pick in await world.claim(3)] == [number(6), number(7), number(8)]


async def test_a_retry_comes_back_when_max_retries_is_raised(world: World) -> None:
    await world.add_leads([{"state": LeadState.RETRY, "attempts": 4, "due_at": later(-1)}])
    assert await world.claim(1, max_retries=3) == ()
    assert len(await world.claim(1, max_retries=4)) == 1


# -- no work that grows with the list ----------------------------------------------------------------------------

SHAPES: dict[str, dict[str, Any]] = {
    "closed": {"state": LeadState.CLOSED},
    "live": {"state": LeadState.LIVE},
    "exhausted": {"state": LeadState.RETRY, "attempts": 9, "due_at": later(-60)},
    "retry not due": {"state": LeadState.RETRY, "attempts": 1, "due_at": later(60)},
    "callback not due": {"state": LeadState.CALLBACK, "due_at": later(60)},
    "fresh not due": {"due_at": later(60)},
    "do not call": {"do_not_call": True},
    "somebody's own": {"owner_id": 1},
    "fresh": {},
    "retry": {"state": LeadState.RETRY, "attempts": 2, "due_at": later(-60)},
    "callback": {"state": LeadState.CALLBACK, "due_at": later(-60)},
}


@asynccontextmanager
async def counted_steps(db: Database) -> AsyncIterator[list[int]]:
    """How many instructions SQLite's machine runs on the writing connection, in tens."""
    steps = [0]

    def tick() -> int:
        steps[0] += 1
        return 0

    async def listen(every: int) -> None:
        async with db._writer.connect() as conn:
            driver: Any = (await conn.get_raw_connection()).driver_connection
            await driver.set_progress_handler(tick if every else None, every)

    await listen(10)
    yield steps
    await listen(0)


async def _filled(world: World, shape: dict[str, Any], count: int) -> None:
    await world.add_leads({**shape, "number": number(100_000 + index)} for index in range(count))


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_claim_takes_as_many_steps_in_a_long_list_as_in_a_short_one(tmp_path: Path, shape: str) -> None:
    cost = {}
    for size in (200, 20_000):
        async with Database.open(tmp_path / f"{size}.db") as db:
            world = await World.build(db)
            await _filled(world, SHAPES[shape], size)
            await world.add_leads([{}, {}])  # what there is to find, after everything else
            async with counted_steps(db) as steps:
                assert len(await world.claim(5)) >= 2
                await world.claim_private(world.anna.id, world.bob.id)
            cost[size] = steps[0]
    assert cost[20_000] <= cost[200] * 1.2 + 5, cost


async def test_live_numbers_at_the_head_cost_as_much_as_there_are_live_attempts(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "store.db") as db:
        world = await World.build(db)
        await world.add_leads([{} for _ in range(2000)])
        async with db.write() as conn:
            other = await lists.add(conn, "other", NOW)
        await world.add_leads([{} for _ in range(2000)], other.id)
        first, world.list = world.list, other
        await world.claim(100)
        world.list = first
        async with counted_steps(db) as steps:
            assert len(await world.claim(5)) == 5
        assert steps[0] < 1000  # ten thousand instructions: a hundred a number passed over


@pytest.mark.parametrize("analysed", [False, True])
async def test_every_step_of_a_claim_is_an_index_search(world: World, analysed: bool) -> None:
    await world.add_leads({**shape, "number": number(index)} for index, shape in enumerate(SHAPES.values()))
    statements: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE")) and "lead" in statement:
            statements.append((statement, parameters[0] if many else parameters))

    if analysed:
        async with world.db.write() as conn:
            await conn.execute(sa.text("ANALYZE"))
    engine = world.db._writer.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    await world.claim(50)
    await world.claim_private(world.anna.id)
    sa.event.remove(engine, "before_cursor_execute", note)
    used = set()
    async with world.db.read() as conn:
        for statement, parameters in statements:
            plan = (await conn.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)).all()
            text = " / ".join(row.detail for row in plan)
            assert "SCAN" not in text, text
            assert "TEMP B-TREE" not in text, text
            used |= {name for name in ("ix_lead_callback", "ix_lead_retry", "ix_lead_fresh") if name in text}
    assert used == {"ix_lead_callback", "ix_lead_retry", "ix_lead_fresh"}
