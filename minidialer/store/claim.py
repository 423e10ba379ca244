"""Claims: the leads to call next, in the order of `domain.selection`, and the rows of their attempts.

Every class of the order has an index of the leads that may be called, sorted as they are called. A claim seeks the
first due entry in each and reads only what it takes, however many leads of the list are closed, exhausted, not due or
not to be called. Exhausted retries lie behind `max_retries` in their index, for retries are sought by tries. Passed
over are only leads whose number has a live attempt of another list: fewer than there are live attempts.
"""

from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.attempt import AttemptState
from minidialer.domain.commands import Claim, ClaimLead, ClaimPrivate
from minidialer.domain.events import Pick
from minidialer.domain.lead import LeadState

from .attempt_ids import new_ids
from .schema import attempt, handed_out, lead, offered

_LIVE_NUMBERS = sa.exists().where(attempt.c.number == lead.c.number, attempt.c.ended_at.is_(None))


def _due(state: LeadState, *, private: bool, tries: bool = False) -> sa.Select[tuple[Any, ...]]:
    """Due leads of one class, in its order. Parameters: list_id, now, most; owner_id (private), tries (retries)."""
    owner = lead.c.owner_id == sa.bindparam("owner_id") if private else lead.c.owner_id.is_(None)
    query = (
        sa.select(lead.c.id, lead.c.number, lead.c.state, lead.c.due_at, lead.c.owner_id, lead.c.attempts)
        .where(
            lead.c.list_id == sa.bindparam("list_id"),
            owner,
            offered(state),
            lead.c.due_at <= sa.bindparam("now"),
            ~_LIVE_NUMBERS,
        )
        .order_by(lead.c.due_at, lead.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    return query.where(lead.c.attempts == sa.bindparam("tries")) if tries else query


def _next_tries(*, private: bool) -> sa.Select[int | None]:
    """The smallest count of tries above `tries` that a retry has: one seek."""
    owner = lead.c.owner_id == sa.bindparam("owner_id") if private else lead.c.owner_id.is_(None)
    return sa.select(sa.func.min(lead.c.attempts)).where(
        lead.c.list_id == sa.bindparam("list_id"),
        owner,
        offered(LeadState.RETRY),
        lead.c.attempts > sa.bindparam("tries"),
    )


_CALLBACKS = {private: _due(LeadState.CALLBACK, private=private) for private in (False, True)}
_RETRIES = {private: _due(LeadState.RETRY, private=private, tries=True) for private in (False, True)}
_FRESH = {private: _due(LeadState.FRESH, private=private) for private in (False, True)}
_TRIES = {private: _next_tries(private=private) for private in (False, True)}


async def claim(conn: AsyncConnection, command: Claim) -> tuple[Pick, ...]:
    """Pick up to `count` due leads that nobody owns, and write their attempts."""
    rows = await _first_due(conn, command, None, command.count)
    return await _write_attempts(conn, command, rows)


async def claim_private(conn: AsyncConnection, command: ClaimPrivate) -> tuple[Pick, ...]:
    """Pick at most one due lead of each of these owners, and write their attempts."""
    rows = []
    for owner_id in dict.fromkeys(command.owner_ids):
        rows += await _first_due(conn, command, owner_id, 1)
    return await _write_attempts(conn, command, rows)


async def claim_lead(conn: AsyncConnection, command: ClaimLead) -> tuple[Pick, ...]:
    """Write an attempt to this one lead for this agent; none when it may not be called, by this agent, or just now.

    A lead handed out to the agent stays so until the call changes it: a cancelled attempt puts it back as it was.
    """
    handed = sa.exists().where(handed_out.c.lead_id == lead.c.id, handed_out.c.agent_id == command.agent_id)
    to_call = lead.c.state.in_((LeadState.CALLBACK, LeadState.RETRY, LeadState.FRESH))
    live = sa.exists().where(attempt.c.lead_id == lead.c.id, ~attempt.c.settled)  # called, or its form still open
    query = sa.select(lead.c.id, lead.c.number, lead.c.state, lead.c.due_at, lead.c.owner_id, lead.c.attempts).where(
        lead.c.id == command.lead_id,
        lead.c.list_id == command.list_id,
        ~lead.c.do_not_call,
        sa.or_(lead.c.owner_id.is_(None), lead.c.owner_id == command.agent_id),
        sa.or_(to_call, sa.and_(lead.c.state == LeadState.LIVE, handed, ~live)),
        ~_LIVE_NUMBERS,
    )
    return await _write_attempts(conn, command, list(await conn.execute(query)), command.agent_id)


async def first_due(conn: AsyncConnection, command: Claim) -> list[Any]:
    """The leads a claim would take: id, number, state, due_at, owner_id, attempts."""
    return await _first_due(conn, command, None, command.count)


async def _first_due(
    conn: AsyncConnection, command: Claim | ClaimPrivate, owner_id: int | None, count: int
) -> list[Any]:
    """The first due leads, at most `count`: callbacks, then retries by tries, then fresh ones."""
    private = owner_id is not None
    about: dict[str, Any] = {"list_id": command.list_id, "owner_id": owner_id, "now": command.now}
    found = list(await conn.execute(_CALLBACKS[private], about | {"most": count}))
    if len(found) < count:
        async for tries in _tries_of_retries(conn, about, command.max_retries):
            found += await conn.execute(_RETRIES[private], about | {"tries": tries, "most": count - len(found)})
            if len(found) >= count:
                break
    if len(found) < count:
        found += await conn.execute(_FRESH[private], about | {"most": count - len(found)})
    return found


async def _tries_of_retries(conn: AsyncConnection, about: dict[str, Any], max_retries: int) -> AsyncIterator[int]:
    """The counts of tries there are among retries, from the smallest up to the limit."""
    query = _TRIES[about["owner_id"] is not None]
    tries = -1
    while True:
        following = (await conn.execute(query, about | {"tries": tries})).scalar_one()
        if following is None or following > max_retries:
            return
        tries = following
        yield tries


async def _write_attempts(
    conn: AsyncConnection, command: Claim | ClaimPrivate | ClaimLead, rows: list[Any], agent_id: int | None = None
) -> tuple[Pick, ...]:
    """`agent_id`: who calls by hand, and is then the one the attempts are for."""
    ids = await new_ids(conn, len(rows), command.now)
    picks = tuple(
        Pick(attempt_id, row.id, row.number, row.state, row.due_at, agent_id or row.owner_id, row.attempts)
        for attempt_id, row in zip(ids, rows, strict=True)
    )
    if not picks:
        return ()
    common = {
        "campaign_id": command.campaign_id,
        "list_id": command.list_id,
        "state": AttemptState.CLAIMED,
        "claimed_at": command.now,
        "state_since": command.now,
        "by_hand": agent_id is not None,
    }
    await conn.execute(
        sa.insert(attempt),
        [
            common | {"id": pick.attempt_id, "lead_id": pick.lead_id, "number": pick.number, "owner_id": pick.owner_id}
            for pick in picks
        ],
    )
    live = sa.update(lead).where(lead.c.id == sa.bindparam("of")).values(state=LeadState.LIVE)
    await conn.execute(live, [{"of": pick.lead_id} for pick in picks])
    return picks
