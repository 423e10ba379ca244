"""A store with a year behind it, written by SQL before the daemon starts."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from minidialer.store.database import Database

AGENTS, LEADS = 50, 20_000
END = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
BEGIN = END - timedelta(days=360)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_ANSWERED = 0.4
_OUTCOMES = ("busy", "no_answer", "no_answer", "invalid")


def write_past(store: Path, attempts: int, dice: random.Random) -> None:
    """A campaign's attempts of a year, and what its agents did meanwhile. Blocks: for a thread."""
    asyncio.run(_create(store))
    with closing(sqlite3.connect(store)) as books, books:
        now = _micro(BEGIN)
        books.execute("INSERT INTO lead_list (id, name, name_key, created_at) VALUES (1, 'past', 'past', ?)", (now,))
        books.execute(
            "INSERT INTO campaign (id, name, name_key, list_id, settings, created_at)"
            " VALUES (1, 'past', 'past', 1, '{}', ?)",
            (now,),
        )
        books.executemany(
            "INSERT INTO agent (id, login, login_key, created_at) VALUES (?, ?, ?, ?)",
            ((place, str(9000 + place), str(9000 + place), now) for place in range(1, AGENTS + 1)),
        )
        books.executemany(
            "INSERT INTO lead (id, list_id, number, state, fields) VALUES (?, 1, ?, 'closed', '{}')",
            ((place, f"+4822{place:07d}") for place in range(1, LEADS + 1)),
        )
        books.executemany(
            "INSERT INTO attempt (id, campaign_id, lead_id, list_id, number, agent_id, state, claimed_at, dialled_at,"
            " answered_at, connected_at, ended_at, outcome, settled)"
            " VALUES (?, 1, ?, 1, ?, ?, 'ended', ?, ?, ?, ?, ?, ?, 1)",
            _attempts(attempts, dice),
        )
        books.executemany(
            "INSERT INTO agent_state (agent_id, campaign_id, state, started_at, ended_at) VALUES (?, 1, ?, ?, ?)",
            _states(attempts),
        )
        books.execute("INSERT INTO daemon_run (started_at, seen_at) VALUES (?, ?)", (now, _micro(END)))


async def _create(store: Path) -> None:
    async with Database.open(store):
        return


def _attempts(count: int, dice: random.Random) -> Iterator[tuple[object, ...]]:
    step = (_micro(END) - _micro(BEGIN)) // count
    for place in range(1, count + 1):
        lead, at = place % LEADS + 1, _micro(BEGIN) + place * step
        answered = at + 12 * _SECOND if dice.random() < _ANSWERED else None
        agent = place % AGENTS + 1 if answered else None
        outcome = "answered" if answered else _OUTCOMES[place % len(_OUTCOMES)]
        ended = (answered or at) + 30 * _SECOND
        yield place, lead, f"+4822{lead:07d}", agent, at, at, answered, answered, ended, outcome


def _states(attempts: int) -> Iterator[tuple[object, ...]]:
    """Each agent goes round: ready, talks, wraps up; as many talks as there were."""
    each = max(1, int(attempts * _ANSWERED) // AGENTS)
    step = (_micro(END) - _micro(BEGIN)) // each
    for agent in range(1, AGENTS + 1):
        for place in range(each):
            at = _micro(BEGIN) + place * step
            edges = (at, at + step // 2, at + 3 * step // 4, at + step)
            for state, begin, end in zip(("ready", "in_call", "wrap_up"), edges, edges[1:], strict=False):
                yield agent, state, begin, end


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
