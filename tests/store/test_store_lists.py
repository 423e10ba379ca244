"""Counts that are always right and always cheap; resets and removals in short transactions."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.domain.attempt import AttemptState
from minidialer.domain.commands import SaveAttempt
from minidialer.domain.disposition import Disposition
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.store import campaigns, dispositions, lists
from minidialer.store.database import Database
from minidialer.store.errors import InUseError, NotFoundError
from minidialer.store.schema import lead, lead_tally
from minidialer.store.tally import counts

from .world import NOW, World, later

FULL_COUNT = sa.text(
    "SELECT list_id, state, attempts, coalesce(disposition_id, 0), owner_id IS NOT NULL, do_not_call, count(*)"
    " FROM lead GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(LeadState),
        "attempts": st.integers(0, 3),
        "disposition_id": st.sampled_from([None, 1, 2]),
        "owner_id": st.sampled_from([None, 1, 2]),
        "do_not_call": st.booleans(),
        "notes": st.just("unrelated"),
    },
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "update", "delete", "lost"]), st.integers(1, 8), CHANGES), max_size=30
)


async def test_the_tally_is_the_full_count_after_any_changes(db: Database, world: World) -> None:
    """Inserts, updates of one or many, deletes and rolled back transactions, in any order."""
    async with db.write() as conn:
        for name in ("a", "b"):
            await dispositions.add(conn, Disposition(0, name))
    loop = asyncio.get_running_loop()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def check(steps: list[tuple[str, int, dict[str, Any]]]) -> None:
        asyncio.run_coroutine_threadsafe(_play_and_compare(db, world, steps), loop).result()

    await asyncio.to_thread(check)


async def _play_and_compare(db: Database, world: World, steps: list[tuple[str, int, dict[str, Any]]]) -> None:
    async with db.write() as conn:
        await conn.execute(sa.delete(lead))
    for what, which, changes in steps:
        try:
            async with db.write() as conn:
                if what == "insert":
                    row = {"list_id": world.list.id, "number": f"+4860010020{which}", "fields": {}} | changes
                    await conn.execute(sa.insert(lead).values(row))
                elif what == "delete":
                    await conn.execute(sa.delete(lead).where(lead.c.id == which))
                elif changes:
                    await conn.execute(sa.update(lead).where(lead.c.id <= which).values(changes))
                    assert what != "lost"
        except (sa.exc.IntegrityError, AssertionError):
            continue
    async with db.read() as conn:
        tally = (await conn.execute(sa.select(lead_tally).where(lead_tally.c.leads != 0))).all()
        full = (await conn.execute(FULL_COUNT)).all()
    assert sorted(map(tuple, tally)) == sorted(map(tuple, full))


async def test_counts_as_the_panel_shows_them(world: World) -> None:
    async with world.db.write() as conn:
        sale = await dispositions.add(conn, Disposition(0, "sprzedaż"))
    await world.add_leads(
        [
            {},
            {},
            {"do_not_call": True},
            {"state": LeadState.RETRY, "attempts": 1},
            {"state": LeadState.RETRY, "attempts": 4},
            {"state": LeadState.RETRY, "attempts": 5},
            {"state": LeadState.CALLBACK, "owner_id": 1},
        ]
    )
    await world.add_leads([{"state": LeadState.CLOSED, "disposition_id": sale.id, "number": "+48700100200"}])
    async with world.db.read() as conn:
        counted = await counts(conn, world.list.id)
    assert counted.states == {
        LeadState.FRESH: 2,
        LeadState.RETRY: 3,
        LeadState.CALLBACK: 1,
        LeadState.LIVE: 0,
        LeadState.CLOSED: 1,
    }
    assert (counted.leads, counted.do_not_call, counted.private, counted.dispositions[sale.id]) == (8, 1, 1, 1)
    assert [counted.exhausted(limit) for limit in (0, 3, 4, 5)] == [3, 2, 1, 0]


async def test_an_empty_list_counts_nothing(world: World) -> None:
    async with world.db.read() as conn:
        assert (await counts(conn, world.list.id)).leads == 0


async def test_resetting_makes_retries_fresh_and_leaves_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "STEP", 3)
    retry = {"state": LeadState.RETRY, "attempts": 9, "due_at": later(60)}
    callback = {"state": LeadState.CALLBACK, "attempts": 1, "due_at": later(60)}
    await world.add_leads([retry] * 7 + [retry | {"owner_id": 1}, callback, {"state": LeadState.CLOSED, "attempts": 2}])
    reached: list[int] = []
    assert await lists.reset_attempts(world.db, world.list.id, reached.append) == 8
    assert reached == [3, 6, 8]
    after = [await world.lead(lead_id) for lead_id in range(1, 11)]
    assert {(one.state, one.attempts, one.due_at) for one in after[:8]} == {(LeadState.FRESH, 0, None)}
    assert (after[7].owner_id, after[8].due_at, after[9].state) == (1, later(60), LeadState.CLOSED)
    assert await lists.reset_attempts(world.db, world.list.id) == 0


async def test_a_list_in_use_is_not_removed(world: World) -> None:
    await world.add_leads([{}])
    with pytest.raises(InUseError, match="dialled by “Wiosna”"):
        async with world.db.write() as conn:
            await lists.remove(conn, world.list.id, NOW)
    await world.claim(1)
    async with world.db.write() as conn:
        await conn.execute(sa.text("UPDATE campaign SET list_id = NULL"))
    with pytest.raises(InUseError, match="being called"):
        async with world.db.write() as conn:
            await lists.remove(conn, world.list.id, NOW)


async def test_a_removed_list_loses_the_leads_never_dialled_and_keeps_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "STEP", 3)
    await world.add_leads([{} for _ in range(10)] + [{"do_not_call": True}])
    (pick,) = await world.claim(1)
    ended = world.ended(pick, state=AttemptState.ENDED)
    await world.journal.apply([SaveAttempt(ended, LeadChange(LeadState.CLOSED))])
    assert await lists.purge(world.db, world.list.id) == 0, "it is not removed yet"
    async with world.db.write() as conn:
        await campaigns.remove(conn, world.campaign.id, NOW)
        await lists.remove(conn, world.list.id, NOW)
        with pytest.raises(NotFoundError):
            await lists.find(conn, "Warszawa")
        await lists.add(conn, "Warszawa", NOW)
    assert await lists.purge(world.db, world.list.id) == 9
    assert await world.scalar("SELECT group_concat(id) FROM lead") == "1,11"
    async with world.db.read() as conn:
        assert (await lists.names(conn))[world.list.id] == "Warszawa"
