"""Searching a list: what is found, in which order, a page at a time, and how far one call looks."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.domain.lead import LeadState
from minidialer.store import lead_search, lists
from minidialer.store.database import Database
from minidialer.store.lead_search import Wanted, search

from .world import NOW, World, number

PEOPLE = [
    {"number": "+48600100200", "fields": {"imię": "Łucja", "miasto": "Gdańsk"}, "notes": "woli rano"},
    {"number": "+48600100201", "fields": {"imię": "Jan", "miasto": "GDAŃSK Wrzeszcz"}, "notes": ""},
    {"number": "+48500600100", "fields": {"imię": "Zosia", "firma": 'Bar "Żółw" 100%'}, "notes": "a_b"},
    {"number": "+4960010", "fields": {"imię": "Ян", "ścieżka": "C:\\dane"}, "notes": "tel. 123-456"},
]


async def found(world: World, search_for: str = "", **more: Any) -> list[str]:
    """Numbers of everything found, over as many pages as it takes."""
    limit, backwards = more.pop("limit", 100), more.pop("backwards", False)
    wanted = Wanted(world.list.id, search_for, **more)
    place: int | None = 0
    seen: list[str] = []
    while place is not None:
        page = await search(world.db, wanted, time.monotonic, after=place, limit=limit, backwards=backwards)
        assert len(page.leads) <= limit
        numbers = [record.lead.number for record in page.leads]
        seen = numbers + seen if backwards else seen + numbers
        place = page.next
    return seen


def numbers(*indexes: int) -> list[str]:
    return [PEOPLE[index]["number"] for index in indexes]  # type: ignore[misc]  # the table mixes texts and fields


@pytest.mark.parametrize(
    ("text", "indexes"),
    [
        ("łucja", [0]),
        ("LUCJA", [0]),
        ("gdansk", [0, 1]),
        ("Gdańsk", [0, 1]),
        ("gdansk wrz", [1]),
        ("zo", [2]),
        ('"żółw', [2]),
        ('bar "zolw" 100%', [2]),
        ("100%", [2]),
        ("a_b", [2]),
        ("OSIA", [2]),
        ('r "zó', [2]),
        ('"', [2]),
        ("łl", []),
        ("ян", [3]),
        ("c:\\d", [3]),
        ("*", []),
        ("?", []),
        ("[a-z]", []),
        ("%", [2]),
        ("_", [2]),
        ("woli  rano", [0]),
        ("imię", []),
        ("imi", []),
        ("{", []),
        (",", []),
        ("xyz", []),
    ],
)
async def test_a_text_is_part_of_the_notes_or_of_a_value(world: World, text: str, indexes: list[int]) -> None:
    await world.add_leads(PEOPLE)
    assert await found(world, text, search_in="text") == numbers(*indexes)


@pytest.mark.parametrize(
    ("typed", "indexes"),
    [
        ("600 100", [2, 0, 1]),
        ("600-100-20", [0, 1]),
        ("201", [1]),
        ("+48600100201", [1]),
        ("+48 5", [2]),
        ("0048600100200", [0]),
        ("+600", []),
        ("49600", [3]),
        ("123456", []),
    ],
)
async def test_digits_are_part_of_the_number(world: World, typed: str, indexes: list[int]) -> None:
    await world.add_leads(PEOPLE)
    assert await found(world, typed) == numbers(*indexes)


async def test_digits_in_texts_are_found_when_asked_for(world: World) -> None:
    await world.add_leads(PEOPLE)
    assert await found(world, "123-456", search_in="text") == numbers(3)
    assert await found(world, "abc", search_in="number") == []


async def test_states_do_not_overlap_and_leave_nothing_out(world: World) -> None:
    await world.add_leads(
        {"state": state, "attempts": tries, "do_not_call": marked}
        for state, tries, marked in itertools.product(LeadState, (0, 5), (False, True))
    )
    kinds = [*(state.value for state in LeadState), "exhausted", "do_not_call"]
    parts = [await found(world, state=kind, exhausted_by=3) for kind in kinds]
    assert sorted(itertools.chain(*parts)) == sorted(await found(world))
    assert await found(world, state="exhausted", exhausted_by=3) == [number(6)]
    assert await found(world, state="exhausted") == []


@given(data=st.data(), limit=st.integers(1, 7), backwards=st.booleans(), by_number=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_pages_give_every_lead_once_in_order(
    filled: World, data: st.DataObject, limit: int, backwards: bool, by_number: bool
) -> None:
    digits = data.draw(st.sampled_from(["6", "60000", "600000012", "9"]))
    wanted = {"search_for": digits} if by_number else {"search_for": f"nr {digits[-1]}", "search_in": "text"}
    seen = await found(filled, limit=limit, backwards=backwards, **wanted)
    matching = [digits in number(i) if by_number else str(i).startswith(digits[-1]) for i in range(60)]
    assert seen == [number(i) for i in range(60) if matching[i]]


@pytest.fixture
async def filled(world: World) -> World:
    await world.add_leads({"fields": {"opis": f"nr {i}"}} for i in range(60))
    return world


async def test_other_lists_are_not_looked_at(world: World) -> None:
    async with world.db.write() as conn:
        other = await lists.add(conn, "inna", NOW)
    await world.add_leads(PEOPLE, other.id)
    assert await found(world, "gdansk") == await found(world, "600") == await found(world) == []


async def test_a_call_stops_looking_when_its_time_is_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_search, "_FIRST_STEP", 5)
    await world.add_leads({"fields": {"a": "rzadkie" if i == 47 else "x"}} for i in range(50))
    ticks: Iterator[float] = itertools.count(0, lead_search.BUDGET)
    wanted = Wanted(world.list.id, "rzadkie")
    place, looked, calls = 0, [], []
    while True:
        page = await search(world.db, wanted, lambda: next(ticks), after=place)
        looked.append(page.looked_at)
        calls.append([record.lead.number for record in page.leads])
        if page.next is None:
            break
        assert page.next > place
        place = page.next
    assert len(calls) > 3
    assert sum(looked) == 50
    assert list(itertools.chain(*calls)) == [number(47)]


async def test_a_page_of_everything_reads_no_more_than_itself(world: World) -> None:
    await world.add_leads({} for _ in range(30))
    page = await search(world.db, Wanted(world.list.id), time.monotonic, limit=10)
    assert (len(page.leads), page.looked_at) == (10, 10)


async def test_plans_go_by_the_list_and_the_key(world: World) -> None:
    db: Database = world.db
    async with db.read() as conn:
        import sqlalchemy as sa

        for where, index in (("id > 5 AND id <= 9", "ix_lead_page"), ("number > '+4' ", "sqlite_autoindex_lead_1")):
            key = where.split()[0]
            query = f"SELECT * FROM lead WHERE list_id = 1 AND {where} AND state = 'x' ORDER BY {key} LIMIT 9"
            plan = " ".join(row.detail for row in await conn.execute(sa.text(f"EXPLAIN QUERY PLAN {query}")))
            assert index in plan
            assert "TEMP B-TREE" not in plan
