"""Lead lists."""

from datetime import datetime

from pydantic import Field

from minidialer.control.method import Method

from .base import Done, Name, Named, Nothing, Params, Result


class ListRename(Params):
    """A new name for a list."""

    name: Name
    new_name: Name


class ListRemove(Params):
    """A list to remove. `dry`: only say what would go with it. `force`: with the leads that are in it."""

    name: Name
    dry: bool = False
    force: bool = False


class ListRemoval(Done):
    """What goes with a list, or went. Leads that were called stay in the store, for statistics and histories only.

    `campaigns` dial the list: it cannot be removed while there are any. `calls`: of it under way, likewise.
    """

    removed: bool
    leads: int = 0
    to_call: int = Field(default=0, description="leads that would still be called: fresh, retries and callbacks")
    callbacks: int = 0
    private: int = 0
    do_not_call: int = 0
    calls: int = 0
    imports: int = 0
    campaigns: list[str] = Field(default_factory=list)


class LeadList(Result):
    """One list. `states`: leads by state, exhausted apart as far as campaigns that dial the list say."""

    id: int
    name: str
    created_at: datetime | None = None
    leads: int = 0
    states: dict[str, int] = Field(default_factory=dict)
    do_not_call: int = Field(default=0, description="in no state's count")
    campaigns: list[str] = Field(default_factory=list)


class Lists(Result):
    """All lists, by name."""

    lists: list[LeadList]


ADD = Method("lists.add", Named, LeadList, "Adds an empty list.")
LIST = Method("lists.list", Nothing, Lists, "All lists with counts of their leads.", reads=True)
SHOW = Method("lists.show", Named, LeadList, "One list.", reads=True)
RENAME = Method("lists.rename", ListRename, LeadList, "Renames a list.")
REMOVE = Method(
    "lists.remove", ListRemove, ListRemoval, "Removes a list no campaign dials, or says what would go with it."
)
CHANGED = Method(
    "lists.changed", Named, Done, "Says that leads were changed in the store: there may be something to dial."
)
METHODS = (ADD, LIST, SHOW, RENAME, REMOVE, CHANGED)
