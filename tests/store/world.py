"""A small call centre in a store: one list, one campaign on it, two agents, and short ways to ask about leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from minidialer.domain.agent import Agent
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign
from minidialer.domain.commands import Claim, ClaimPrivate
from minidialer.domain.events import Pick
from minidialer.domain.lead import Lead, LeadState
from minidialer.store import agents, campaigns, leads, lists
from minidialer.store.database import Database
from minidialer.store.journal import Journal
from minidialer.store.lists import LeadList
from minidialer.store.schema import lead

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def number(index: int) -> str:
    return f"+48600{index:06d}"


@dataclass
class World:
    db: Database
    journal: Journal
    list: LeadList
    campaign: Campaign
    anna: Agent
    bob: Agent

    @classmethod
    async def build(cls, db: Database) -> "World":
        async with db.write() as conn:
            some = await lists.add(conn, "Warszawa", NOW)
            campaign = await campaigns.add(conn, "Wiosna", NOW, list_id=some.id)
            anna = await agents.add(conn, "101", NOW, name="Anna")
            bob = await agents.add(conn, "102", NOW, name="Bob")
        return cls(db, Journal(db), some, campaign, anna, bob)

    async def add_leads(self, rows: Iterable[dict[str, Any]], list_id: int | None = None) -> None:
        """Leads as given; what is left out is as after an import."""
        defaults = {
            "list_id": list_id or self.list.id,
            "state": LeadState.FRESH,
            "attempts": 0,
            "due_at": None,
            "owner_id": None,
            "do_not_call": False,
            "fields": {},
        }
        async with self.db.write() as conn:
            await conn.execute(
                sa.insert(lead), [defaults | {"number": number(index)} | row for index, row in enumerate(rows)]
            )

    async def lead(self, lead_id: int) -> Lead:
        async with self.db.read() as conn:
            return (await leads.get(conn, lead_id)).lead

    async def claim(self, count: int, now: datetime = NOW, max_retries: int = 3) -> tuple[Pick, ...]:
        command = Claim(1, self.campaign.id, self.list.id, count, max_retries, now)
        (answer,) = await self.journal.apply([command])
        assert not answer.failed
        return answer.picks

    async def claim_private(self, *owner_ids: int, now: datetime = NOW, max_retries: int = 3) -> tuple[Pick, ...]:
        command = ClaimPrivate(1, self.campaign.id, self.list.id, owner_ids, max_retries, now)
        (answer,) = await self.journal.apply([command])
        return answer.picks

    def attempt(self, pick: Pick, **changes: Any) -> Attempt:
        about: dict[str, Any] = {"state": AttemptState.CLAIMED, "claimed_at": NOW, "owner_id": pick.owner_id}
        about["tries"] = pick.attempts
        return Attempt(pick.attempt_id, self.campaign.id, pick.lead_id, pick.number, **about | changes)

    def ended(self, pick: Pick, **changes: Any) -> Attempt:
        return self.attempt(pick, **{"state": AttemptState.ENDED, "ended_at": NOW} | changes)

    async def scalar(self, query: str) -> Any:
        async with self.db.read() as conn:
            return (await conn.execute(sa.text(query))).scalar()
