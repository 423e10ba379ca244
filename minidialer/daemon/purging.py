"""Leads of removed lists: deleted in the background, beside the dialling, for there may be a million of them."""

import asyncio
import logging

from minidialer.store import lists
from minidialer.store.database import Database

log = logging.getLogger(__name__)


async def keep_purged(database: Database, removed: asyncio.Event) -> None:
    """Delete what earlier removals left, and again each time `removed` is set; runs until cancelled."""
    while True:
        removed.clear()
        try:
            async with database.read() as conn:
                left = await lists.unpurged(conn)
            for list_id in left:
                count = await lists.purge(database, list_id)
                log.info("Deleted %d leads of a removed list", count, extra={"action": "purge"})
        except Exception:  # the store is full or locked; nothing is lost, and dialling goes on
            log.exception("Leads of removed lists are still there", extra={"action": "purge"})
        await removed.wait()
