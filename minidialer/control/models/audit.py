"""The audit trail: who changed what, and when."""

from datetime import datetime
from typing import Any

from pydantic import Field

from minidialer.control.method import Method

from .base import LARGEST, Line, Params, Result
from .stats import When


class AuditPage(Params):
    """Lines of the trail. `after`: the `next` of the page before. `since` and `until` as in statistics.

    `actor`: their name. `action`: `campaign.start`, or `campaign` for all of that noun. `subject`: any part of it.
    """

    after: int | None = Field(default=None, ge=1, le=LARGEST)
    limit: int = Field(default=100, ge=1, le=1000)
    since: When | None = None
    until: When | None = None
    actor: Line = ""
    action: Line = ""
    subject: Line = ""


class AuditLine(Result):
    """One change. `actor`: the Unix user over the socket, the agent's login on the pages; empty: the dialer itself.

    `before` and `after`: what differs, by name; None where nothing was, or nothing is any more.
    """

    id: int
    at: datetime
    actor: str = ""
    uid: int | None = None
    action: str
    subject: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class AuditLines(Result):
    """The newest first; `next` is None on the last page."""

    lines: list[AuditLine]
    next: int | None = None


LIST = Method("audit.list", AuditPage, AuditLines, "Who changed what and when, from what to what, the newest first.")
METHODS = (LIST,)
