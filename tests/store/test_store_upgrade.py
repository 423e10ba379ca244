"""A store of every earlier revision, with data in each of its tables: nothing is lost, and it still means the same."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from minidialer.domain.agent import AfterCallAction, AgentState, PhoneState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.lead import LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store import (
    access,
    agents,
    attempts,
    audit,
    call_tally,
    campaigns,
    dispositions,
    drafts,
    handed_out,
    imports,
    leads,
    lists,
    sessions,
    tally,
)
from minidialer.store.backup import back_up
from minidialer.store.database import Database
from minidialer.store.engine import create_file, sync_engine
from minidialer.store.restore import restore
from minidialer.store.upgrade import revisions, upgrade

from .old_rows import ROWS, T0

REVISIONS = revisions()
START = datetime.fromtimestamp(T0 / 1e6, UTC)


def _made(path: Path, revision: str) -> dict[str, list[dict[str, Any]]]:
    """A store of that revision with everything it can hold; gives its rows by table."""
    create_file(path)
    engine = sync_engine(path)
    with engine.begin() as connection:
        upgrade(connection, path, revision)
    engine.dispose()
    with closing(sqlite3.connect(path)) as raw:
        for step in REVISIONS[: REVISIONS.index(revision) + 1]:
            for table, rows in ROWS[step].items():
                for row in rows:
                    names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                    raw.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))
        raw.execute("UPDATE attempt_serial SET last = 21")
        raw.commit()
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    return _rows(path)


def _rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        names = [row["name"] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            name: [dict(row) for row in raw.execute(f'SELECT * FROM "{name}"')]
            for name in names
            if name != "alembic_version" and not name.startswith("sqlite_")
        }


def test_every_revision_has_its_rows(tmp_path: Path) -> None:
    """Who adds a revision adds rows to `old_rows`: no table is empty, and each column holds something somewhere."""
    assert list(ROWS) == REVISIONS
    found = _made(tmp_path / "store.db", REVISIONS[-1])
    assert [table for table, rows in found.items() if not rows] == []
    empty = {
        f"{table}.{name}"
        for table, rows in found.items()
        for name in rows[0]
        if table not in ("call_tally", "lead_tally") and all(row[name] in (None, "", 0) for row in rows)
    }
    # What a test of its own writes, or what is nothing in every example there could be.
    assert empty == {
        "agent.saved",
        "attempt.on_hold",
        "lead_import.undone_at",
        "lead_import.removed",
        "handed_out.due_at",
    }


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_row_is_there_afterwards(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "store.db"
    before = _made(path, revision)
    async with Database.open(path) as db:
        assert await db.problems() == []
    after = _rows(path)
    for table, rows in before.items():
        assert [{name: row[name] for name in rows[0]} for row in after[table]] == rows, table


@pytest.mark.parametrize("revision", REVISIONS)
async def test_every_row_means_the_same_afterwards(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "store.db"
    _made(path, revision)
    async with Database.open(path) as db, db.read() as conn:
        assert {one.name for one in await lists.every(conn)} == {"Łódź"}
        campaign = await campaigns.find(conn, "Wiosna")
        assert (campaign.running, campaign.status_reason, campaign.list_id) == (True, "why", 1)
        assert (campaign.settings.ring_timeout, campaign.settings.max_retries) == (33, 7)
        assert campaign.agent_ids == {1}
        anna = next(agent for agent in await agents.every(conn) if agent.id == 1)
        assert (anna.name, anna.state, anna.attempt_id, anna.auto_answer) == ("Anna", AgentState.IN_CALL, 20, True)
        assert anna.after_call is not None
        assert (anna.after_call.action, anna.after_call.reason) == (AfterCallAction.PAUSE, "obiad")
        assert (anna.phone.state, anna.phone.leg, anna.home) == (PhoneState.BUSY, "nailed-1-1", None)
        (live,) = await attempts.live(conn)
        assert (live.id, live.state, live.tries, live.by_hand) == (20, AttemptState.CONNECTED, 1, False)
        (talk,) = await attempts.of_lead(conn, 1)
        assert (talk.attempt.outcome, talk.disposition_id, talk.notes) == (Outcome.ANSWERED, 1, "wziął dwa")
        sold = await leads.get(conn, 1)
        assert (sold.lead.state, sold.lead.attempts, dict(sold.lead.fields)) == (LeadState.CLOSED, 2, {"imię": "Jan"})
        callback = (await leads.get(conn, 3)).lead
        assert (callback.state, callback.owner_id, callback.due_at) == (
            LeadState.CALLBACK,
            1,
            START + timedelta(hours=2),
        )
        assert (await leads.get(conn, 4)).lead.do_not_call
        assert [(one.name, one.asks_callback, one.private) for one in await dispositions.every(conn)][:2] == [
            ("sprzedaż", False, False),
            ("zadzwoń", True, True),
        ]
        (made,) = await imports.every(conn)
        assert (made.file_name, made.added, made.invalid) == ("a.csv", 4, 1)
        assert (await audit.last_change(conn, "Wiosna", {"campaign.start"})) is not None
        assert (await tally.counts(conn, 1)).leads == len(_rows(path)["lead"])
        counted = (await call_tally.totals(conn, START, START + timedelta(hours=2)))[1]
        by_hand = 1 if revision >= "0002" else 0
        assert (counted.counts.attempts, counted.counts.connected, counted.counts.abandoned) == (3 + by_hand, 2, 1)
        if revision >= "0002":
            draft = await drafts.get(conn, 1, 20)
            assert draft is not None
            assert (draft.notes, dict(draft.fields)) == ("szkic", {"imię": "Ewa"})
            assert [one.lead.lead.id for one in await handed_out.of_agent(conn, 1)] == [5]
            assert [one.token_hash for one in await sessions.every_open(conn)] == ["h"]
            assert (await access.of_agent(conn, 1)).blocked_lists == {2}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_every_revision_can_be_restored(tmp_path: Path, revision: str) -> None:
    old, copy, store = tmp_path / "old.db", tmp_path / "copy", tmp_path / "store.db"
    before = _made(old, revision)
    assert back_up(old, copy, lambda _share: None).contents.revision == revision
    line = audit.AuditLine(START + timedelta(hours=9), "store.restore", "copy")
    done = restore(copy, store, lambda _share: None, line)
    assert (done.backup.revision, done.contents.revision) == (revision, REVISIONS[-1])
    assert done.contents.rows["lead"] == len(before["lead"])
    assert _rows(copy).keys() == before.keys(), "the backup itself is left as it was"


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    before = _made(path, "0001")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE draft (in_the_way TEXT)")
        raw.commit()
    with pytest.raises(Exception, match="draft"):
        restore(path, tmp_path / "other.db", lambda _share: None, audit.AuditLine(START, "store.restore"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.db.lock", "store.db"]
    assert {table: rows for table, rows in _rows(path).items() if table != "draft"} == before
