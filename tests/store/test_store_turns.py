"""Writers take turns, and the journal does not queue behind hundreds of them."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from minidialer.store.database import Database
from minidialer.store.turns import Turns


async def test_who_is_first_comes_next_and_the_others_in_order() -> None:
    turns, order = Turns(), list[str]()

    async def write(name: str, *, first: bool = False) -> None:
        async with turns.taken(first=first):
            order.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks, turns.taken():
        for name in ("1", "2", "3"):
            tasks.create_task(write(name))
        await asyncio.sleep(0)
        tasks.create_task(write("journal", first=True))
        await asyncio.sleep(0)
    assert order == ["journal", "1", "2", "3"]


async def test_who_comes_first_again_and_again_lets_the_others_have_their_turns() -> None:
    turns, order = Turns(), list[str]()

    async def journal() -> None:
        for _ in range(3):
            async with turns.taken(first=True):
                order.append("journal")
                await asyncio.sleep(0)

    async def other(name: str) -> None:
        async with turns.taken():
            order.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal())
        tasks.create_task(other("1"))
        tasks.create_task(other("2"))
    assert order == ["journal", "1", "journal", "2", "journal"]


@pytest.mark.parametrize("when", ["waiting", "its turn"])
async def test_who_gives_up_leaves_the_turn_to_the_next(when: str) -> None:
    turns = Turns()
    entered = asyncio.Event()

    async def write() -> None:
        async with turns.taken():
            entered.set()

    async with asyncio.TaskGroup() as tasks:
        async with turns.taken():
            gives_up = tasks.create_task(write())
            await asyncio.sleep(0)
            if when == "waiting":
                gives_up.cancel()
            tasks.create_task(write())
            await asyncio.sleep(0)
        if when == "its turn":
            gives_up.cancel()  # it has been given, and nobody was told yet
        async with asyncio.timeout(60):
            await entered.wait()
    async with asyncio.timeout(60), turns.taken():
        assert gives_up.cancelled()


async def test_the_journal_s_write_overtakes_those_that_wait(tmp_path: Path) -> None:
    order: list[str] = []
    async with Database.open(tmp_path / "s.sqlite") as db:

        async def write(name: str, *, first: bool = False) -> None:
            async with db.write(first=first) as conn:
                order.append(name)
                await conn.execute(sa.text("UPDATE attempt_serial SET last = last"))

        async with asyncio.TaskGroup() as tasks:
            for name in ("1", "2", "3"):
                tasks.create_task(write(name))
            await asyncio.sleep(0)
            tasks.create_task(write("journal", first=True))
    assert order == ["1", "journal", "2", "3"]
