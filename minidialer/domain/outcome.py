"""Outcomes: what the network says about an attempt.

The causes are those of ITU-T Q.850, which Asterisk gives with every Hangup event; how SIP answers become causes is
Asterisk's own table (486 -> 17, 404 -> 1, 503 -> 34, ring time over -> 19, normal end -> 16).
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended, as far as the network is concerned."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CONGESTION = "congestion"
    INVALID = "invalid"
    MACHINE = "machine"
    ABANDONED = "abandoned"
    FAILED = "failed"
    UNKNOWN = "unknown"


CALL_REJECTED = 21
_BUSY = (17, CALL_REJECTED)  # user busy; call rejected: a person declined it
_NO_ANSWER = (0, 16, 18, 19, 20, 31)  # ended before an answer: nobody responded, or we stopped ringing
_INVALID = (1, 22, 28)  # unallocated, changed, incomplete number: a dead number
_CONGESTION = (34, 41, 42, 43, 44, 47)  # no circuit or capacity now
_OUTCOMES = {
    **dict.fromkeys(_BUSY, Outcome.BUSY),
    **dict.fromkeys(_NO_ANSWER, Outcome.NO_ANSWER),
    **dict.fromkeys(_INVALID, Outcome.INVALID),
    **dict.fromkeys(_CONGESTION, Outcome.CONGESTION),
}

CAUSES = {
    0: "no cause given",
    1: "unallocated number",
    3: "no route to the number",
    16: "normal clearing",
    17: "user busy",
    18: "no user responding",
    19: "no answer",
    20: "subscriber absent",
    21: "call rejected",
    22: "number changed",
    27: "destination out of order",
    28: "invalid number format",
    31: "normal, unspecified",
    34: "no circuit available",
    38: "network out of order",
    41: "temporary failure",
    42: "switching equipment congestion",
    44: "requested channel not available",
    47: "resource unavailable",
    58: "bearer capability not available",
    102: "timer expired",
    127: "interworking, unspecified",
}


def unanswered_outcome(cause: int) -> Outcome:
    """The outcome of a call that ended with this Q.850 cause before anybody answered; unlisted causes are `failed`."""
    return _OUTCOMES.get(cause, Outcome.FAILED)


def cause_text(cause: int) -> str:
    """A Q.850 cause as a supervisor reads it."""
    return CAUSES.get(cause, "unlisted cause") + f" (Q.850 {cause})"
