"""Selection order: which lead a campaign calls next.

1. automatic private leads that are due, each only for its owner, ahead of everything else;
2. due callbacks, the longest due first;
3. due retries, those tried the fewest times first, then the longest due;
4. fresh leads, in the order of import.
A lead marked do-not-call, owned by somebody else, live, closed, not yet due or exhausted is never offered; nor is one
whose number is already being called from another list. The store's query follows this order; a test holds it to `rank`.
"""

from datetime import datetime

from .lead import Lead, LeadState

_CLASSES = {LeadState.CALLBACK: 0, LeadState.RETRY: 1, LeadState.FRESH: 2}


def is_exhausted(state: LeadState, attempts: int, max_retries: int) -> bool:
    """More attempts than the campaign's limit allows: the first try and `max_retries` more."""
    return state is LeadState.RETRY and attempts > max_retries


def is_due(lead: Lead, max_retries: int, now: datetime) -> bool:
    """May this lead be called now, ownership apart?"""
    if lead.do_not_call or lead.state not in _CLASSES:
        return False
    if is_exhausted(lead.state, lead.attempts, max_retries):
        return False
    return lead.due_at is None or lead.due_at <= now


def rank(lead: Lead) -> tuple[int, int, float, int]:
    """Sort key of the leads that are due: the smallest is called first."""
    due = lead.due_at.timestamp() if lead.due_at is not None else 0.0
    tries = lead.attempts if lead.state is LeadState.RETRY else 0
    return (_CLASSES[lead.state], tries, due, lead.id)
