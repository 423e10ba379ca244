"""What supervisors change of dispositions, agents and campaigns: answers that change the fixed world."""

from typing import Any

from minidialer.control.models import dispositions
from minidialer.control.models.base import Done

from .world import World


def add_dispositions(world: World) -> None:
    """Dispositions can be added, changed and removed."""

    def add(asked: dispositions.DispositionAdd) -> dispositions.Disposition:
        number = max((one.id for one in world.dispositions), default=0) + 1
        position = max((one.position for one in world.dispositions), default=0) + 1
        made = dispositions.Disposition(id=number, **{**asked.model_dump(), "position": position})
        world.dispositions.append(made)
        return made

    def change(asked: dispositions.DispositionSet) -> dispositions.Disposition:
        now = next(one for one in world.dispositions if one.name == asked.name)
        given = asked.model_dump(exclude={"name", "new_name"}, exclude_none=True)
        rules = {rule: given[rule] or None for rule in ("retry_minutes", "retry_limit") if rule in given}
        after = now.model_copy(update={**given, **rules, "name": asked.new_name or now.name})
        world.dispositions = sorted(
            (after if one is now else one for one in world.dispositions), key=lambda one: (one.position, one.id)
        )
        return after

    def remove(asked: Any) -> Done:
        world.dispositions = [one for one in world.dispositions if one.name != asked.name]
        return Done()

    world.on(dispositions.ADD, add)
    world.on(dispositions.SET, change)
    world.on(dispositions.REMOVE, remove)
