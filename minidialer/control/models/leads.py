"""Leads and what became of them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from minidialer.control.method import Method

from .base import LARGEST, Count, Name, Number, Params, Result

State = Literal["fresh", "retry", "callback", "live", "closed", "exhausted"]


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


LIST = Method("leads.list", LeadsPage, Leads, "Leads of a list, a page at a time.", reads=True)
FIND = Method("leads.find", LeadsFind, Leads, "Leads with a number.", reads=True)
HISTORY = Method(
    "leads.history", LeadsFind, History, "Every attempt to a number, and what the agents saved.", reads=True
)
RESET = Method(
    "leads.reset_attempts", LeadsReset, Count, "Starts attempt counters again, so that exhausted leads are called."
)
METHODS = (LIST, FIND, HISTORY, RESET)
