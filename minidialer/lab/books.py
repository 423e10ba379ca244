"""The books of a run: what the store says after the daemon has stopped, held against the carrier's record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import AgentState
from minidialer.domain.lead import LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store.database import Database
from minidialer.store.schema import agent, attempt, disposition, lead

from .call_record import CarrierCall
from .reconcile import StoredAttempt, differences, forms_not_saved
from .result import Delays, DemoResult


async def read_books(
    store: Path, calls: Sequence[CarrierCall], *, version: str, imported: int, open_channels: int
) -> DemoResult:
    """Everything that does not add up is named in `differences`."""
    async with Database.open(store) as db, db.read() as conn:
        attempts = await _attempts(conn)
        left_live, missing = await lost_leads(conn, imported)
        stuck = await stuck_agents(conn)
    not_the_same = differences(calls, attempts)
    found = [
        *not_the_same,
        *forms_not_saved(attempts),
        *(f"Attempt {item.id} to {item.number} never ended." for item in attempts if item.outcome is None),
        *(f"Lead {number} is under way although nobody calls it." for number in left_live),
        *([f"{missing} of the imported leads are missing."] if missing else []),
        *(f"Agent {login} is {state} after the end of the shift." for login, state in stuck),
        *([f"{open_channels} channels are still open."] if open_channels else []),
    ]
    connected = [item for item in attempts if item.connected_at is not None]
    return DemoResult(
        asterisk_version=version,
        leads=imported,
        attempts=len(attempts),
        outcomes=_outcomes(attempts),
        connected=len(connected),
        abandoned=sum(item.outcome is Outcome.ABANDONED for item in attempts),
        dispositions=dict(Counter(item.disposition for item in attempts if item.disposition is not None)),
        answer_to_agent_ms=Delays.of(
            [
                (item.connected_at - item.answered_at).total_seconds()
                for item in connected
                if item.connected_at is not None and item.answered_at is not None
            ]
        ),
        lost=len(left_live) + missing,
        stuck_agents=len(stuck),
        open_channels=open_channels,
        reconciled=not not_the_same,
        differences=found,
    )


def _outcomes(attempts: Sequence[StoredAttempt]) -> dict[str, int]:
    counts = Counter(item.outcome for item in attempts)
    return {outcome.value: counts[outcome] for outcome in Outcome}


async def _attempts(conn: AsyncConnection) -> list[StoredAttempt]:
    query = sa.select(
        attempt.c.id,
        attempt.c.number,
        attempt.c.outcome,
        agent.c.login.label("agent"),
        attempt.c.dialled_at,
        attempt.c.answered_at,
        attempt.c.connected_at,
        disposition.c.name.label("disposition"),
    ).select_from(
        attempt.outerjoin(agent, agent.c.id == attempt.c.agent_id).outerjoin(
            disposition, disposition.c.id == attempt.c.disposition_id
        )
    )
    return [StoredAttempt(**row._mapping) for row in await conn.execute(query)]


async def lost_leads(conn: AsyncConnection, imported: int) -> tuple[list[str], int]:
    """Numbers of leads that are marked as being called, and how many imported leads are not there at all."""
    live = await conn.execute(sa.select(lead.c.number).where(lead.c.state == LeadState.LIVE))
    present = await conn.scalar(sa.select(sa.func.count()).select_from(lead))
    return list(live.scalars()), max(0, imported - (present or 0))  # a supervisor may have imported more


async def stuck_agents(conn: AsyncConnection) -> list[tuple[str, str]]:
    """Login and state of everybody who is not logged out."""
    query = sa.select(agent.c.login, agent.c.state).where(agent.c.state != AgentState.LOGGED_OUT)
    return [(row.login, row.state) for row in await conn.execute(query)]
