"""Backups are taken while calls flow: each is of one moment, holds all that was promised before it, and restores."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from minidialer.lab.chaos.books import promises_broken
from minidialer.lab.chaos.call_centre import CallCentre, Plan
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.ledger import Ledger
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import leads_for, work_through
from minidialer.lab.errors import LabError
from minidialer.lab.supervising import command
from minidialer.store.audit import AuditLine
from minidialer.store.restore import restore

NAME = "backup-taken"


async def is_backed_up(folder: Path, context: Context, centre: CallCentre, findings: Findings) -> None:
    """One backup, by the command line as systemd's timer does it, looked through and restored elsewhere."""
    promised = Ledger(saved=dict(centre.ledger.saved), drafts=dict(centre.ledger.drafts))
    file = folder / f"{time.time_ns()}.sqlite"
    try:
        told = (await command(centre.daemon, "backup", str(file)))["rows"]
    except LabError as error:
        findings.lost(f"a backup failed: {error}")
        return
    findings.lost(*await asyncio.to_thread(_missing, file, told, promised))
    began = time.monotonic()
    line = AuditLine(datetime.now(UTC), "store.restore", file.name)
    elsewhere = context.home / "restored" / file.name
    done = await asyncio.to_thread(restore, file, elsewhere, lambda _share: None, line)
    findings.recovered(time.monotonic() - began)
    rows = done.contents.rows
    if rows != done.backup.rows | {"audit": done.backup.rows["audit"] + 1}:
        findings.lost(f"{file.name} was restored with other rows than it has")


def _missing(file: Path, told: dict[str, int], promised: Ledger) -> list[str]:
    with closing(sqlite3.connect(file)) as copy:
        return [*_of_two_moments(copy), *_miscounted(copy, told), *promises_broken(copy, promised)]


def _of_two_moments(copy: sqlite3.Connection) -> Iterator[str]:
    halves = """
        SELECT count(*) FROM lead WHERE (state = 'live') <> (
            id IN (SELECT lead_id FROM attempt WHERE NOT settled) OR id IN (SELECT lead_id FROM handed_out))"""
    (count,) = copy.execute(halves).fetchone()
    if count:
        yield f"in a backup, {count} leads and their attempts are of different moments"
    tally = "SELECT coalesce(sum(attempts), 0) FROM call_tally WHERE span = 60"
    if copy.execute(tally).fetchone() != copy.execute("SELECT count(dialled_at) FROM attempt").fetchone():
        yield "in a backup, the tally of calls is of another moment than the calls"


def _miscounted(copy: sqlite3.Connection, told: dict[str, int]) -> Iterator[str]:
    for table, count in told.items():
        (there,) = copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 — our own tables
        if there != count:
            yield f"a backup has {there} rows of {table}, and {count} were told"


async def _run(context: Context) -> Outcome:
    folder = context.home / "backups"
    folder.mkdir()
    findings = await work_through(context, [partial(is_backed_up, folder)], Plan(leads_for(context)))
    return findings.outcome(NAME, context.times)


FAULTS = (Fault(NAME, "The store is backed up while calls flow, and the copy restored.", _run, times=20, short=1),)
