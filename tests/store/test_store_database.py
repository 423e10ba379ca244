"""The file: its mode, its migrations, one writer at a time, and what happens when things go wrong."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from minidialer.store import database, lists
from minidialer.store.database import Database
from minidialer.store.engine import create_file, sync_engine
from minidialer.store.errors import StoreBusyError, StoreError, StoreUnavailableError
from minidialer.store.schema import metadata
from minidialer.store.upgrade import prepare

from .world import NOW, World


def _objects(engine: sa.Engine) -> dict[str, list[str]]:
    """The definition of every table and index, in one spelling."""
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND type <> 'trigger' AND name <> 'alembic_version'"
        ).all()
    engine.dispose()
    spelled = {}
    for name, sql in rows:
        parts = "".join(sql.replace('"', "").split()).split(",")
        spelled[name] = sorted(part.rstrip(")") for part in parts)
    return spelled


def test_the_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    prepare(tmp_path / "migrated.db")
    migrated = sync_engine(tmp_path / "migrated.db")
    with migrated.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
    create_file(tmp_path / "created.db")
    created = sync_engine(tmp_path / "created.db")
    with created.begin() as conn:
        metadata.create_all(conn)
    assert _objects(migrated) == _objects(created)


async def test_the_file_belongs_to_the_daemon_alone_and_so_does_its_log(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "store.db"
    async with Database.open(path) as db:
        await World.build(db)
        files = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert files == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}


async def test_pragmas_hold_on_every_connection(db: Database) -> None:
    async with db.write() as conn:
        for pragma, value in {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}.items():
            assert (await conn.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value
    async with db.read() as conn:
        assert (await conn.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            await lists.add(conn, "written through a reader", NOW)


async def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "store.db") as db:
        await World.build(db)
    async with Database.open(tmp_path / "store.db") as db, db.read() as conn:
        assert [one.name for one in await lists.every(conn)] == ["Warszawa"]
        assert await db.problems() == []


async def test_a_store_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    prepare(path)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StoreError, match="newer version"):
        async with Database.open(path):
            pass
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    raw.close()


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE song (title TEXT)")
    raw.close()
    with pytest.raises(StoreError, match="another program"):
        async with Database.open(path):
            pass


@pytest.mark.parametrize("content", [b"not a database at all, just text " * 100, b"SQLite format 3\0" + b"\xff" * 4000])
async def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .*: stop the daemon and restore the newest backup"):
        async with Database.open(path):
            pass
    assert path.read_bytes() == content


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be created"):
        async with Database.open(tmp_path / "file" / "store.db"):
            pass


def test_two_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    async def both() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(4):
                tasks.create_task(asyncio.to_thread(prepare, path))

    asyncio.run(both())
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM attempt_serial").fetchone() == (1,)
    raw.close()


async def test_an_error_rolls_back_its_own_writes_and_nobody_elses(db: Database) -> None:
    async def fails() -> None:
        async with db.write() as conn:
            await lists.add(conn, "lost", NOW)
            await asyncio.sleep(0.01)
            raise LookupError("no")

    async def works(name: str) -> None:
        async with db.write() as conn:
            await lists.add(conn, name, NOW)
            await asyncio.sleep(0)

    results = await asyncio.gather(fails(), *(works(f"kept {n}") for n in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [LookupError] + [type(None)] * 5
    async with db.read() as conn:
        assert [one.name for one in await lists.every(conn)] == [f"kept {n}" for n in range(5)]


async def test_a_cancelled_write_is_whole_or_not_there_and_the_next_one_goes_on(db: Database) -> None:
    """Cancelled at every moment in turn; a pair of lists is written by each."""

    async def pair(index: int) -> None:
        async with db.write() as conn:
            await lists.add(conn, f"{index} a", NOW)
            await lists.add(conn, f"{index} b", NOW)

    loop = asyncio.get_running_loop()
    whole = 0.0  # seconds that one write takes here and now: a busy machine must not cancel them all too early
    for index in range(60):
        task = loop.create_task(pair(index))
        if index % 20 == 0:
            began = loop.time()
            await task
            whole = loop.time() - began
            continue
        await asyncio.sleep((index / 40 if index < 40 else (index - 30) / 10) * whole)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await pair(100)
    async with db.read() as conn:
        names = [one.name.split()[0] for one in await lists.every(conn)]
    assert "100" in names
    assert all(names.count(name) == 2 for name in names)
    assert 8 < len(names) < 2 * 61, "some were cancelled before and some after their end"


async def test_another_process_that_does_not_let_go_is_an_error_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with Database.open(path, patience=0.2) as db:
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="locked"):
            async with db.write():
                pass
        raw.execute("COMMIT")
        raw.close()
        await World.build(db)


async def test_a_writer_waits_for_another_process_and_then_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "DOUBTED", 0.05)
    path = tmp_path / "store.db"
    async with Database.open(path) as db:
        raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        raw.execute("BEGIN IMMEDIATE")
        doubts: list[None] = []

        def doubt() -> None:
            doubts.append(None)
            raw.execute("COMMIT")

        db.in_doubt = doubt
        await World.build(db)
        assert len(doubts) == 1
        raw.close()


async def test_a_touch_is_a_write_that_changes_nothing(db: Database, world: World) -> None:
    def version() -> int:
        return int(raw.execute("PRAGMA data_version").fetchone()[0])

    raw = sqlite3.connect(db.path)
    before, rows = version(), raw.execute("SELECT * FROM alembic_version").fetchall()
    await db.touch()
    assert version() != before, "something was committed"
    assert raw.execute("SELECT * FROM alembic_version").fetchall() == rows
    raw.close()


async def test_a_write_that_the_store_refuses_brings_it_into_doubt_and_a_wrong_one_does_not(world: World) -> None:
    doubts: list[None] = []
    world.db.in_doubt = lambda: doubts.append(None)
    with pytest.raises(sa.exc.IntegrityError):
        async with world.db.write() as conn:
            await conn.execute(sa.text("INSERT INTO lead (list_id, number, state) VALUES (1, '1', 'nowhere')"))
    assert not doubts
    world.db.path.rename(world.db.path.with_name("away"))
    with pytest.raises(StoreUnavailableError):
        await world.db.touch()
    assert len(doubts) == 1


async def test_a_reader_sees_one_moment(db: Database, world: World) -> None:
    async with db.read() as conn:
        before = await lists.every(conn)
        async with db.write() as writing:
            await lists.add(writing, "new", NOW)
        assert await lists.every(conn) == before
    async with db.read() as conn:
        assert len(await lists.every(conn)) == len(before) + 1


async def test_checkpoints_write_the_log_back(db: Database, world: World) -> None:
    await world.add_leads({} for _ in range(3000))
    tasks = [asyncio.get_running_loop().create_task(db.maintain())]
    wal = db.path.with_name("store.db-wal")
    try:
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.1)
                await world.add_leads([{"number": f"+4870{asyncio.get_running_loop().time():.6f}"}])
                if db.path.stat().st_size > 300_000:
                    break
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert wal.exists()


async def test_naive_moments_are_refused(db: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        async with db.write() as conn:
            await lists.add(conn, "naive", NOW.replace(tzinfo=None))


async def test_values_outside_an_enum_are_refused_by_the_file_itself(world: World) -> None:
    await world.add_leads([{}])
    for table, column, value in [("lead", "state", "gone"), ("agent", "state", "asleep"), ("campaign", "status", "on")]:
        with pytest.raises(sa.exc.IntegrityError, match="CHECK"):
            async with world.db.write() as conn:
                await conn.execute(sa.text(f"UPDATE {table} SET {column} = '{value}'"))


@pytest.mark.parametrize("name", ["a b.db", "what?mode=ro.db", "50%20.db", "#1.db", "żółw.db"])
async def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    async with Database.open(tmp_path / name) as db:
        await World.build(db)
        assert (tmp_path / name).stat().st_size > 0
        assert await db.problems() == []


async def test_a_file_that_is_moved_away_is_told_and_no_empty_one_takes_its_place(db: Database) -> None:
    await World.build(db)
    away = db.path.with_name("away")
    db.path.rename(away)
    with pytest.raises(StoreUnavailableError, match="was moved away or replaced"):
        async with db.write() as conn:
            await lists.add(conn, "nowhere", NOW)
    async with contextlib.AsyncExitStack() as stack:  # whoever reads over a new connection
        with pytest.raises(StoreUnavailableError, match="cannot be used"):
            for _ in range(8):
                conn = await stack.enter_async_context(db.read())
                await lists.every(conn)
    assert not db.path.exists()
    db.path.write_bytes(b"")
    with pytest.raises(StoreUnavailableError, match="was moved away or replaced"):
        async with db.write():
            pass
    away.rename(db.path)
    async with db.write() as conn:
        await lists.add(conn, "back again", NOW)
    async with db.read() as conn:
        assert {one.name for one in await lists.every(conn)} == {"Warszawa", "back again"}


def test_a_log_without_its_store_is_not_given_an_empty_one(tmp_path: Path) -> None:
    tmp_path.joinpath("store.db-wal").write_bytes(b"what was written last")
    with pytest.raises(StoreError, match="is missing and its log is there"):
        prepare(tmp_path / "store.db")
    assert [path.name for path in tmp_path.iterdir()] == ["store.db-wal"]


_AS_ANYBODY = """
import asyncio, pathlib, sys
from minidialer.store.database import Database
from minidialer.store.errors import StoreError

async def main(path):
    async with Database.open(path) as db:
        async def write():
            async with db.write() as conn:
                await conn.exec_driver_sql("UPDATE attempt_serial SET last = last + 1")
        for _again in range(3):
            try:
                await write()
            except StoreError as error:
                print(error)
                path.chmod(0o600)
            else:
                print("written")

asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


def test_a_read_only_file_is_told_and_written_as_soon_as_it_may_be(tmp_path: Path) -> None:
    """As an ordinary user sees it: root is asked to do without its privileges."""
    path = tmp_path / "store.db"
    prepare(path)
    path.chmod(0o400)
    setpriv = shutil.which("setpriv")
    drop = [setpriv, "--bounding-set", "-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 and setpriv else []
    command = [*drop, sys.executable, "-c", _AS_ANYBODY, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, *_once_more, last = done.stdout.splitlines()
    assert (first, last) == (f"The store {path} cannot be written: its file or its disk is read-only.", "written")
