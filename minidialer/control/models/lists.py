"""Lead lists."""

from datetime import datetime

from pydantic import Field

from minidialer.control.method import Method

from .base import Done, Name, Named, Nothing, Params, Result


class ListRename(Params):
    """A new name for a list."""

    name: Name
    new_name: Name


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
REMOVE = Method("lists.remove", Named, Done, "Removes a list no campaign dials and nothing was called from.")
CHANGED = Method(
    "lists.changed", Named, Done, "Says that leads were changed in the store: there may be something to dial."
)
METHODS = (ADD, LIST, SHOW, RENAME, REMOVE, CHANGED)
