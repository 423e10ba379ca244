"""What campaigns' pacing learned outlives the daemon.

It is stored every minute and at the end. The abandon account is exact all the same: at the start, the answers since it
was stored are counted from the attempts.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.compliance import late_after
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.budget import WINDOW_DAYS
from minidialer.domain.pacing.memory import UnreadableError
from minidialer.domain.sentence import RefusedError
from minidialer.store import pacing
from minidialer.store.database import Database

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds


async def load(conn: AsyncConnection, floor: Floor, now: datetime) -> None:
    """Give the campaigns of the floor what they learned before, and their accounts as of now."""
    stored = {learned.campaign_id: learned for learned in await pacing.every(conn)}
    for campaign in floor.campaigns.values():
        run, learned = floor.run(campaign.id).pacing, stored.get(campaign.id)
        since = now - timedelta(days=WINDOW_DAYS)
        if learned is not None:
            try:
                run.load(learned.learned, (now - learned.saved_at).total_seconds())
                since = max(since, learned.saved_at)
            except UnreadableError as error:
                log.warning("What campaign %d learned is not used: %s", campaign.id, error, extra={"action": "pacing"})
        run.turn_to(now)
        late = late_after(campaign.settings.compliance_profile)
        for slot in await pacing.answers_since(conn, campaign.id, since, late):
            run.predictive.budget.add(run.day(slot.begin), slot.answered, slot.abandoned)


class PacingKeeper:
    """Stores what was learned since it was stored the last time."""

    def __init__(self, floor: Floor, database: Database) -> None:
        self._floor = floor
        self._database = database
        self._stored: dict[int, int] = {}  # by campaign: how much had been learned

    async def run(self, clock: Callable[[], datetime]) -> None:
        """Store every minute, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.save(clock())

    async def save(self, now: datetime) -> None:
        """Store what has changed. What cannot be stored now is tried again the next time."""
        changed = {
            campaign_id: run.pacing
            for campaign_id, run in self._floor.runs.items()
            if campaign_id in self._floor.campaigns and run.pacing.changes != self._stored.get(campaign_id, 0)
        }
        if not changed:
            return
        counts = {campaign_id: kept.changes for campaign_id, kept in changed.items()}
        learned = [pacing.Learned(campaign_id, kept.dump(), now) for campaign_id, kept in changed.items()]
        try:
            async with self._database.write() as conn:
                for each in learned:
                    await pacing.save(conn, each)
        except (SQLAlchemyError, OSError, RefusedError) as error:
            log.warning("What pacing learned could not be stored: %s", error, extra={"action": "pacing"})
        else:
            self._stored |= counts
