"""What pacing learned, and the abandon account counted from the attempts."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from minidialer.domain.attempt import AttemptState
from minidialer.domain.outcome import Outcome
from minidialer.store import campaigns, pacing
from minidialer.store.database import Database
from minidialer.store.schema import attempt, lead, lead_list

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


async def add_attempts(db: Database, rows: list[dict[str, object]]) -> int:
    """A campaign with these attempts, each of a lead of its own."""
    async with db.write() as conn:
        campaign = await campaigns.add(conn, "Wiosna", NOW)
        await conn.execute(sa.insert(lead_list).values(id=1, name="A", name_key="a", created_at=NOW))
        for number, row in enumerate(rows, 1):
            await conn.execute(sa.insert(lead).values(id=number, list_id=1, number=f"+48600{number:06}", fields={}))
            common = {"id": number, "campaign_id": campaign.id, "lead_id": number, "list_id": 1, "claimed_at": NOW}
            state = AttemptState.ENDED if row.get("ended_at") else AttemptState.CONNECTED
            values = {**common, "number": f"+48600{number:06}", "state": state, "state_since": NOW, **row}
            await conn.execute(sa.insert(attempt).values(values))
    return campaign.id


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


TAKEN = {"answered_at": after(9), "connected_at": after(9.5), "ended_at": after(70), "outcome": Outcome.ANSWERED}
ABANDONED = {"answered_at": after(9), "ended_at": after(11), "outcome": Outcome.ABANDONED}


async def test_what_was_learned_comes_back_and_the_newest_wins(db: Database) -> None:
    campaign_id = await add_attempts(db, [])
    async with db.write() as conn:
        await pacing.save(conn, pacing.Learned(campaign_id, {"version": 1}, NOW))
        await pacing.save(conn, pacing.Learned(campaign_id, {"version": 1, "days": {"7": [1, 0]}}, after(60)))
    async with db.read() as conn:
        assert await pacing.every(conn) == [
            pacing.Learned(campaign_id, {"version": 1, "days": {"7": [1, 0]}}, after(60))
        ]


async def test_answers_are_counted_once_by_what_became_of_them(db: Database) -> None:
    live: dict[str, object] = {"answered_at": after(9), "connected_at": after(10)}
    by_hand = {**TAKEN, "by_hand": True}
    before = {**TAKEN, "connected_at": after(-100), "ended_at": after(30)}  # booked when it was joined
    silent = {"ended_at": after(30), "outcome": Outcome.NO_ANSWER}
    campaign_id = await add_attempts(db, [TAKEN, ABANDONED, live, by_hand, before, silent])
    async with db.read() as conn:
        assert await pacing.answers_since(conn, campaign_id, NOW) == [pacing.Answers(NOW, 3, 1)]
        assert await pacing.answers_since(conn, campaign_id, after(10.5)) == [pacing.Answers(NOW, 1, 1)]
        assert await pacing.answers_since(conn, campaign_id + 1, NOW) == []


async def test_who_is_taken_later_than_the_profile_allows_counts_as_abandoned(db: Database) -> None:
    late = {**TAKEN, "connected_at": after(11.5)}
    next_slot = {**TAKEN, "answered_at": after(900), "connected_at": after(900.5), "ended_at": after(960)}
    campaign_id = await add_attempts(db, [TAKEN, late, ABANDONED, next_slot])
    async with db.read() as conn:
        assert await pacing.answers_since(conn, campaign_id, NOW, late=2.0) == [
            pacing.Answers(NOW, 3, 2),
            pacing.Answers(after(900), 1, 0),
        ]
