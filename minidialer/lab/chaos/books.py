"""The books after faults: each call of the carrier's is one attempt, and all that pages promised is in the store."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import tempfile
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.outcome import Outcome
from minidialer.lab.books import lost_leads, stuck_agents
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.reconcile import expected_outcomes
from minidialer.store.database import Database
from minidialer.store.schema import agent, attempt, call_tally, disposition

from .call_centre import RETRY_MINUTES, CallCentre, Trouble
from .findings import Findings
from .ledger import Ledger, draft_serial

_SLACK = timedelta(seconds=0.5)  # between the clocks of a row here and of the carrier's record


@dataclass(frozen=True)
class BookedAttempt:
    """An attempt as the store has it."""

    id: int
    number: str
    outcome: Outcome | None
    agent: str | None
    claimed_at: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    notes: str
    saved_at: datetime | None


async def check_books(centre: CallCentre, findings: Findings, *, talks_may_end: bool = False) -> None:
    """After the shift, with the daemon stopped. talks_may_end: the fault ends talks by itself."""
    async with Database.open(centre.daemon.store) as db, db.read() as conn:
        attempts = await _attempts(conn)
        live, missing = await lost_leads(conn, centre.plan.leads)
        agents = await stuck_agents(conn)
        findings.lost(*[text async for text in _tally_errors(conn)])
    calls = centre.lab.carrier.calls()
    findings.stuck(
        *(f"attempt {item.id} to {item.number} never ended" for item in attempts if item.ended_at is None),
        *(f"lead {number} is under way although nobody calls it" for number in live),
        *(f"agent {login} is {state} after the shift" for login, state in agents),
    )
    if missing:
        findings.lost(f"{missing} of the leads are missing")
    _compare(calls, attempts, centre.troubles, findings)
    findings.doubled(*_doubled(calls, attempts))
    findings.lost(*_unsaved(centre.ledger, attempts))
    if not talks_may_end:
        findings.lost(*_cut_off(calls, attempts, centre.ledger))


async def _attempts(conn: AsyncConnection) -> list[BookedAttempt]:
    names = [name for name in BookedAttempt.__dataclass_fields__ if name not in ("agent", "disposition")]
    query = sa.select(
        *(attempt.c[name] for name in names), agent.c.login.label("agent"), disposition.c.name.label("disposition")
    ).select_from(
        attempt.outerjoin(agent, agent.c.id == attempt.c.agent_id).outerjoin(
            disposition, disposition.c.id == attempt.c.disposition_id
        )
    )
    rows = await conn.execute(query.order_by(attempt.c.id))
    return [BookedAttempt(**row._mapping) for row in rows]


# -- calls and attempts ----------------------------------------------------------------------------------------------


def _compare(
    calls: Sequence[CarrierCall], attempts: Sequence[BookedAttempt], troubles: Sequence[Trouble], findings: Findings
) -> None:
    """Each call belongs to the last attempt to its number that was claimed before it; attempts never overlap."""
    by_number: dict[str, list[BookedAttempt]] = defaultdict(list)
    for item in attempts:
        by_number[item.number].append(item)
    call_of: dict[int, CarrierCall] = {}
    for call in sorted(calls, key=lambda item: item.started):
        mine = by_number[call.number]
        place = bisect_right(mine, call.started + _SLACK, key=lambda item: item.claimed_at)
        if place == 0:
            findings.lost(f"the carrier's call to {call.number} at {call.started:%H:%M:%S.%f} has no attempt")
        elif mine[place - 1].id in call_of:
            findings.doubled(f"attempt {mine[place - 1].id} called {call.number} twice")
        else:
            call_of[mine[place - 1].id] = call
    for item in attempts:
        findings.lost(*_told_wrong(item, call_of.get(item.id), troubles))


def _told_wrong(item: BookedAttempt, call: CarrierCall | None, troubles: Sequence[Trouble]) -> Iterator[str]:
    unknown = item.outcome is Outcome.UNKNOWN and any(_touches(item, trouble) for trouble in troubles)
    if item.outcome in (Outcome.FAILED, None) or unknown:
        return
    if call is None:
        yield f"attempt {item.id} to {item.number} is {item.outcome}, and the carrier knows of no such call"
    elif item.outcome not in expected_outcomes(call):
        yield f"attempt {item.id} to {item.number} is {item.outcome}, the carrier says {call.behaviour}"


def _touches(item: BookedAttempt, trouble: Trouble) -> bool:
    ended = item.ended_at or trouble.begin
    return item.claimed_at <= trouble.end and ended >= trouble.begin


def _doubled(calls: Sequence[CarrierCall], attempts: Sequence[BookedAttempt]) -> Iterator[str]:
    """Calls to a number that was being called, that was called too short a time ago, or whose talk is done with."""
    calls_to: dict[str, list[CarrierCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda item: item.started):
        calls_to[call.number].append(call)
    for number, mine in calls_to.items():
        for before, after in itertools.pairwise(mine):
            if after.started < before.ended and after.started - before.started < timedelta(minutes=RETRY_MINUTES):
                yield f"{number} was called while it was being called, at {after.started:%H:%M:%S.%f}"
    done: dict[str, BookedAttempt] = {}
    ended: dict[str, BookedAttempt] = {}
    for item in attempts:
        if item.number in done:
            yield f"{item.number} was called again after its disposition “{done[item.number].disposition}”"
        last = ended.get(item.number)
        if last is not None and last.ended_at is not None and last.outcome is not Outcome.ANSWERED:
            soon = last.ended_at + timedelta(minutes=RETRY_MINUTES) - _SLACK
            if item.claimed_at < soon:
                yield f"{item.number} was called again {item.claimed_at - last.ended_at} after the last try"
        ended[item.number] = item
        if item.saved_at is not None:
            done[item.number] = item


# -- talks and forms -------------------------------------------------------------------------------------------------


def _unsaved(ledger: Ledger, attempts: Sequence[BookedAttempt]) -> Iterator[str]:
    """What a page said was saved, and is not; and talks without a disposition."""
    by_id = {item.id: item for item in attempts}
    for attempt_id, saved in ledger.saved.items():
        item = by_id.get(attempt_id)
        if item is None or (item.agent, item.disposition, item.notes) != (saved.login, saved.disposition, saved.notes):
            yield f"the form of attempt {attempt_id}, saved by {saved.login}, is not in the store as it was saved"
    for item in attempts:
        if item.outcome is Outcome.ANSWERED and item.disposition is None:
            yield f"attempt {item.id} to {item.number} was a talk with {item.agent} and has no disposition"


def _cut_off(calls: Sequence[CarrierCall], attempts: Sequence[BookedAttempt], ledger: Ledger) -> Iterator[str]:
    """Talks that neither the customer nor the agent ended."""
    talks = {(item.number, item.id): item for item in attempts if item.connected_at is not None}
    for (number, attempt_id), item in talks.items():
        for call in calls:
            mine = call.number == number and call.started >= item.claimed_at - _SLACK
            if mine and item.connected_at and item.connected_at <= call.ended and call.ended_by == "caller":
                if attempt_id not in ledger.hung_up:
                    yield f"the talk of attempt {attempt_id} to {number} was cut off at {call.ended:%H:%M:%S.%f}"
                break


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
