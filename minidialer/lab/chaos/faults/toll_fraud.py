"""An agent tries to have the dialer call numbers that cost: the carrier's record tells what came of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from minidialer.control.models import base, lists
from minidialer.lab.chaos.call_centre import LIST, CallCentre, Plan, until
from minidialer.lab.chaos.context import Context
from minidialer.lab.chaos.fault import Fault
from minidialer.lab.chaos.findings import Findings
from minidialer.lab.chaos.fraudster import NOT_TO_CALL, PREMIUM, Fraudster
from minidialer.lab.chaos.outcome import Outcome
from minidialer.lab.chaos.shift import leads_for, work_through
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError

AN_HOUR = 2
"""Calls by hand the settings allow an agent in an hour."""
CLICKS = 3  # each time
LOOKED_AT = 60.0  # seconds until the dialer has come across the numbers that were put into its list


class Fraud:
    """What an agent got in the whole shift."""

    def __init__(self) -> None:
        self.called: set[str] = set()

    async def happens(self, _context: Context, centre: CallCentre, findings: Findings) -> None:
        """The list holds numbers that may not be called; an agent asks for those, for others', and for too many."""
        centre.not_to_call |= set(NOT_TO_CALL)
        login = list(centre.passwords)[-1]
        await asyncio.to_thread(_plant, centre, login, NOT_TO_CALL[::2])
        agent = Fraudster(centre, login)
        await agent.defraud(CLICKS)
        findings.doubled(*(f"{what} was not refused" for what in agent.accepted))
        self.called |= agent.called
        await asyncio.to_thread(_plant, centre, None, NOT_TO_CALL[1::2])
        await centre.ask(lists.CHANGED, base.Named(name=LIST))

        async def refused() -> bool:
            return await asyncio.to_thread(_refused, centre)

        if await until(refused, LOOKED_AT, every=0.5) is None:
            raise LabError("The dialer did not come to the numbers it may not call: nothing was tried.")

    def check(self, centre: CallCentre, findings: Findings) -> None:
        """After the shift: nobody was called who is no lead, and not too many by hand."""
        with closing(sqlite3.connect(centre.daemon.store)) as store:
            known = {row[0] for row in store.execute("SELECT number FROM lead")}
        calls = centre.lab.carrier.calls()
        findings.doubled(*(f"{call.number} was called, which is no lead" for call in calls if call.number not in known))
        by_hand = [call for call in calls if call.number in self.called]
        if not by_hand:
            raise LabError("Nobody was called by hand: nothing was tried.")
        findings.doubled(
            *(f"{call.number} was called by hand, beyond the {AN_HOUR} of an hour" for call in by_hand[AN_HOUR:])
        )


def _plant(centre: CallCentre, login: str | None, numbers: Sequence[str]) -> None:
    """Leads as if imported under other settings, due at once: for this agent alone, or for everybody."""
    with closing(sqlite3.connect(centre.daemon.store, timeout=30)) as store, store:
        store.executemany(
            "INSERT OR IGNORE INTO lead (state, due_at, fields, list_id, number, owner_id) VALUES ('callback', 0, '{}',"
            " (SELECT id FROM lead_list WHERE name = ?), ?, (SELECT id FROM agent WHERE login = ?))",
            [(LIST, number, login) for number in numbers],
        )


def _refused(centre: CallCentre) -> bool:
    """Has the dialer looked at all of those that are for everybody?"""
    with closing(sqlite3.connect(centre.daemon.store, timeout=30)) as store:
        looked_at = {row[0] for row in store.execute("SELECT number FROM attempt WHERE ended_at IS NOT NULL")}
    return looked_at.issuperset(NOT_TO_CALL[1::2])


def furnish(daemon: DaemonProcess) -> None:
    """With a cap that is reached, and prefixes that would let what costs through."""
    prefixes = json.dumps([number[:5] for number in PREMIUM])
    daemon.pages += f"calls_by_hand_per_hour = {AN_HOUR}\ntransfer_prefixes = {prefixes}\n"


async def _run(context: Context) -> Outcome:
    fraud = Fraud()
    plan = Plan(leads_for(context), idle=1, furnish=furnish)
    findings = await work_through(context, [fraud.happens], plan, check=fraud.check)
    return findings.outcome("toll-fraud", context.times)


FAULTS = (
    Fault(
        "toll-fraud",
        "An agent asks for premium and foreign numbers, for no leads, for transfers anywhere, and for too many calls.",
        _run,
        times=10,
        short=1,
    ),
)
