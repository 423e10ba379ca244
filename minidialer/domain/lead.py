"""Leads: the people to call, and what may become of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class LeadState(StrEnum):
    """Where a lead stands. `exhausted` is computed (see `selection.is_exhausted`) and never stored."""

    FRESH = "fresh"  # not tried since it was imported or its counter was reset
    RETRY = "retry"  # tried without a talk, or with one that settled nothing; due again at `due_at`
    CALLBACK = "callback"  # to be called at the agreed `due_at`
    LIVE = "live"  # an attempt is under way, or its form is still open
    CLOSED = "closed"  # a disposition or a dead number ended it


@dataclass(frozen=True, slots=True)
class Lead:
    """One person of one list. `attempts` counts since the last talk that agreed a callback, or the last reset."""

    id: int
    list_id: int
    number: str  # E.164
    state: LeadState = LeadState.FRESH
    attempts: int = 0
    due_at: datetime | None = None
    owner_id: int | None = None  # the agent whose private lead it is
    do_not_call: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What the end of an attempt, or a saved form, does to its lead."""

    state: LeadState
    due_at: datetime | None = None
    counts: bool = True  # one more attempt on the lead's counter
    resets: bool = False  # the counter starts again from 0
    do_not_call: bool = False
    owner_id: int | None = None  # a new owner; None leaves the present one
