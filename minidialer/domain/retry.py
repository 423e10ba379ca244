"""Retry rules: what an outcome does to the lead when no agent talked with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .lead import LeadChange, LeadState
from .outcome import Outcome
from .selection import is_exhausted


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Whether a lead is tried again after an outcome, and whether the attempt uses up one of its tries."""

    again: bool
    counts: bool


# The original retries "numbers that did not answer or were cut off"; dead numbers are dropped. An attempt that never
# left the PBX (`failed` without a channel) says nothing about the number, so it uses up no try.
RULES: dict[Outcome, RetryRule] = {
    Outcome.BUSY: RetryRule(again=True, counts=True),
    Outcome.NO_ANSWER: RetryRule(again=True, counts=True),
    Outcome.CONGESTION: RetryRule(again=True, counts=True),
    Outcome.MACHINE: RetryRule(again=True, counts=True),
    Outcome.ABANDONED: RetryRule(again=True, counts=True),
    Outcome.FAILED: RetryRule(again=True, counts=True),
    Outcome.UNKNOWN: RetryRule(again=True, counts=True),
    Outcome.INVALID: RetryRule(again=False, counts=True),
}


def lead_after(
    outcome: Outcome,
    retry_interval: int,
    now: datetime,
    *,
    tries: int = 0,
    max_retries: int | None = None,
    left_pbx: bool = True,
) -> LeadChange:
    """What an attempt without a talk does to its lead.

    retry_interval: minutes. tries: the lead's counter before the attempt; max_retries: the highest limit of the
    campaigns that dial its list. left_pbx: False when the attempt was refused before any channel existed.
    A lead that is exhausted now waits for a supervisor, not for a time: raising the limit makes it dialable at once.
    Raises KeyError for `answered`: there the disposition decides.
    """
    rule = RULES[outcome]
    if not rule.again:
        return LeadChange(LeadState.CLOSED, counts=rule.counts)
    counts = rule.counts and left_pbx
    exhausted = counts and max_retries is not None and is_exhausted(LeadState.RETRY, tries + 1, max_retries)
    due_at = now if exhausted else now + timedelta(minutes=retry_interval)
    return LeadChange(LeadState.RETRY, due_at, counts=counts)
