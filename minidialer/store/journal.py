"""The journal: writes what the dialer decided, one batch a transaction.

A batch may be given again after its commit was uncertain (the disk failed, the task was cancelled): whatever it
already did is not done twice. An attempt changes its lead once (`settled`), a cancelled attempt is cancelled once, a
claim whose attempts turn out to be in the store is answered with those.
"""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimLead,
    ClaimPrivate,
    Command,
    SaveAgent,
    SaveAttempt,
    StopCampaign,
)
from minidialer.domain.events import AttemptsClaimed, Pick

from . import agent_runtime, attempts, audit, leads
from .claim import claim, claim_lead, claim_private
from .database import Database
from .schema import attempt, campaign

_log = logging.getLogger(__name__)


class Journal:
    """Writes the dialer's commands into one store. One journal a dialer: claims are known by their `claim_id`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._uncertain: dict[int, tuple[Pick, ...]] = {}  # answers to claims whose commit nobody saw

    async def apply(self, commands: Sequence[Command]) -> list[AttemptsClaimed]:
        """Write the commands in order, in one transaction; returns the answers to the claims, in order.

        A claim that cannot be written is answered with `failed`; any other command that the store refuses is logged
        and left out, and the rest of the batch is written. Raises when the store as a whole cannot be written
        (disk full, locked): nothing of the batch is stored then, or all of it; give the same batch again. No commands
        at all are a write that changes nothing.
        """
        if not commands:
            await self._db.touch()
            return []
        try:
            return await self._write(commands, one_by_one=False)
        except sa.exc.StatementError as error:
            if isinstance(error, sa.exc.OperationalError):
                raise
            _log.error("One of %d commands was refused: %s", len(commands), error, extra={"action": "journal"})
        return await self._write(commands, one_by_one=True)

    async def _write(self, commands: Sequence[Command], *, one_by_one: bool) -> list[AttemptsClaimed]:
        answers: list[AttemptsClaimed] = []
        committing = False
        try:
            async with self._db.write(first=True) as conn:
                for command in commands:
                    if isinstance(command, Claim | ClaimPrivate | ClaimLead):
                        answers.append(await self._claim(conn, command))
                    elif one_by_one:
                        await _apply_alone(conn, command)
                    else:
                        await _apply(conn, command)
                committing = True
        except BaseException:
            if committing:
                self._uncertain |= {answer.claim_id: answer.picks for answer in answers if answer.picks}
            raise
        for answer in answers:
            self._uncertain.pop(answer.claim_id, None)
        return answers

    async def _claim(self, conn: AsyncConnection, command: Claim | ClaimPrivate | ClaimLead) -> AttemptsClaimed:
        """In a savepoint of its own: when it fails, the other writes of the batch stay."""
        stored = self._uncertain.get(command.claim_id, ())
        if stored and await _is_there(conn, stored[0]):
            return AttemptsClaimed(command.claim_id, stored)
        try:
            async with conn.begin_nested():
                return AttemptsClaimed(command.claim_id, await _picked(conn, command))
        except sa.exc.StatementError as error:
            if isinstance(error, sa.exc.OperationalError):
                raise
            _log.exception("Claim %d was refused", command.claim_id, extra={"action": "claim"})
            return AttemptsClaimed(command.claim_id, failed=True)


async def _picked(conn: AsyncConnection, command: Claim | ClaimPrivate | ClaimLead) -> tuple[Pick, ...]:
    if isinstance(command, Claim):
        return await claim(conn, command)
    return await (claim_private(conn, command) if isinstance(command, ClaimPrivate) else claim_lead(conn, command))


async def _is_there(conn: AsyncConnection, pick: Pick) -> bool:
    """A transaction is stored whole or not at all, so one attempt of a claim tells of all."""
    query = sa.select(attempt.c.id).where(attempt.c.id == pick.attempt_id, attempt.c.lead_id == pick.lead_id)
    return (await conn.execute(query)).first() is not None


async def _apply_alone(conn: AsyncConnection, command: Command) -> None:
    try:
        async with conn.begin_nested():
            await _apply(conn, command)
    except sa.exc.StatementError as error:
        if isinstance(error, sa.exc.OperationalError):
            raise
        _log.exception("The store refused %r", command, extra={"action": "journal"})


async def _apply(conn: AsyncConnection, command: Command) -> None:
    match command:
        case SaveAttempt():
            await _save_attempt(conn, command)
        case SaveAgent(agent):
            await agent_runtime.save(conn, agent)
        case CancelAttempt(pick):
            await attempts.cancel(conn, pick)
        case StopCampaign():
            await _stop_campaign(conn, command)
        case _:
            raise TypeError(f"{command!r} is no command for the store.")


async def _stop_campaign(conn: AsyncConnection, command: StopCampaign) -> None:
    """Stop it and say so in the audit trail, once however often the batch is given."""
    running = sa.and_(campaign.c.id == command.campaign_id, campaign.c.status == CampaignStatus.RUNNING)
    name = (await conn.execute(sa.select(campaign.c.name).where(running))).scalar()
    if name is None:
        return
    stopped = {"status": CampaignStatus.STOPPED.value, "status_reason": command.reason}
    await conn.execute(sa.update(campaign).where(running).values(stopped))
    before = {"status": CampaignStatus.RUNNING.value}
    await audit.record(conn, audit.AuditLine(command.now, "campaign.stop", name, before=before, after=stopped))


async def _save_attempt(conn: AsyncConnection, command: SaveAttempt) -> None:
    saved = command.attempt
    if not await attempts.save(conn, saved):
        _log.warning(
            "Attempt %d is not live in the store", saved.id, extra={"action": "save_attempt", "attempt": saved.id}
        )
        return
    if command.lead is not None and await attempts.settle(conn, saved.id):
        await leads.change(conn, saved.lead_id, command.lead)
