"""Earlier attempts as an agent reads them: people's and buttons' names, removed ones too, the latest first."""

import sqlalchemy as sa

from minidialer.domain.disposition import Disposition
from minidialer.domain.outcome import Outcome
from minidialer.store import agents, dispositions, leads, past_attempts
from minidialer.store.schema import attempt, lead

from .world import NOW, World, later


async def test_names_instead_of_ids(world: World) -> None:
    await world.add_leads([{}])
    async with world.db.write() as conn:
        sale = await dispositions.add(conn, Disposition(0, "sprzedaż"))
        nameless = await agents.add(conn, "103", NOW)
    agents_and_outcomes = (
        (world.anna.id, Outcome.ANSWERED),
        (nameless.id, Outcome.ANSWERED),
        (None, Outcome.BUSY),
        (None, None),
    )
    for minutes, (agent_id, outcome) in enumerate(agents_and_outcomes):
        (pick,) = await world.claim(1, later(minutes))
        values = {"agent_id": agent_id, "outcome": outcome, "state": "ended", "ended_at": later(minutes)}
        async with world.db.write() as conn:
            await conn.execute(sa.update(attempt).where(attempt.c.id == pick.attempt_id).values(values))
            await conn.execute(sa.update(lead).values(state="fresh"))
    async with world.db.write() as conn:
        told = {"disposition_id": sale.id, "notes": "Woli rano.", "dialled_at": later(0.5)}
        await conn.execute(sa.update(attempt).where(attempt.c.agent_id == world.anna.id).values(told))
        await dispositions.remove(conn, sale.id, NOW)
        await agents.remove(conn, world.anna.id, NOW)
    async with world.db.read() as conn:
        found = await past_attempts.of_lead(conn, pick.lead_id, most=9)
        latest = await past_attempts.of_lead(conn, pick.lead_id, most=2)
        kept, list_name = await leads.get_with_list(conn, pick.lead_id)
    assert [(it.at, it.outcome, it.agent, it.disposition, it.notes) for it in found] == [
        (later(3), None, "", "", ""),
        (later(2), Outcome.BUSY, "", "", ""),
        (later(1), Outcome.ANSWERED, "103", "", ""),
        (later(0.5), Outcome.ANSWERED, "Anna", "sprzedaż", "Woli rano."),
    ]
    assert latest == found[:2]
    assert (kept.lead, list_name) == (await world.lead(pick.lead_id), "Warszawa")
