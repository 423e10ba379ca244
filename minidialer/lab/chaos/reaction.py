"""How soon the daemon joins who answers, by the PBX's own clock: from the answer written to the join read."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

Join = tuple[int, float]
"""Attempt, and seconds from the answer to the join."""


def at_once(store: Path, joins: Sequence[Join]) -> list[float]:
    """The seconds of those for whom an agent was ready when they answered: the others waited for an agent."""
    ready: dict[int, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(store)) as books:
        for agent, since in books.execute(
            "SELECT agent_id, started_at FROM agent_state WHERE state = 'ready' ORDER BY started_at"
        ):
            ready[agent].append(since)
        talks = {
            row[0]: row[1:]
            for row in books.execute(
                "SELECT id, agent_id, answered_at, connected_at FROM attempt WHERE connected_at IS NOT NULL"
            )
        }
    found = []
    for attempt, seconds in joins:
        agent, answered, connected = talks.get(attempt, (None, 0, 0))
        place = bisect_right(ready[agent], connected)
        if place and ready[agent][place - 1] <= (answered or connected):
            found.append(seconds)
    return found
