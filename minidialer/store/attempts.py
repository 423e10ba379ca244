"""Attempts: stored as the dialer reports them, and read back for the floor, histories and figures."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.attempt import Attempt
from minidialer.domain.events import Pick
from minidialer.domain.outcome import Outcome
from minidialer.domain.sentence import sentence

from .attempt_ids import first_id
from .schema import agent, attempt, lead

_PHONE_RINGS = timedelta(minutes=10)  # longer than an agent's phone rings between the attempt's row and the call
_TALK = timedelta(hours=4)  # longer than talks are, from the attempt's row until the customer is sent on
_SENT_OUTSIDE = str(sentence("transferred to {target}", target="+"))  # how the detail of such an attempt begins
_LATEST = 20_000  # more calls than any machine places in five seconds
_KEPT = (
    "state",
    "agent_id",
    "dialled_at",
    "answered_at",
    "connected_at",
    "ended_at",
    "state_since",
    "outcome",
    "cause",
    "detail",
    "queued",
    "letting_go",
    "on_hold",
)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt as history shows it: with the list it was of, and the form saved for it."""

    attempt: Attempt
    list_id: int
    disposition_id: int | None
    callback_at: datetime | None
    notes: str
    saved_at: datetime | None


async def save(conn: AsyncConnection, current: Attempt) -> bool:
    """Store the attempt as it is; False when it is not in the store (it was cancelled). An ended one stays ended."""
    stays_live = [] if not current.live else [attempt.c.ended_at.is_(None)]
    values = {name: getattr(current, name) for name in _KEPT}
    done = await conn.execute(sa.update(attempt).where(attempt.c.id == current.id, *stays_live).values(values))
    return done.rowcount > 0


async def settle(conn: AsyncConnection, attempt_id: int) -> bool:
    """Mark that its effect on the lead is stored; False when it was before. Whoever gets True stores the effect."""
    query = sa.update(attempt).where(attempt.c.id == attempt_id, ~attempt.c.settled).values(settled=True)
    return (await conn.execute(query)).rowcount > 0


async def cancel(conn: AsyncConnection, pick: Pick) -> bool:
    """Remove an attempt that never went out and put its lead back as it was; False when that is done already."""
    gone = await conn.execute(
        sa.delete(attempt).where(attempt.c.id == pick.attempt_id, attempt.c.dialled_at.is_(None), ~attempt.c.settled)
    )
    if gone.rowcount == 0:
        return False
    before = {"state": pick.lead_state, "due_at": pick.due_at}
    await conn.execute(sa.update(lead).where(lead.c.id == pick.lead_id).values(before))
    return True


async def live(conn: AsyncConnection) -> list[Attempt]:
    """All live attempts, the oldest first."""
    query = (
        sa.select(attempt, lead.c.attempts.label("tries"))
        .join(lead, lead.c.id == attempt.c.lead_id)
        .where(attempt.c.ended_at.is_(None))
    )
    # Sorted here: asked for the order of ids, SQLite reads all attempts there ever were instead of the live ones.
    rows = sorted((await conn.execute(query)).all(), key=lambda row: row.id)
    return [replace(_attempt(row), tries=row.tries) for row in rows]


async def starts_since(conn: AsyncConnection, since: datetime) -> list[tuple[int, datetime]]:
    """Campaign and time of each call that went out after `since`, the oldest first."""
    latest = (
        sa.select(attempt.c.campaign_id, attempt.c.dialled_at).order_by(attempt.c.id.desc()).limit(_LATEST).subquery()
    )
    query = sa.select(latest).where(latest.c.dialled_at > since).order_by(latest.c.dialled_at)
    return [(row.campaign_id, row.dialled_at) for row in await conn.execute(query)]


async def by_hand_since(conn: AsyncConnection, since: datetime) -> list[tuple[int, datetime]]:
    """Agent and time of each call placed by hand after `since`, or sent on to a telephone number; the oldest first."""
    called = sa.select(attempt.c.owner_id.label("agent_id"), attempt.c.dialled_at.label("at")).where(
        attempt.c.id >= first_id(since - _PHONE_RINGS), attempt.c.by_hand, attempt.c.dialled_at > since
    )
    sent = sa.select(attempt.c.agent_id, attempt.c.ended_at).where(
        attempt.c.id >= first_id(since - _TALK), attempt.c.ended_at > since, attempt.c.detail.startswith(_SENT_OUTSIDE)
    )
    rows = await conn.execute(sa.union_all(called, sent).order_by("at"))
    return [(row.agent_id, row.at) for row in rows if row.agent_id is not None]


async def unsettled(conn: AsyncConnection) -> list[Attempt]:
    """Ended attempts whose effect on the lead is not stored and whose form is open on no agent's page.

    There are none unless a write was lost or an agent was logged out by force; their leads wait for somebody to
    decide: the daemon feeds each the retry rule of `unknown` at start.
    """
    held = sa.exists().where(agent.c.attempt_id == attempt.c.id)
    query = sa.select(attempt).where(attempt.c.ended_at.is_not(None), ~attempt.c.settled, ~held).order_by(attempt.c.id)
    return [_attempt(row) for row in await conn.execute(query)]


async def of_lead(conn: AsyncConnection, lead_id: int) -> list[AttemptRecord]:
    """The lead's history, the oldest attempt first."""
    query = sa.select(attempt).where(attempt.c.lead_id == lead_id).order_by(attempt.c.id)
    return [_record(row) for row in await conn.execute(query)]


async def get(conn: AsyncConnection, attempt_id: int) -> AttemptRecord | None:
    """The attempt of this id."""
    row = (await conn.execute(sa.select(attempt).where(attempt.c.id == attempt_id))).first()
    return None if row is None else _record(row)


async def page(conn: AsyncConnection, *, after: int = 0, limit: int = 500) -> list[AttemptRecord]:
    """Attempts in the order they were made, those with an id above `after`; an empty page is the end."""
    query = sa.select(attempt).where(attempt.c.id > after).order_by(attempt.c.id).limit(limit)
    return [_record(row) for row in await conn.execute(query)]


async def outcomes(conn: AsyncConnection, campaign_id: int, since: datetime, until: datetime) -> dict[Outcome, int]:
    """How many attempts of the campaign ended with each outcome in this time."""
    query = (
        sa.select(attempt.c.outcome, sa.func.count())
        .where(attempt.c.campaign_id == campaign_id, attempt.c.ended_at >= since, attempt.c.ended_at < until)
        .group_by(attempt.c.outcome)
    )
    return {outcome: count for outcome, count in await conn.execute(query) if outcome is not None}


def _attempt(row: Any) -> Attempt:
    return Attempt(
        id=row.id,
        campaign_id=row.campaign_id,
        lead_id=row.lead_id,
        number=row.number,
        owner_id=row.owner_id,
        by_hand=row.by_hand,
        claimed_at=row.claimed_at,
        **{name: getattr(row, name) for name in _KEPT},
    )


def _record(row: Any) -> AttemptRecord:
    return AttemptRecord(_attempt(row), row.list_id, row.disposition_id, row.callback_at, row.notes, row.saved_at)
