"""The books after faults: each call of the carrier's is one attempt, and all that pages promised is in the store."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.outcome import Outcome
from minidialer.lab.books import lost_leads, stuck_agents
from minidialer.lab.errors import LabError
from minidialer.store.database import Database
from minidialer.store.schema import agent, attempt, call_tally, campaign, disposition

from .accounts import BookedAttempt, account_errors, compare, cut_off, doubled, unsaved
from .centre import CAMPAIGN, Centre
from .findings import Findings
from .ledger import Ledger, draft_serial
from .truth import Channels


async def check_books(centre: Centre, findings: Findings, *, talks_may_end: bool = False) -> None:
    """After the shift, with the daemon stopped. talks_may_end: in times of trouble the fault ends talks by itself.

    Raises LabError when nobody worked: zeros would mean nothing.
    """
    async with Database.open(centre.store) as db, db.read() as conn:
        attempts = await _attempts(conn, centre.ahead)
        live, missing = await lost_leads(conn, centre.leads)
        agents = await stuck_agents(conn)
        findings.lost(*[text async for text in _tally_errors(conn)])
    calls = centre.calls()
    findings.doubled(
        *(f"{call.number} was called, which may not be" for call in calls if call.number in centre.not_to_call)
    )
    findings.stuck(
        *(f"attempt {item.id} to {item.number} never ended" for item in attempts if item.ended_at is None),
        *(f"lead {number} is under way although nobody calls it" for number in live),
        *(f"agent {login} is {state} after the shift" for login, state in agents if login in centre.logins),
    )
    if missing:
        findings.lost(f"{missing} of the leads are missing")
    if centre.account is not None:
        findings.lost(*account_errors(centre.account.answered, centre.account.abandoned, attempts))
    may_be = [item for item in attempts if item.number not in centre.not_to_call]
    compare(calls, may_be, centre.troubles, findings, answers_known=not talks_may_end)
    findings.doubled(*doubled(calls, attempts))
    findings.lost(*unsaved(centre.ledger, attempts))
    findings.lost(*cut_off(calls, attempts, centre.ledger, centre.troubles if talks_may_end else ()))
    findings.stuck(*left_behind(centre.left_behind))
    if not centre.ledger.saved:
        raise LabError("No form was saved in the whole shift: nothing was tried.")


def left_behind(channels: Channels) -> Iterator[str]:
    """What Asterisk still has when everybody has gone home."""
    for attempt_id in channels.customers:
        yield f"the call of attempt {attempt_id} goes on after the shift"
    for agent_id in channels.phones:
        yield f"the phone of agent {agent_id} is still called after the shift"


def less_than_nothing(store: Path) -> Iterator[str]:
    """What ended before it began."""
    steps = ("claimed_at", "dialled_at", "answered_at", "connected_at", "ended_at")
    with closing(sqlite3.connect(store)) as books:
        for row in books.execute(f"SELECT id, {', '.join(steps)} FROM attempt"):  # noqa: S608 — the names above
            moments = [moment for moment in row[1:] if moment is not None]
            if moments != sorted(moments):
                yield f"the moments of attempt {row[0]} are out of order: {moments}"
        for state, login in books.execute(
            "SELECT agent_state.state, login FROM agent_state JOIN agent ON agent.id = agent_id"
            " WHERE agent_state.ended_at < agent_state.started_at"
        ):
            yield f"agent {login} was {state} for less than no time"


async def _attempts(conn: AsyncConnection, ahead: timedelta) -> list[BookedAttempt]:
    """All of the campaign, by our own clock."""
    names = [name for name in BookedAttempt.__dataclass_fields__ if name not in ("agent", "disposition")]
    query = sa.select(
        *(attempt.c[name] for name in names), agent.c.login.label("agent"), disposition.c.name.label("disposition")
    ).select_from(
        attempt.outerjoin(agent, agent.c.id == attempt.c.agent_id).outerjoin(
            disposition, disposition.c.id == attempt.c.disposition_id
        )
    )
    ours = sa.select(campaign.c.id).where(campaign.c.name == CAMPAIGN)
    rows = await conn.execute(query.where(attempt.c.campaign_id.in_(ours)).order_by(attempt.c.id))
    return [BookedAttempt(**_earlier(row._asdict(), ahead)) for row in rows]


def _earlier(row: dict[str, Any], by: timedelta) -> dict[str, Any]:
    return {name: value - by if isinstance(value, datetime) else value for name, value in row.items()}


# -- figures ---------------------------------------------------------------------------------------------------------


async def _tally_errors(conn: AsyncConnection) -> AsyncIterator[str]:
    """The tally of calls, kept by triggers, against a count of the attempts themselves."""
    tally = (
        await conn.execute(
            sa.select(
                *(
                    sa.func.coalesce(sa.func.sum(call_tally.c[name]), 0)
                    for name in ("answered", "connected", "abandoned")
                )
            ).where(call_tally.c.span == 60)
        )
    ).one()
    went_out = attempt.c.dialled_at.is_not(None)
    connected = attempt.c.connected_at.is_not(None)
    abandoned = attempt.c.outcome == Outcome.ABANDONED
    machine = sa.func.coalesce(attempt.c.outcome, "") == Outcome.MACHINE.value
    answered = sa.func.coalesce(attempt.c.answered_at, attempt.c.connected_at).is_not(None)
    counted = (
        await conn.execute(
            sa.select(
                sa.func.count().filter(went_out & answered & ~machine),
                sa.func.count().filter(went_out & connected),
                sa.func.count().filter(went_out & abandoned),
            )
        )
    ).one()
    for name, told, really in zip(("answered", "connected", "abandoned"), tally, counted, strict=True):
        if told != really:
            yield f"the tally says {told} calls were {name}, the attempts say {really}"


# -- at the moment of a kill -----------------------------------------------------------------------------------------


@contextmanager
def copied_store(store: Path) -> Iterator[sqlite3.Connection]:
    """The store as a power cut would leave it: its files are copied, and only the copy is opened."""
    with tempfile.TemporaryDirectory(prefix="minidialer-copy-") as folder:
        for suffix in ("", "-wal"):
            file = store.with_name(store.name + suffix)
            if file.exists():
                shutil.copyfile(file, Path(folder) / file.name)
        connection = sqlite3.connect(Path(folder) / store.name)
        try:
            yield connection
        finally:
            connection.close()


def promises_broken(store: sqlite3.Connection, ledger: Ledger) -> Iterator[str]:
    """What pages have said was saved or kept so far, and is not in this store."""
    saved = {row[0]: row[1] for row in store.execute("SELECT id, notes FROM attempt WHERE saved_at IS NOT NULL")}
    drafts = {row[0]: draft_serial(row[1]) for row in store.execute("SELECT attempt_id, notes FROM draft")}
    for attempt_id, form in ledger.saved.items():
        if saved.get(attempt_id) != form.notes:
            yield f"the form of attempt {attempt_id}, saved by {form.login}, was not in the store after a kill"
    for attempt_id, serial in ledger.drafts.items():
        if attempt_id not in saved and drafts.get(attempt_id, 0) < serial:
            yield f"draft {serial} of attempt {attempt_id} was not in the store after a kill"
