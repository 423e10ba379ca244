"""Pacing over a restart: the account by the day it happened on, in the call centre's zone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from minidialer.daemon import pacing_keeper
from minidialer.domain.campaign import Campaign
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.pacing.observation import Abandoned, Answered, Dialled, Taken
from minidialer.store import pacing
from minidialer.store.database import Database
from tests.store.test_store_pacing import add_attempts

WARSAW = ZoneInfo("Europe/Warsaw")
MIDNIGHT = datetime(2026, 5, 5, tzinfo=WARSAW).astimezone(UTC)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "store.db") as opened:
        yield opened


def at(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def taken(minutes: float) -> dict[str, object]:
    """A customer who answered, was joined at that moment and talked for a minute."""
    return {
        "answered_at": at(minutes),
        "connected_at": at(minutes),
        "ended_at": at(minutes + 1),
        "outcome": Outcome.ANSWERED,
    }


def lost(minutes: float) -> dict[str, object]:
    """A customer nobody took."""
    return {"answered_at": at(minutes - 0.03), "ended_at": at(minutes), "outcome": Outcome.ABANDONED}


def new_floor(campaign_id: int) -> Floor:
    return Floor([Campaign(campaign_id, "Wiosna", 1)], zone=WARSAW)


async def loaded(db: Database, campaign_id: int, minutes: float) -> Floor:
    """The floor as a daemon finds it that starts then."""
    floor = new_floor(campaign_id)
    async with db.read() as conn:
        await pacing_keeper.load(conn, floor, at(minutes))
    return floor


async def account(db: Database, campaign_id: int, minutes: float) -> tuple[int, int, int, int]:
    """Answered and abandoned, today and in the window, of a daemon that starts then."""
    budget = (await loaded(db, campaign_id, minutes)).run(campaign_id).pacing.predictive.budget
    return budget.today.answered, budget.today.abandoned, budget.window.answered, budget.window.abandoned


async def test_calls_of_both_sides_of_midnight_go_to_their_days(db: Database) -> None:
    campaign_id = await add_attempts(db, [taken(-30), lost(-20), taken(-10), lost(0.5), taken(5)])
    assert await account(db, campaign_id, 10) == (2, 1, 5, 2)
    assert await account(db, campaign_id, 24 * 60 + 1) == (0, 0, 5, 2)


async def test_calls_after_the_last_storing_are_added_to_what_was_stored(db: Database) -> None:
    campaign_id = await add_attempts(db, [taken(-30), taken(-10), lost(3)])
    floor = new_floor(campaign_id)
    floor.run(campaign_id).pacing.observe(Taken(0.1), at(-30))
    await pacing_keeper.PacingKeeper(floor, db).save(at(-15))
    assert await account(db, campaign_id, 10) == (1, 1, 3, 1)


async def test_thirty_days_later_nothing_of_it_counts(db: Database) -> None:
    campaign_id = await add_attempts(db, [taken(-30), lost(-20)])
    floor = new_floor(campaign_id)
    for seen in (Taken(0.1), Abandoned(2.0)):
        floor.run(campaign_id).pacing.observe(seen, at(-20))
    await pacing_keeper.PacingKeeper(floor, db).save(at(-15))
    day = 24 * 60
    assert await account(db, campaign_id, 29 * day - 1) == (0, 0, 2, 1)
    assert await account(db, campaign_id, 29 * day + 1) == (0, 0, 0, 0)


async def test_a_memory_that_cannot_be_read_is_named_and_the_account_counted_from_the_calls(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    campaign_id = await add_attempts(db, [taken(-30), lost(-20), taken(5)])
    async with db.write() as conn:
        await pacing.save(conn, pacing.Learned(campaign_id, {"version": 1, "days": "?"}, at(-15)))
    assert await account(db, campaign_id, 10) == (1, 0, 3, 1)
    assert "is not used" in caplog.text


async def test_only_what_has_changed_is_stored_and_what_could_not_be_is_tried_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = await add_attempts(db, [])
    floor = new_floor(campaign_id)
    keeper, run = pacing_keeper.PacingKeeper(floor, db), floor.run(campaign_id).pacing

    async def stored_at() -> list[datetime]:
        async with db.read() as conn:
            return [learned.saved_at for learned in await pacing.every(conn)]

    await keeper.save(at(0))
    assert await stored_at() == []
    run.observe(Dialled(), at(0))
    run.observe(Answered(8.0), at(1))
    with monkeypatch.context() as broken:
        broken.setattr(pacing, "save", _no_disk)
        await keeper.save(at(2))
    assert await stored_at() == []
    await keeper.save(at(3))
    await keeper.save(at(4))
    assert await stored_at() == [at(3)]
    assert (await loaded(db, campaign_id, 5)).run(campaign_id).pacing.predictive.model.answers.seen == 1


async def _no_disk(*_: object) -> None:
    raise OSError("no space left")
