"""Leads and what became of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from minidialer.control.method import Method

from .base import LARGEST, Count, Line, Login, Name, Number, Params, Result

State = Literal["fresh", "retry", "callback", "live", "closed", "exhausted"]
Kind = Literal["fresh", "retry", "callback", "live", "closed", "exhausted", "do_not_call"]
SearchIn = Literal["number", "text"]
LeadId = Annotated[int, Field(ge=1, le=LARGEST)]
FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
FieldText = Annotated[str, StringConstraints(max_length=10_000)]
MOST_FIELDS = 1000


class LeadsPage(Params):
    """Leads of a list in the order of import. `after`: the `next` of the page before."""

    lead_list: Name
    state: State | None = None
    limit: int = Field(default=500, ge=1, le=2000)
    after: int = Field(default=0, ge=0, le=LARGEST)


class LeadsFind(Params):
    """Leads with a number, written as people write it, in all lists or in one."""

    number: Number
    lead_list: Name | None = None


class LeadsReset(Params):
    """Whose attempt counters start again: a whole list, or one number in it, or one number everywhere."""

    lead_list: Name | None = None
    number: Number | None = None


class LeadsSearch(Params):
    """Leads of a list in the order of import, at most `limit`, as far as the daemon looks in one call.

    `search`: part of the number when it is digits (blanks and + - ( ) . / are passed over), else part of the notes or
    of a field, whatever its case and diacritics; `search_in` says which of the two instead. `state` counts as in
    `lists.show`: leads marked do-not-call are in no other. `disposition`: the last one saved. `owner`: of private
    leads. `after`: the `next` of the call before, or 0. `backwards`: those before `after` (0: the end), in the same
    order within the page.
    """

    lead_list: Name
    search: Line = ""
    search_in: SearchIn | None = None
    state: Kind | None = None
    disposition: Name | None = None
    owner: Login | None = None
    limit: int = Field(default=100, ge=1, le=500)
    after: int = Field(default=0, ge=0, le=LARGEST)
    backwards: bool = False


class LeadKey(Params):
    """One lead."""

    id: LeadId


class LeadEdit(Params):
    """What to change of a lead; what is left out stays. It is refused while the lead is being called.

    `fields` are merged; None takes a field away. `disposition`: what it does to a lead after a talk, it does now, but
    that no attempt is counted; "" clears the last one and leaves the rest. `owner`: "" makes the lead everybody's.
    `due_at`: when to call, also for a closed lead; None drops an agreed time: the lead is called in its turn.
    """

    id: LeadId
    fields: dict[FieldName, FieldText | None] | None = Field(default=None, max_length=MOST_FIELDS)
    notes: FieldText | None = None
    disposition: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    owner: Annotated[str, StringConstraints(max_length=79)] | None = None
    due_at: AwareDatetime | None = None


class DoNotCall(Params):
    """Mark one lead, or a number in every list (or in `lead_list`); `on: false` takes the mark away."""

    id: LeadId | None = None
    number: Number | None = None
    lead_list: Name | None = None
    on: bool = True


class Lead(Result):
    """One lead. `fields` keep the order of the imported file; `state` may be `exhausted`, which is never stored."""

    id: int
    number: str = Field(description="E.164")
    lead_list: str
    fields: dict[str, str]
    state: State
    attempts: int
    due_at: datetime | None = None
    owner: str | None = None
    do_not_call: bool = False
    disposition: str | None = Field(default=None, description="the last one saved")
    notes: str = ""


class Leads(Result):
    """One page; `next` is None on the last one."""

    leads: list[Lead]
    next: int | None = None


class LeadsFound(Result):
    """What was found. `next` is None when there is no more; a page may be short, even empty, and have a next one.

    `looked_at`: how many leads this call looked at; the sum over the calls, against the list's `leads`, is how far the
    search has come. `searched`: what `search` was compared with.
    """

    leads: list[Lead]
    next: int | None = None
    looked_at: int = 0
    searched: SearchIn | None = None


class HistoryLine(Result):
    """One attempt, and the form saved after it. Times are UTC; `outcome` is None while the call lives."""

    attempt_id: int
    number: str
    lead_list: str
    campaign: str | None
    agent: str | None = None
    state: str
    outcome: str | None = None
    cause: int | None = None
    detail: str = ""
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    disposition: str | None = None
    callback_at: datetime | None = None
    notes: str = ""


class History(Result):
    """Attempts to a number, the oldest first."""

    number: str
    lines: list[HistoryLine]


class LeadDetail(Result):
    """A lead with everything that is known of it. `handed_to`: who has it on a list of calls to make by hand."""

    lead: Lead
    history: list[HistoryLine] = Field(description="attempts, the oldest first")
    import_id: int | None = None
    import_file: str = ""
    imported_at: datetime | None = None
    handed_to: str | None = None


PAGE = Method(
    "leads.page",
    LeadsSearch,
    LeadsFound,
    "Leads of a list: browsed, filtered and searched, a page at a time.",
    reads=True,
)
SHOW = Method("leads.show", LeadKey, LeadDetail, "One lead with its history.", reads=True)
EDIT = Method("leads.edit", LeadEdit, LeadDetail, "Changes a lead that is not being called.")
DO_NOT_CALL = Method(
    "leads.do_not_call", DoNotCall, Count, "Marks a lead or a number as not to be called, or unmarks it."
)
LIST = Method("leads.list", LeadsPage, Leads, "Leads of a list, a page at a time.", reads=True)
FIND = Method("leads.find", LeadsFind, Leads, "Leads with a number.", reads=True)
HISTORY = Method(
    "leads.history", LeadsFind, History, "Every attempt to a number, and what the agents saved.", reads=True
)
RESET = Method(
    "leads.reset_attempts",
    LeadsReset,
    Count,
    "Starts attempt counters again, so that exhausted leads are called.",
    long=True,
)
METHODS = (PAGE, SHOW, EDIT, DO_NOT_CALL, LIST, FIND, HISTORY, RESET)
