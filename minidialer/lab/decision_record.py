"""The record of a run's pacing decisions: out of the daemon's log, as JSON lines, held against the method's rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ALONE = ("learning", "budget", "nobody")  # limits under which one call for each ready agent is all
_LINE = re.compile(
    r"minidialer\.daemon\.decision_log: (?P<reason>.*) action=pacing\.decision"
    r" at=(?P<at>\S+) campaign=(?P<campaign>\d+) count=(?P<count>\d+) why=(?P<why>.*)"
)


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision that placed calls. `why`: the explanation, `room` and `credit` of the budget; in predictive only."""

    at: str
    campaign: int
    count: int
    reason: str
    why: dict[str, Any] | None

    @property
    def ahead(self) -> bool:
        """Does it call for more than the ready agents?"""
        return self.why is not None and self.why["count"] > max(0, self.why["ready"] - self.why["in_flight"])

    @property
    def under_way(self) -> int:
        """Calls under way once its own are placed."""
        return self.why["in_flight"] + self.why["count"] if self.why is not None else 0


def read_decisions(log: Path) -> list[DecisionLine]:
    """Every decision in a daemon's log of level debug, in order."""
    found = (_LINE.search(line) for line in log.read_text(encoding="utf-8", errors="replace").splitlines())
    return [
        DecisionLine(each["at"], int(each["campaign"]), int(each["count"]), each["reason"], json.loads(each["why"]))
        for each in found
        if each is not None
    ]


def write_decisions(decisions: Iterable[DecisionLine], file: Path) -> None:
    """A JSON object a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in decisions))


def faults(line: DecisionLine) -> Iterator[str]:
    """What in a decision breaks a rule of the method; nothing, when all is well."""
    why = line.why
    if line.count < 1:
        yield "it places nothing"
    if why is None:
        return
    if line.count > why["count"]:
        yield "it places more than was worked out"
    if line.ahead and why["limit"] in ALONE:
        yield "it calls ahead where one call for each ready agent is all"
    if line.ahead and not (why["admitted_risk"] > 0 and why["room"] >= 1):
        yield "it calls ahead while one more loss would break the budget"
    if why["limit"] == "risk" and why["admitted_risk"] <= 0:
        yield "it names a risk where none is admitted"
    if not (0 <= (why["risk"] or 0) <= 1 and 0 <= why["admitted_risk"] <= 1 and 0 <= why["answer_rate"] <= 1):
        yield "a chance is none"
    if min(why["ready"], why["soon_free"] or 0, why["in_flight"], why["waiting"], why["answer_rate_error"]) < 0:
        yield "a count is negative"
    if not line.reason.startswith(f"{why['ready']} ready, ") or f" {why['in_flight']} under way," not in line.reason:
        yield "its line and its numbers differ"
