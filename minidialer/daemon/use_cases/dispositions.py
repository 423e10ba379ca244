"""Dispositions, as supervisors manage them."""

from dataclasses import asdict, replace
from typing import Any

from minidialer.control.models import dispositions as models
from minidialer.control.models.base import Done, Named, Nothing
from minidialer.domain.disposition import Disposition
from minidialer.store import dispositions

from .desk import Actor, Desk


async def add(desk: Desk, actor: Actor, params: models.DispositionAdd) -> models.Disposition:
    """Add a disposition; without a position it is the last one."""
    change = desk.change(actor)
    new = Disposition(id=0, **{**_without_zeros(params.model_dump()), "position": params.position or 0})
    async with change.transaction() as conn:
        added = await dispositions.add(conn, new)
        await change.record(conn, "disposition.add", added.name, after=asdict(added))
    desk.tell_pages()
    return shown(added)


async def every(desk: Desk, actor: Actor, params: Nothing) -> models.Dispositions:
    """All of them, in the order of the buttons."""
    del actor, params
    async with desk.database.read() as conn:
        return models.Dispositions(dispositions=[shown(item) for item in await dispositions.every(conn)])


async def change_one(desk: Desk, actor: Actor, params: models.DispositionSet) -> models.Disposition:
    """Change what is given."""
    change = desk.change(actor)
    given = params.model_dump(exclude={"name", "new_name"}, exclude_none=True)
    async with change.transaction() as conn:
        before = await dispositions.find(conn, params.name)
        name = params.new_name or before.name
        after = await dispositions.save(conn, replace(before, name=name, **_without_zeros(given)))
        await change.record(conn, "disposition.set", before.name, before=asdict(before), after=asdict(after))
    desk.tell_pages()
    return shown(after)


async def remove(desk: Desk, actor: Actor, params: Named) -> Done:
    """Take it off the form."""
    change = desk.change(actor)
    async with change.transaction() as conn:
        found = await dispositions.find(conn, params.name)
        await dispositions.remove(conn, found.id, desk.clock())
        await change.record(conn, "disposition.remove", found.name, before=asdict(found))
    desk.tell_pages()
    return Done()


def _without_zeros(given: dict[str, Any]) -> dict[str, Any]:
    """A retry rule of 0 is none; without minutes there is no limit either."""
    if given.get("retry_minutes") == 0:
        given = {"retry_limit": None, **given}
    rules = ("retry_minutes", "retry_limit")
    return {key: None if key in rules and value == 0 else value for key, value in given.items()}


def shown(item: Disposition) -> models.Disposition:
    """The disposition as it travels."""
    return models.Disposition(**asdict(item))
