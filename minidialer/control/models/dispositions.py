"""Dispositions."""

from typing import Annotated

from pydantic import Field, StringConstraints

from minidialer.control.method import Method
from minidialer.domain.allowed import BUTTON_KEY
from minidialer.i18n import N_

from .base import Done, Line, Name, Named, Nothing, Params, Result

LONGEST_RETRY = 366 * 24 * 60  # minutes
Key = Annotated[str, StringConstraints(pattern=BUTTON_KEY)]


class DispositionAdd(Params):
    """A new disposition, the last one unless `position` says otherwise."""

    name: Name
    name_pl: Line = Field(default="", description=N_("what Polish readers see; empty: the name"))
    name_en: Line = Field(default="", description=N_("what English readers see; empty: the name"))
    asks_callback: bool = Field(default=False, description=N_("the agent gives date and time of the next call"))
    private: bool = Field(default=False, description=N_("the lead becomes the agent's own"))
    do_not_call: bool = Field(default=False, description=N_("the number is never called again in this list"))
    success: bool = Field(default=False, description=N_("counts as a success"))
    retry_minutes: int | None = Field(
        default=None,
        ge=0,
        le=LONGEST_RETRY,
        description=N_("the lead is called again after so many minutes; 0: it is not"),
    )
    retry_limit: int | None = Field(
        default=None, ge=0, le=99, description=N_("at most so many times in a row, then it is closed; 0: no limit")
    )
    key: Key = Field(default="", description=N_("digit 1 to 9 that presses the button; empty: given by order"))
    position: int | None = Field(default=None, ge=1, le=10_000, description=N_("place among the buttons, 1 = first"))


class DispositionSet(Params):
    """What is given changes; the rest stays. An empty text takes a label or key away, 0 a retry rule."""

    name: Name
    new_name: Name | None = None
    name_pl: Line | None = None
    name_en: Line | None = None
    asks_callback: bool | None = None
    private: bool | None = None
    do_not_call: bool | None = None
    success: bool | None = None
    retry_minutes: int | None = Field(default=None, ge=0, le=LONGEST_RETRY)
    retry_limit: int | None = Field(default=None, ge=0, le=99)
    key: Key | None = None
    position: int | None = Field(default=None, ge=1, le=10_000)


class Disposition(Result):
    """One disposition. `name` is unique; `name_pl` and `name_en` are what is shown, the name when they are empty."""

    id: int
    name: str
    name_pl: str = ""
    name_en: str = ""
    asks_callback: bool
    private: bool
    do_not_call: bool
    success: bool
    retry_minutes: int | None = Field(default=None, description=N_("the lead is called again after so many minutes"))
    retry_limit: int | None = Field(default=None, description=N_("so many times in a row at most; None: no limit"))
    key: str = Field(default="", description=N_("its own digit; empty: given by order"))
    position: int


class Dispositions(Result):
    """All dispositions, in the order of the buttons."""

    dispositions: list[Disposition]


ADD = Method("dispositions.add", DispositionAdd, Disposition, "Adds a disposition.")
LIST = Method("dispositions.list", Nothing, Dispositions, "All dispositions, in the order of the buttons.", reads=True)
SET = Method("dispositions.set", DispositionSet, Disposition, "Changes a disposition.")
REMOVE = Method("dispositions.remove", Named, Done, "Removes a disposition no form was saved with.")
METHODS = (ADD, LIST, SET, REMOVE)
