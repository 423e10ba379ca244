"""Imports that were made, and undone."""

import pwd

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import imports as models
from minidialer.control.models.base import Nothing
from minidialer.domain.events import LeadsChanged
from minidialer.store import imports, lists

from .desk import Actor, Desk


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Imports:
    """All imports, the newest first."""
    del actor, params
    async with desk.database.read() as conn:
        return await listed(conn)


async def listed(conn: AsyncConnection) -> models.Imports:
    """All imports as they travel; for the command line, too, when no daemon runs."""
    names = await lists.names(conn)
    return models.Imports(
        imports=[
            models.Import(
                id=item.id,
                lead_list=names.get(item.list_id, f"#{item.list_id}"),
                file=item.file_name,
                started_at=item.started_at,
                finished_at=item.finished_at,
                undone_at=item.undone_at,
                read=item.read,
                added=item.added,
                updated=item.updated,
                duplicate_in_file=item.duplicate_in_file,
                already_in_list=item.already_in_list,
                invalid=item.invalid,
                rejected_file=item.rejected_file,
                removed=item.removed,
                uid=item.uid,
                by=user_name(item.uid) if item.uid is not None else "",
            )
            for item in await imports.every(conn)
        ]
    )


def user_name(uid: int) -> str:
    """The name that goes with a uid of this machine."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


async def undo(desk: Desk, actor: Actor, params: models.ImportKey) -> models.Undone:
    """Remove an import's leads that were not dialled yet."""
    change = desk.change(actor)
    async with desk.database.read() as conn:
        lead_import = await imports.get(conn, params.id)
    undone = await imports.undo(desk.database, params.id, desk.clock())
    async with change.transaction() as conn:
        counts = {"removed": undone.removed, "kept": undone.kept}
        await change.record(conn, "import.undo", str(params.id), after=counts)
    await desk.engine.submit(LeadsChanged(lead_import.list_id))
    return models.Undone(id=params.id, removed=undone.removed, kept=undone.kept, updated=lead_import.updated)
