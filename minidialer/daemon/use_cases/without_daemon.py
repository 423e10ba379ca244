"""What the command line does to the store itself when no daemon runs."""

import os
from datetime import UTC, datetime
from pathlib import Path

from minidialer.control.models import imports as models
from minidialer.store import audit, imports
from minidialer.store.database import Database

from .imports import listed, user_name


async def imports_in_store(path: Path, undo_id: int | None) -> tuple[models.Imports, models.Undone | None]:
    """All imports, after undoing one if asked to. Raises StoreError, NotFoundError."""
    async with Database.open(path) as database:
        undone = await _undo(database, undo_id) if undo_id is not None else None
        async with database.read() as conn:
            return await listed(conn), undone


async def _undo(database: Database, import_id: int) -> models.Undone:
    now = datetime.now(UTC)
    async with database.read() as conn:
        updated = (await imports.get(conn, import_id)).updated
    done = await imports.undo(database, import_id, now)
    counts = {"removed": done.removed, "kept": done.kept}
    line = audit.AuditLine(now, "import.undo", str(import_id), os.getuid(), own_name(), after=counts)
    async with database.write() as conn:
        await audit.record(conn, line)
    return models.Undone(id=import_id, removed=done.removed, kept=done.kept, updated=updated)


def own_name() -> str:
    """Who runs this, for the audit trail: by the uid as the daemon does it, not by LOGNAME, which anybody may set."""
    return user_name(os.getuid())
