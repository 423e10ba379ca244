"""Dispositions."""

from pydantic import Field

from minidialer.control.method import Method

from .base import Done, Name, Named, Nothing, Params, Result


class DispositionAdd(Params):
    """A new disposition, the last one unless `position` says otherwise."""

    name: Name
    asks_callback: bool = Field(default=False, description="the agent gives date and time of the next call")
    private: bool = Field(default=False, description="the lead becomes the agent's own")
    do_not_call: bool = Field(default=False, description="the number is never called again in this list")
    success: bool = Field(default=False, description="counts as a success")
    position: int | None = Field(default=None, ge=1, le=10_000, description="place among the buttons, 1 = first")


class DispositionSet(Params):
    """What is given changes; the rest stays."""

    name: Name
    new_name: Name | None = None
    asks_callback: bool | None = None
    private: bool | None = None
    do_not_call: bool | None = None
    success: bool | None = None
    position: int | None = Field(default=None, ge=1, le=10_000)


class Disposition(Result):
    """One disposition."""

    id: int
    name: str
    asks_callback: bool
    private: bool
    do_not_call: bool
    success: bool
    position: int


class Dispositions(Result):
    """All dispositions, in the order of the buttons."""

    dispositions: list[Disposition]


ADD = Method("dispositions.add", DispositionAdd, Disposition, "Adds a disposition.")
LIST = Method("dispositions.list", Nothing, Dispositions, "All dispositions, in the order of the buttons.")
SET = Method("dispositions.set", DispositionSet, Disposition, "Changes a disposition.")
REMOVE = Method("dispositions.remove", Named, Done, "Removes a disposition no form was saved with.")
METHODS = (ADD, LIST, SET, REMOVE)
