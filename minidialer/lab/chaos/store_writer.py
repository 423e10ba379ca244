"""`python -m minidialer.lab.chaos.store_writer STORE`: writes as the daemon does, until it is ended.

After each commit it says on stdout what it has promised, one JSON object a line:
    attempts: ids of claimed attempts; saved: notes by the id of the attempt whose form was saved;
    salt, frames: which log the store has, and how many of its frames are committed
    synchronous: SQLite's setting; only with 2 (FULL) or more are those frames synced as well
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign, CampaignSettings
from minidialer.domain.commands import Claim, SaveAgent, SaveAttempt
from minidialer.domain.disposition import Disposition
from minidialer.domain.events import Pick
from minidialer.domain.outcome import Outcome
from minidialer.store import agents, campaigns, dispositions, forms, lists
from minidialer.store.database import Database
from minidialer.store.journal import Journal
from minidialer.store.schema import lead

from .log_file import index_header

_CHECKPOINT_EVERY = 7  # rounds: the log begins anew often


@dataclass
class _Office:
    """One campaign and one agent."""

    db: Database
    journal: Journal
    campaign: Campaign
    agent: Agent
    disposition_id: int
    serial: int = 0


async def _set_up(db: Database) -> _Office:
    now = datetime.now(UTC)
    async with db.write() as conn:
        some = await lists.add(conn, "power", now)
        campaign = await campaigns.add(conn, "power", now, settings=CampaignSettings(), list_id=some.id)
        agent = await agents.add(conn, "101", now)
        disposition = await dispositions.add(conn, Disposition(0, "sold", success=True))
    return _Office(db, Journal(db), campaign, agent, disposition.id)


async def _work(office: _Office) -> AsyncIterator[dict[str, object]]:
    """Lead in, claimed, called, talked to, form saved: what each commit has promised."""
    while True:
        pick = await _claimed(office)
        yield {"attempts": [pick.attempt_id]}
        now = datetime.now(UTC)
        call = Attempt(
            pick.attempt_id, office.campaign.id, pick.lead_id, pick.number, AttemptState.CONNECTED,
            agent_id=office.agent.id, dialled_at=now, answered_at=now, connected_at=now, state_since=now,
        )  # fmt: skip
        talking = replace(office.agent, state=AgentState.IN_CALL, since=now, attempt_id=pick.attempt_id)
        await office.journal.apply([SaveAttempt(call), SaveAgent(talking)])
        yield {}
        ended = replace(call, state=AttemptState.ENDED, outcome=Outcome.ANSWERED, ended_at=now + timedelta(seconds=1))
        await office.journal.apply([SaveAttempt(ended)])
        notes = f"talk {office.serial}"
        form = forms.Form(office.agent.id, pick.attempt_id, office.disposition_id, notes=notes)
        async with office.db.write() as conn:
            await forms.save(conn, form, datetime.now(UTC))
        yield {"saved": {str(pick.attempt_id): notes}}


async def _claimed(office: _Office) -> Pick:
    office.serial += 1
    list_id = office.campaign.list_id
    assert list_id is not None  # noqa: S101 — it was given one
    async with office.db.write() as conn:
        number = f"+48600{office.serial:06}"
        await conn.execute(sa.insert(lead), [{"list_id": list_id, "number": number, "fields": {"note": "x" * 200}}])
    claim = Claim(office.serial, office.campaign.id, list_id, 1, 0, datetime.now(UTC))
    (answer,) = await office.journal.apply([claim])
    return answer.picks[0]


async def _main(path: Path) -> None:
    async with Database.open(path) as db:
        office = await _set_up(db)
        async with db.write() as conn:
            synchronous = (await conn.execute(sa.text("PRAGMA synchronous"))).scalar_one()
        steps = 0
        async for promised in _work(office):
            salt, frames = index_header(path)
            line = json.dumps(promised | {"salt": salt.hex(), "frames": frames, "synchronous": synchronous})
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            steps += 1
            if steps % _CHECKPOINT_EVERY == 0:
                await db.checkpoint()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
