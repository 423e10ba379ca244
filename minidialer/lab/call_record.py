"""The carrier's own record of the calls that reached it: one row for each, answered or not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from .customer import Behaviour

COLUMNS = ("number", "nth", "behaviour", "start", "answer", "end", "ended_by")
"""The order is fixed by `templates/carrier/cdr_custom.conf`."""


@dataclass(frozen=True)
class CarrierCall:
    """One call as the carrier saw it; `nth` counts the calls to that number from 1, times are aware UTC."""

    number: str
    nth: int
    behaviour: Behaviour
    started: datetime
    answered: datetime | None
    ended: datetime
    ended_by: Literal["caller", "customer"]


def read_call_record(path: Path) -> list[CarrierCall]:
    """All customers' calls that have ended, in the order they ended; none when no call was made yet (no file).

    Rows without a number are calls that phones tried to make by themselves.
    """
    if not path.exists():
        return []
    with path.open(newline="") as lines:
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in csv.reader(lines)]
    return [_call(row) for row in rows if row["number"]]


def _call(row: dict[str, str]) -> CarrierCall:
    return CarrierCall(
        number=row["number"],
        nth=int(row["nth"]),
        behaviour=Behaviour(row["behaviour"]),
        started=_time(row["start"]),
        answered=_time(row["answer"]) if float(row["answer"]) else None,
        ended=_time(row["end"]),
        ended_by="customer" if row["ended_by"] == "customer" else "caller",
    )


def _time(epoch: str) -> datetime:
    return datetime.fromtimestamp(float(epoch), UTC)
