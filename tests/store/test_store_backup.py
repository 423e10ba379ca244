"""Backups taken while others write, and restored: whole, in one step, and never at the cost of what is there."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from minidialer.domain.campaign import CampaignStatus
from minidialer.store import agents, audit, campaigns, copying, lists, sessions
from minidialer.store import backup as backup_module
from minidialer.store.backup import back_up, keep_newest, name_in, sweep
from minidialer.store.database import Database
from minidialer.store.errors import StoreError, StoreInUseError
from minidialer.store.restore import restore
from minidialer.store.sole import sole_user

from .world import NOW, World

LINE = audit.AuditLine(NOW, "store.restore", "backup", 0, "root")


def _no_matter(share: float) -> None:
    assert 0 <= share <= 1


def _rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(query).fetchall()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8192])


def _lose_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM attempt_serial")
        raw.commit()


async def _stored(path: Path, leads: int = 20) -> None:
    async with Database.open(path) as db:
        world = await World.build(db)
        await world.add_leads({} for _ in range(leads))


async def test_a_backup_is_one_file_of_the_daemon_alone_with_everything_in_it(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copies" / "one.sqlite"
    target.parent.mkdir()
    async with Database.open(store) as db:
        world = await World.build(db)
        await world.add_leads({} for _ in range(3000))
        shares: list[float] = []
        made = await asyncio.to_thread(back_up, store, target, shares.append)
        assert _names(target.parent) == ["one.sqlite"]
    assert (target.stat().st_mode & 0o777, target.stat().st_size) == (0o600, made.bytes)
    assert (made.contents.rows["lead"], made.contents.rows["agent"]) == (3000, 2)
    assert shares[-1] == 1.0
    assert _rows(target, "PRAGMA journal_mode") == [("delete",)], "no log belongs to it"
    assert _rows(target, "SELECT count(*) FROM lead") == [(3000,)]


async def test_a_backup_taken_while_others_write_is_of_one_moment(db: Database, tmp_path: Path) -> None:
    """Each transaction adds two lists: no copy has one of a pair, and the writer waits for none of them."""
    world = await World.build(db)
    await world.add_leads({"notes": "x" * 500} for _ in range(4000))
    over = asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not over.is_set():
            async with db.write() as conn:
                await lists.add(conn, f"{written} a", NOW)
                await conn.execute(
                    sa.text("UPDATE lead SET notes = notes || 'y' WHERE id % 97 = :rest"), {"rest": written % 97}
                )
                await lists.add(conn, f"{written} b", NOW)
            written += 1

    counts = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        for index in range(4):
            before, target = written, tmp_path / f"{index}.sqlite"
            while written == before:  # until one was written to meanwhile
                made = await asyncio.to_thread(back_up, db.path, target, _no_matter, force=True)
            names = [name for (name,) in _rows(target, "SELECT name FROM lead_list WHERE name <> 'Warszawa'")]
            assert len(names) % 2 == 0
            assert made.contents.rows["lead_list"] == len(names) + 1
            counts.append(len(names))
        over.set()
    assert counts == sorted(counts)


async def test_nothing_is_overwritten_unless_it_is_said_so(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    await _stored(store)
    target.write_text("precious")
    with pytest.raises(StoreError, match=r"exists already.*--force"):
        back_up(store, target, _no_matter)
    assert target.read_text() == "precious"
    back_up(store, target, _no_matter, force=True)
    assert _rows(target, "SELECT count(*) FROM lead") == [(20,)]
    for own in (store, tmp_path / "link"):
        if own != store:
            own.symlink_to(store)
        with pytest.raises(StoreError, match="is the store itself"):
            back_up(store, own, _no_matter, force=True)
    with pytest.raises(StoreError, match="is no file"):
        back_up(store, tmp_path, _no_matter, force=True)


async def test_what_came_there_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    await _stored(store)
    sync = copying.sync

    def somebody_else(path: Path) -> None:
        target.write_text("precious")
        sync(path)

    monkeypatch.setattr(backup_module, "sync", somebody_else)
    with pytest.raises(StoreError, match="exists already"):
        back_up(store, target, _no_matter)
    assert target.read_text() == "precious"
    assert _names(tmp_path) == ["copy", "store.db"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_cut_short, "damaged|cannot be read|malformed"),
        (_lose_a_row, "disk errs"),
    ],
)
async def test_a_copy_that_is_not_right_is_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], Any], told: str
) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    async with Database.open(store) as db:
        world = await World.build(db)
        await world.add_leads({} for _ in range(500))
    right = copying.copy

    def wrong(source: Path, part: Path, progress: copying.Progress, *, live: bool) -> copying.Contents:
        found = right(source, part, progress, live=live)
        spoil(part)
        return found

    monkeypatch.setattr(backup_module, "copy", wrong)
    with pytest.raises(StoreError, match=told):
        back_up(store, target, _no_matter)
    assert _names(tmp_path) == ["store.db"]


def test_other_files_are_no_stores(tmp_path: Path) -> None:
    other, text = tmp_path / "other.db", tmp_path / "text"
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE song (title TEXT)")
    text.write_text("nothing of the kind " * 100)
    for file, told in ((other, "no store of miniDIALER"), (text, "cannot be")):
        with pytest.raises(StoreError, match=told):
            back_up(file, tmp_path / "copy", _no_matter)
        with pytest.raises(StoreError, match=told):
            restore(file, tmp_path / "store.db", _no_matter, LINE)
    with pytest.raises(StoreError, match="There is no store"):
        back_up(tmp_path / "none", tmp_path / "copy", _no_matter)
    with pytest.raises(StoreError, match="There is no file"):
        restore(tmp_path / "none", tmp_path / "store.db", _no_matter, LINE)


def test_the_newest_are_kept_and_other_files_left_alone(tmp_path: Path) -> None:
    made = [name_in(tmp_path, NOW + timedelta(days=day)) for day in range(5)]
    for path in (*made, tmp_path / "minidialer-of-my-own.sqlite", tmp_path / "notes.txt"):
        path.touch()
    assert keep_newest(tmp_path, 2, made[4]) == tuple(made[:3])
    assert _names(tmp_path) == [
        "minidialer-20260507T093000Z.sqlite",
        "minidialer-20260508T093000Z.sqlite",
        "minidialer-of-my-own.sqlite",
        "notes.txt",
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_the_backup_just_made_stays_when_the_clock_was_set_back(tmp_path: Path, count: int) -> None:
    made = [name_in(tmp_path, NOW + timedelta(days=day)) for day in range(3)]
    for path in made:
        path.touch()
    assert keep_newest(tmp_path, count, made[0]) == tuple(made[1 : 4 - count])
    assert _names(tmp_path) == [path.name for path in (made[0], *made[4 - count :])]


def test_what_killed_backups_left_goes_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    part, own = ".minidialer-20260504T024000Z.sqlite.ab_3x9zq.part", "minidialer-20260504T024000Z.sqlite"
    killed = [part, f"{part}-journal", f"{part}-wal"]
    others = [own, f".{own}", f".{own}.part", f".{own}.AB_3x9zq.part", f".copy{part}", f"{part}.mine", "x.part"]
    (tmp_path / "folder").mkdir()
    (tmp_path / part.replace("ab_", "dir")).mkdir()
    for name in (*killed, *others):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, ((NOW - timedelta(days=1, seconds=1)).timestamp(),) * 2)
    young = tmp_path / part.replace("ab_", "new")
    young.touch()
    os.utime(young, ((NOW - timedelta(hours=23)).timestamp(),) * 2)
    sweep(tmp_path, NOW)
    assert _names(tmp_path) == sorted([*others, "folder", part.replace("ab_", "dir"), young.name])


async def test_a_restored_store_is_the_backup_with_campaigns_stopped_and_nobody_signed_in(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    async with Database.open(store) as db:
        world = await World.build(db)
        await world.add_leads({} for _ in range(20))
        async with db.write() as conn:
            await campaigns.set_status(conn, world.campaign.id, CampaignStatus.RUNNING, "")
            await sessions.begin(conn, sessions.Session("hash", world.anna.id, "::1", NOW, NOW))
        await asyncio.to_thread(back_up, store, target, _no_matter)
        async with db.write() as conn:
            await lists.add(conn, "made after the backup", NOW)
    done = restore(target, store, _no_matter, LINE)
    async with Database.open(store) as db, db.read() as conn:
        assert [one.name for one in await lists.every(conn)] == ["Warszawa"]
        (campaign,) = await campaigns.every(conn)
        assert not campaign.running
        assert "restored" in campaign.status_reason
        assert await sessions.every_open(conn) == []
        assert [one.login for one in await agents.every(conn)] == ["101", "102"]
        assert (await conn.execute(sa.text("SELECT action FROM audit"))).scalars().all() == ["store.restore"]
        assert await db.problems() == []
    assert done.contents.rows["lead"] == 20
    assert store.stat().st_mode & 0o777 == 0o600
    assert done.aside == tmp_path / "store.db.before-restore-20260504T093000Z"
    assert _rows(done.aside, "SELECT name FROM lead_list") == [("Warszawa",), ("made after the backup",)]
    assert _names(tmp_path) == ["copy", "store.db", done.aside.name, "store.db.lock"]


async def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    await _stored(store)
    back_up(store, target, _no_matter)
    before = store.read_bytes()
    with sole_user(store), pytest.raises(StoreInUseError, match="A daemon uses the store"):
        restore(target, store, _no_matter, LINE)
    async with Database.open(store) as db, db.read():  # an import, say
        with pytest.raises(StoreInUseError, match="Another program"):
            await asyncio.to_thread(restore, target, store, _no_matter, LINE)
    assert store.read_bytes()[100:] == before[100:]
    assert _names(tmp_path) == ["copy", "store.db", "store.db.lock"]


async def test_a_newer_backup_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    store, newer, damaged = tmp_path / "store.db", tmp_path / "newer", tmp_path / "damaged"
    await _stored(store, leads=2000)
    back_up(store, newer, _no_matter)
    damaged.write_bytes(newer.read_bytes()[:-50_000])
    with closing(sqlite3.connect(newer)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = store.read_bytes()
    with pytest.raises(StoreError, match="newer version of miniDIALER: install that version"):
        restore(newer, store, _no_matter, LINE)
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        restore(damaged, store, _no_matter, LINE)
    with pytest.raises(StoreError, match="is the store itself"):
        restore(store, store, _no_matter, LINE)
    assert store.read_bytes() == before


async def test_a_store_that_is_beyond_reading_is_put_aside_with_its_log(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    await _stored(store)
    back_up(store, target, _no_matter)
    store.write_bytes(b"\xff" * 8192)
    store.with_name("store.db-wal").write_bytes(b"its log")
    aside = restore(target, store, _no_matter, LINE).aside
    assert aside is not None
    assert aside.read_bytes() == b"\xff" * 8192
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"its log"
    async with Database.open(store) as db:
        assert await db.problems() == []


async def test_there_need_not_be_a_store(tmp_path: Path) -> None:
    store, target = tmp_path / "new" / "store.db", tmp_path / "copy"
    await _stored(tmp_path / "old.db")
    back_up(tmp_path / "old.db", target, _no_matter)
    assert restore(target, store, _no_matter, LINE).aside is None
    async with Database.open(store) as db:
        assert await db.problems() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_what_root_restores_stays_the_daemons(tmp_path: Path) -> None:
    store, target = tmp_path / "store.db", tmp_path / "copy"
    await _stored(store)
    back_up(store, target, _no_matter)
    os.chown(tmp_path, 1234, 1234)
    os.chown(store, 1234, 1234)
    restore(target, store, _no_matter, LINE)
    assert all((tmp_path / name).stat().st_uid == 1234 for name in _names(tmp_path) if name != "copy")
