"""Lists that can be added, renamed, removed and reset; and the leads of a long one, made up as they are asked for."""

from minidialer.control.models import leads, lists
from minidialer.control.models.base import Count, Named
from minidialer.control.models.lists import LeadList, ListRemoval, ListRemove, ListRename
from minidialer.control.sentences import ControlError

from .world import HOSTILE, NOON, World

_STATES = {"fresh": 9_120, "retry": 310, "callback": 87, "live": 4, "closed": 2_567, "exhausted": 412}


def add_lists(world: World) -> None:
    """One that a campaign dials, one long, one empty with a nasty name."""
    world.lists = [
        LeadList(id=1, name="Ankieta", leads=800, states={"fresh": 800}, created_at=NOON, campaigns=["Ankieta po"]),
        LeadList(
            id=2, name="Klienci 2026", leads=12_500, states=_STATES, do_not_call=12, created_at=NOON,
            campaigns=["Wiosna", "Lato"],
        ),
        LeadList(
            id=3, name="Stara baza", leads=1_000_000, do_not_call=1_911, created_at=NOON,
            states={"fresh": 0, "retry": 14, "callback": 3, "closed": 998_050, "exhausted": 22},
        ),
        LeadList(id=4, name=HOSTILE[:80], created_at=NOON),
    ]  # fmt: skip

    def found(name: str) -> LeadList:
        return next(one for one in world.lists if one.name == name)

    def add(asked: Named) -> LeadList:
        if any(one.name == asked.name for one in world.lists):
            raise ControlError("There is a list “{name}” already.", name=asked.name)
        made = LeadList(id=len(world.lists) + 1, name=asked.name, created_at=NOON)
        world.lists = sorted([*world.lists, made], key=lambda one: one.name)
        return made

    def rename(asked: ListRename) -> LeadList:
        now = found(asked.name)
        after = now.model_copy(update={"name": asked.new_name})
        world.lists = [after if one is now else one for one in world.lists]
        return after

    def remove(asked: ListRemove) -> ListRemoval:
        going = found(asked.name)
        to_call = sum(going.states.get(state, 0) for state in ("fresh", "retry", "callback"))
        if not asked.dry:
            world.lists = [one for one in world.lists if one is not going]
        return ListRemoval(
            removed=not asked.dry, leads=going.leads, to_call=to_call, callbacks=going.states.get("callback", 0),
            private=2 if going.leads else 0, do_not_call=going.do_not_call, imports=1 if going.leads else 0,
            campaigns=going.campaigns,
        )  # fmt: skip

    world.on(lists.ADD, add)
    world.on(lists.SHOW, lambda asked: found(asked.name))
    world.on(lists.RENAME, rename)
    world.on(lists.REMOVE, remove)
    world.on(leads.RESET, lambda asked: Count(count=722))
