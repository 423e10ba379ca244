"""The recorded day, put into a store at any time of any year (see record_day.py)."""

import contextlib
import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from minidialer.store.upgrade import prepare

FILE = Path(__file__).with_name("recorded_day.json")
ORDER = ("lead_list", "disposition", "campaign", "agent", "lead", "attempt", "agent_state", "daemon_run")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@cache
def recorded() -> dict[str, list[Row]]:
    """As it was recorded."""
    day: dict[str, list[Row]] = json.loads(FILE.read_text(encoding="utf-8"))
    return day


def moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Day:
    """The day as it is in the store: its rows, its begin and its end."""

    rows: dict[str, list[Row]]
    begin: datetime
    end: datetime

    @property
    def spans(self) -> dict[int, list[Row]]:
        """Rows of `agent_state` by agent, in order."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows["agent_state"]:
            found[row["agent_id"]].append(row)
        return found


def lay(store: Path, begin: datetime) -> Day:
    """Put the day into a new store as if it had begun at this moment."""
    day = recorded()
    first = min(row["started_at"] for row in day["agent_state"])
    shift = microseconds(begin) - first
    rows = {table: [_moved(row, shift) for row in day[table]] for table in ORDER}
    prepare(store)
    with contextlib.closing(sqlite3.connect(store)) as raw, raw:
        for table in ORDER:
            raw.execute(f"DELETE FROM {table}")
            for row in rows[table]:
                names = ", ".join(row)
                raw.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    last = max(row["started_at"] for row in rows["agent_state"])
    return Day(rows, begin, moment(last + 1))


def _moved(row: Row, shift: int) -> Row:
    moments = {name for name in row if name.endswith("_at")} | {"since", "ready_since", "phone_since", "state_since"}
    return {
        name: value + shift if name in moments and isinstance(value, int) and value > 0 else value
        for name, value in row.items()
    }
