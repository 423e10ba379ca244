"""The store's half of the import: counts, duplicates, interruptions, undoing, and short transactions."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.domain.attempt import AttemptState
from minidialer.domain.commands import Claim, SaveAttempt
from minidialer.domain.lead import Lead, LeadChange, LeadState
from minidialer.importing import load as loading
from minidialer.importing.load import ImportUndoneError, LoadOptions, load
from minidialer.importing.reasons import Reason
from minidialer.importing.report import Summary
from minidialer.importing.source import Rejected, Row
from minidialer.store import attempts, audit, campaigns, imports, leads, lists
from minidialer.store.database import Database
from minidialer.store.errors import NotFoundError
from minidialer.store.journal import Journal

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
INTO = LoadOptions("Warszawa", create_list=True, file_name="numbers.csv", uid=1000, actor="ola")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "store.db") as opened:
        yield opened


def clock() -> datetime:
    return NOW


def row(index: int, **fields: str) -> Row:
    return Row(index + 1, f"+48600{index:06d}", fields)


def rejected(line: int) -> Rejected:
    return Rejected(line, "abc", Reason.CHARACTERS)


def counts_of(summary: Summary) -> dict[str, Any]:
    return {name: value for name, value in summary.as_dict().items() if name != "import_id" and value not in (0, None)}


async def leads_of(db: Database, name: str = "Warszawa") -> list[Lead]:
    async with db.read() as conn:
        list_id = (await lists.find(conn, name)).id
        return [record.lead for record in await leads.page(conn, list_id, limit=10_000)]


async def test_rows_become_fresh_leads_in_the_order_of_the_file(db: Database) -> None:
    rows: list[Row | Rejected] = [row(5, imię="Jan", a="1"), row(3), rejected(3), row(4)]
    options = LoadOptions("Warszawa", create_list=True, encoding="utf-8", delimiter=";", rejected_file="r.csv")
    refused: list[Rejected] = []
    summary = await load(db, rows, options, clock, on_rejected=refused.append)
    assert summary == Summary(
        import_id=1, read=4, added=3, invalid=1, rejected_file="r.csv", encoding="utf-8", delimiter=";"
    )
    assert refused == [rejected(3)]
    loaded = await leads_of(db)
    assert [lead.number for lead in loaded] == [row(5).number, row(3).number, row(4).number]
    assert list(loaded[0].fields.items()) == [("imię", "Jan"), ("a", "1")]
    assert {(lead.state, lead.attempts, lead.due_at) for lead in loaded} == {(LeadState.FRESH, 0, None)}


async def test_the_import_is_noted_and_audited(db: Database) -> None:
    await load(db, [row(1), rejected(2)], INTO, clock)
    async with db.read() as conn:
        (noted,) = await imports.every(conn)
        ((_, line),) = await audit.latest(conn)
    assert (noted.file_name, noted.uid, noted.started_at, noted.finished_at) == ("numbers.csv", 1000, NOW, NOW)
    assert (noted.read, noted.added, noted.invalid) == (2, 1, 1)
    assert (line.action, line.subject, line.uid, line.actor) == ("import", "Warszawa", 1000, "ola")


async def test_duplicates_are_told_apart_by_who_put_them_there(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH_ROWS", 2)
    await load(db, [row(1), row(2)], INTO, clock)
    summary = await load(db, [row(1), row(3), row(3), row(4), row(3), row(1)], INTO, clock)
    assert counts_of(summary) == {"read": 6, "added": 2, "duplicate_in_file": 2, "already_in_list": 2}
    assert len(await leads_of(db)) == 4


async def test_the_same_number_may_be_in_several_lists(db: Database) -> None:
    await load(db, [row(1)], INTO, clock)
    summary = await load(db, [row(1)], LoadOptions("Łódź", create_list=True), clock)
    assert counts_of(summary) == {"read": 1, "added": 1}


async def test_an_update_merges_what_is_not_empty_and_keeps_the_state(db: Database) -> None:
    await load(db, [row(1, imię="Jan", miasto="Łódź"), row(2)], INTO, clock)
    async with db.write() as conn:
        await leads.edit(conn, 1, do_not_call=True)
        await conn.execute(sa.text("UPDATE lead SET attempts = 2, state = 'retry' WHERE id = 1"))
    rows = [row(1, imię="", miasto="Gdańsk", NIP="1"), row(1, NIP="2"), row(3, a="1"), row(3, a="2")]
    summary = await load(db, rows, LoadOptions("warszawa", on_duplicate="update"), clock)
    assert counts_of(summary) == {"read": 4, "added": 1, "updated": 2, "duplicate_in_file": 1}
    first, _, third = await leads_of(db)
    assert list(first.fields.items()) == [("imię", "Jan"), ("miasto", "Gdańsk"), ("NIP", "2")]
    assert (first.state, first.attempts, first.do_not_call) == (LeadState.RETRY, 2, True)
    assert third.fields == {"a": "1"}, "the first row of the file stays"


async def test_a_list_that_is_not_there_is_an_error_unless_it_may_be_created(db: Database) -> None:
    await load(db, [], INTO, clock)
    for dry_run in (False, True):
        with pytest.raises(NotFoundError, match="did you mean “Warszawa”"):
            await load(db, [row(1)], LoadOptions("Warszwa", dry_run=dry_run), clock)
    assert len(await leads_of(db)) == 0


async def test_strict_keeps_everything_out_for_one_bad_row(db: Database) -> None:
    options = LoadOptions("Warszawa", create_list=True, strict=True, rejected_file="r.csv")
    summary = await load(db, [row(1), rejected(2), row(3)], options, clock)
    assert counts_of(summary) == {"read": 3, "invalid": 1, "rejected_file": "r.csv"}
    async with db.read() as conn:
        assert await lists.every(conn) == []
        assert await imports.every(conn) == []
    good = [row(n, a=str(n)) for n in range(1200)]
    assert counts_of(await load(db, good, options, clock)) == {"read": 1200, "added": 1200}
    assert [lead.number for lead in await leads_of(db)] == [one.number for one in good]


ROWS = st.lists(
    st.one_of(
        st.builds(row, st.integers(0, 12), a=st.sampled_from(["", "1", "2"])),
        st.builds(rejected, st.integers(1, 9)),
    ),
    max_size=40,
)


async def test_a_dry_run_counts_what_the_import_counts_and_writes_nothing(db: Database) -> None:
    loop = asyncio.get_running_loop()
    numbered = iter(range(10_000))

    async def both(
        before: list[Row | Rejected], rows: list[Row | Rejected], batch: int, options: dict[str, Any]
    ) -> None:
        loading.BATCH_ROWS = batch
        name = f"list {next(numbered)}"
        if before:
            await load(db, before, LoadOptions(name, create_list=True), clock)
        dry = await load(db, rows, LoadOptions(name, create_list=True, dry_run=True, **options), clock)
        async with db.read() as conn:
            assert bool(before) == (name in (await lists.names(conn)).values())
        real = await load(db, rows, LoadOptions(name, create_list=True, **options), clock)
        assert dry.import_id is None
        assert counts_of(dry) == counts_of(real)
        if not (options["strict"] and real.invalid):
            parts = real.added + real.updated + real.duplicate_in_file + real.already_in_list + real.invalid
            assert real.read == parts == len(rows)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        before=ROWS,
        rows=ROWS,
        batch=st.integers(1, 7),
        options=st.fixed_dictionaries({"on_duplicate": st.sampled_from(["skip", "update"]), "strict": st.booleans()}),
    )
    def check(**example: Any) -> None:
        asyncio.run_coroutine_threadsafe(both(**example), loop).result()

    before = loading.BATCH_ROWS
    try:
        await asyncio.to_thread(check)
    finally:
        loading.BATCH_ROWS = before


async def _interrupted(db: Database, after: int, error: BaseException) -> None:
    def rows() -> Iterator[Row]:
        yield from (row(n) for n in range(after))
        raise error

    with pytest.raises(type(error)):
        await load(db, rows(), INTO, clock)


async def test_an_interrupted_import_says_what_it_added_and_can_be_undone(db: Database) -> None:
    await _interrupted(db, 1234, KeyboardInterrupt())
    async with db.read() as conn:
        (noted,) = await imports.every(conn)
    assert (noted.finished_at, noted.read, noted.added) == (None, 1000, 1000)
    assert len(await leads_of(db)) == 1000
    assert await imports.undo(db, noted.id, NOW) == imports.Undone(1000, 0)
    assert await leads_of(db) == []
    async with db.read() as conn:
        (undone,) = await imports.every(conn)
    assert (undone.undone_at, undone.removed) == (NOW, 1000)


async def test_undoing_removes_what_was_never_dialled_and_says_what_stays(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "STEP", 7)
    await load(db, [row(n) for n in range(30)], INTO, clock)
    second = await load(db, [row(n) for n in range(20, 60)], INTO, clock)
    third = await load(db, [row(n) for n in range(60, 65)], INTO, clock)
    journal = Journal(db)
    async with db.write() as conn:
        campaign = await campaigns.add(conn, "c", NOW, list_id=1)
        await leads.edit(conn, 40, do_not_call=True)
        await conn.execute(sa.text("UPDATE lead SET state = 'closed' WHERE id <= 30"))
    (answer,) = await journal.apply([Claim(1, campaign.id, 1, 3, 3, NOW)])
    called = [pick.lead_id for pick in answer.picks]
    assert called == [31, 32, 33]
    assert second.import_id is not None
    assert await imports.undo(db, second.import_id, NOW) == imports.Undone(26, 4)
    assert [lead.id for lead in await leads_of(db)] == [*range(1, 31), 31, 32, 33, 40, *range(61, 66)]
    assert await imports.undo(db, second.import_id, NOW) == imports.Undone(0, 4)
    async with db.read() as conn:
        assert (await imports.get(conn, second.import_id)).removed == 26
        assert third.import_id is not None
        assert (await imports.get(conn, third.import_id)).undone_at is None
        with pytest.raises(NotFoundError):
            await imports.get(conn, 99)


async def test_a_lead_that_was_dialled_and_reset_is_not_undone(db: Database) -> None:
    await load(db, [row(1)], INTO, clock)
    journal = Journal(db)
    async with db.write() as conn:
        campaign = await campaigns.add(conn, "c", NOW, list_id=1)
    (answer,) = await journal.apply([Claim(1, campaign.id, 1, 1, 3, NOW)])
    async with db.read() as conn:
        (live,) = await attempts.live(conn)
    ended = replace(live, state=AttemptState.ENDED, ended_at=NOW)
    await journal.apply([SaveAttempt(ended, LeadChange(LeadState.RETRY, NOW))])
    assert await lists.reset_attempts(db, 1) == 1
    assert (await leads_of(db))[0].state is LeadState.FRESH
    assert await imports.undo(db, 1, NOW) == imports.Undone(0, 1)
    assert answer.picks


async def test_an_import_that_is_undone_while_it_runs_stops(db: Database) -> None:
    done: list[imports.Undone] = []
    loop = asyncio.get_running_loop()

    async def undo_first() -> None:
        done.append(await imports.undo(db, 1, NOW))

    tasks: list[asyncio.Task[None]] = []

    def progress(summary: Summary) -> None:
        if not tasks:
            tasks.append(loop.create_task(undo_first()))

    with pytest.raises(ImportUndoneError):
        await load(db, (row(n) for n in range(5000)), INTO, clock, progress=progress)
    await tasks[0]
    assert await leads_of(db) == []


async def test_no_transaction_is_longer_than_a_batch(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """By rows for short ones, by text for long ones; between two, the store is free for longer than a writer's poll."""
    written: list[int] = []
    gaps: list[float] = []
    inserted, sleep = imports.insert_leads, asyncio.sleep

    async def insert_leads(conn: Any, list_id: int, import_id: int, rows: Any) -> None:
        written.append(len(rows))
        await inserted(conn, list_id, import_id, rows)

    async def gap(seconds: float) -> None:
        assert not db._turns.busy
        gaps.append(seconds)
        await sleep(0)

    monkeypatch.setattr(imports, "insert_leads", insert_leads)
    monkeypatch.setattr(asyncio, "sleep", gap)
    await load(db, (row(n) for n in range(1700)), INTO, clock)
    assert written == [250] * 6 + [200]
    assert len(gaps) == 7
    assert min(gaps) >= loading.GAP > 0.003
    written.clear()
    await load(db, (row(n, note="x" * 90_000) for n in range(5000, 5007)), INTO, clock)
    assert written == [3, 3, 1]


# -- beside a daemon ---------------------------------------------------------------------------------------------


def _import_in_its_own_process(path: Path, count: int) -> None:
    async def main() -> None:
        async with Database.open(path) as db:
            await load(db, (row(n, imię="Jan") for n in range(count)), INTO, clock)

    asyncio.run(main())


async def test_the_daemon_claims_and_saves_while_another_process_imports(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with Database.open(path) as db:
        journal = Journal(db)
        async with db.write() as conn:
            some = await lists.add(conn, "Warszawa", NOW)
            campaign = await campaigns.add(conn, "c", NOW, list_id=some.id)
        importer = multiprocessing.get_context("spawn").Process(target=_import_in_its_own_process, args=(path, 10_000))
        importer.start()
        dialled = rounds = 0
        while importer.is_alive():
            (answer,) = await journal.apply([Claim(rounds, campaign.id, some.id, 3, 3, NOW)])
            assert not answer.failed
            dialled += len(answer.picks)
            rounds += 1
            await asyncio.sleep(0.01)
        importer.join()
        assert importer.exitcode == 0
        async with db.read() as conn:
            (noted,) = await imports.every(conn)
            total = (await conn.execute(sa.text("SELECT count(*) FROM lead"))).scalar()
            live = (await conn.execute(sa.text("SELECT count(*) FROM attempt"))).scalar()
    assert (noted.added, total) == (10_000, 10_000)
    assert noted.finished_at is not None
    assert live == dialled > 0
