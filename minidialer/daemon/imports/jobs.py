"""One import under way, and what is known of it."""

import csv
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from minidialer.control.models.base import WireSentence
from minidialer.control.models.uploads import Job, RejectedRow
from minidialer.control.sentences import ControlError, to_wire
from minidialer.domain.sentence import Sentence, sentence
from minidialer.i18n import translator
from minidialer.importing.order import News, Order
from minidialer.importing.report import rejected_page

State = Literal["running", "cancelling", "done", "cancelled", "failed"]
_PAGE = 1000  # rows
OVER = ("done", "cancelled", "failed")


@dataclass(slots=True)
class ImportJob:
    """The daemon's side of an import. `order.path` is a name of the file that belongs to the job alone."""

    id: int
    order: Order
    size: int
    started_at: datetime
    state: State = "running"
    share: float = 0.0
    counts: dict[str, int | str | None] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    kept: int = 0
    problem: WireSentence | None = None
    finished_at: datetime | None = None
    wants_cancel: bool = False

    @property
    def over(self) -> bool:
        """It has ended, one way or another."""
        return self.state in OVER

    @property
    def path(self) -> Path:
        """The file."""
        return self.order.path

    def hear(self, news: News) -> None:
        """Take in what the process tells."""
        self.share = max(self.share, news.share)
        self.counts = news.summary or self.counts
        if news.rejected is not None:
            line, value, reason = news.rejected
            self.rejected.append(RejectedRow(line=line, value=value, reason=reason))
        if news.state != "running":
            self.state, self.kept, self.problem = news.state, news.kept, news.problem
        if news.state == "done" and self.order.strict and self.counts.get("invalid"):
            self.problem = to_wire(sentence("Nothing was imported, because rows were rejected."))

    def rejected_page(self, after: int) -> tuple[list[RejectedRow], int | None]:
        """Rejected rows and where the next begin; for a thread. Raises ControlError when their file is not there."""
        path = self.order.rejected_file
        if path is None or self.state != "done":
            raise ControlError("The import of {file} is not done: wait for it.", file=self.order.name)
        if not self.counts.get("invalid"):
            return [], None
        try:
            found, following = rejected_page(path, translator(self.order.language), after, _PAGE)
        except (OSError, ValueError, csv.Error):
            raise ControlError(
                "The rejected rows of {file} are not kept any more, or were changed: import it again.",
                code="not_found",
                file=self.order.name,
            ) from None
        rows = [
            RejectedRow(line=row.line, value=row.value, reason=to_wire(Sentence(row.reason.message))) for row in found
        ]
        return rows, following

    def to_model(self) -> Job:
        """As it travels."""
        order = self.order
        return Job.model_validate(
            {
                **{name: value for name, value in self.counts.items() if name in Job.model_fields},
                "job": self.id,
                "state": self.state,
                "file": order.name,
                "lead_list": order.lead_list,
                "dry_run": order.dry_run,
                "by": order.actor,
                "started_at": self.started_at,
                "finished_at": self.finished_at,
                "bytes_read": int(self.share * self.size),
                "bytes_total": self.size,
                "rejected": self.rejected,
                "rejected_file": None if order.dry_run else self.counts.get("rejected_file"),
                "kept": self.kept,
                "problem": self.problem,
            }
        )
