"""Errors of the command line itself, and what each kind of error exits with."""

from minidialer.domain.sentence import RefusedError

REFUSED, USAGE, REJECTED_ROWS, INTERRUPTED, CLOSED_PIPE = 1, 2, 3, 130, 141


class UsageError(RefusedError):
    """The command was typed wrong."""
