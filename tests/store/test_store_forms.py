"""Forms: one save an attempt, whole, and what it does to the lead."""

from dataclasses import replace
from typing import Any

import pytest

from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import CampaignSettings, PrivateLeads
from minidialer.domain.commands import SaveAgent, SaveAttempt
from minidialer.domain.disposition import CallbackTimeError, Disposition
from minidialer.domain.events import FormSaved, Pick
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store import agents, attempts, campaigns, dispositions, forms, leads, recovery
from minidialer.store.errors import FormError, NotFoundError
from minidialer.store.forms import Form

from .world import NOW, World, later

SALE = Disposition(0, "Sprzedaż", success=True)
CALLBACK = Disposition(0, "Zadzwoń później", asks_callback=True)
MINE = Disposition(0, "Mój klient", private=True)
NEVER = Disposition(0, "Nie dzwonić", do_not_call=True)


async def _talk(world: World, *, over: bool = True) -> Pick:
    """Anna talks, or has talked, with the first lead."""
    await world.add_leads([{"fields": {"imię": "Jan", "miasto": "Łódź"}, "attempts": 2}])
    (pick,) = await world.claim(1)
    talk = world.attempt(pick, state=AttemptState.CONNECTED, agent_id=world.anna.id, dialled_at=NOW, connected_at=NOW)
    agent = replace(world.anna, state=AgentState.IN_CALL, since=NOW, attempt_id=pick.attempt_id)
    await world.journal.apply([SaveAttempt(talk), SaveAgent(agent)])
    if over:
        ended = replace(talk, state=AttemptState.ENDED, ended_at=later(3), outcome=Outcome.ANSWERED)
        await world.journal.apply([SaveAttempt(ended), SaveAgent(replace(agent, state=AgentState.WRAP_UP))])
    return pick


async def _save(world: World, pick: Pick, disposition: Disposition, **more: Any) -> LeadChange:
    async with world.db.write() as conn:
        added = await dispositions.add(conn, disposition)
    form = Form(**{"agent_id": world.anna.id, "attempt_id": pick.attempt_id, "disposition_id": added.id} | more)
    async with world.db.write() as conn:
        return await forms.save(conn, form, later(4))


@pytest.mark.parametrize("over", [True, False])
async def test_a_form_is_saved_whole(world: World, over: bool) -> None:
    pick = await _talk(world, over=over)
    await _save(world, pick, SALE, notes="chce fakturę", fields={"miasto": "Gdańsk", "NIP": "1"})
    async with world.db.read() as conn:
        record = await leads.get(conn, pick.lead_id)
        (attempt,) = await attempts.of_lead(conn, pick.lead_id)
        anna = await agents.get(conn, world.anna.id)
    assert (record.lead.state, record.lead.attempts) == (LeadState.CLOSED, 3)
    assert list(record.lead.fields.items()) == [("imię", "Jan"), ("miasto", "Gdańsk"), ("NIP", "1")]
    assert (record.notes, record.disposition_id) == ("chce fakturę", 1)
    assert (attempt.disposition_id, attempt.notes, attempt.saved_at) == (1, "chce fakturę", later(4))
    assert anna.saved


async def test_the_end_of_the_talk_after_the_form_changes_nothing_of_it(world: World) -> None:
    pick = await _talk(world, over=False)
    await _save(world, pick, CALLBACK, callback_at=later(600))
    ended = world.ended(pick, agent_id=world.anna.id, outcome=Outcome.ANSWERED)
    await world.journal.apply([SaveAttempt(ended, LeadChange(LeadState.RETRY, later(5)))])
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.due_at, lead.attempts) == (LeadState.CALLBACK, later(600), 0)


async def test_a_form_after_the_retry_rule_wins_and_counts_the_attempt_once(world: World) -> None:
    pick = await _talk(world, over=False)
    ended = world.ended(pick, agent_id=world.anna.id, connected_at=NOW, outcome=Outcome.UNKNOWN)
    await world.journal.apply([SaveAttempt(ended, LeadChange(LeadState.RETRY, later(5)))])
    await _save(world, pick, SALE)
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.attempts) == (LeadState.CLOSED, 3)


async def test_a_second_save_is_refused_and_changes_nothing(world: World) -> None:
    pick = await _talk(world)
    await _save(world, pick, SALE, notes="first")
    with pytest.raises(FormError, match="saved already"):
        await _save(world, pick, NEVER, notes="second", fields={"imię": "X"})
    async with world.db.read() as conn:
        record = await leads.get(conn, pick.lead_id)
    assert (record.notes, record.lead.do_not_call, record.lead.fields["imię"]) == ("first", False, "Jan")


async def test_only_the_agent_who_talked_may_save(world: World) -> None:
    pick = await _talk(world)
    for wrong in ({"agent_id": world.bob.id}, {"attempt_id": 1}):
        with pytest.raises(FormError, match="not a talk of yours"):
            await _save(world, pick, replace(SALE, name=str(wrong)), **wrong)


async def test_a_bad_form_leaves_everything_as_it_was(world: World) -> None:
    pick = await _talk(world)
    with pytest.raises(CallbackTimeError):
        await _save(world, pick, CALLBACK, callback_at=None, notes="lost", fields={"imię": "lost"})
    with pytest.raises(NotFoundError):
        await _save(world, pick, SALE, disposition_id=99)
    async with world.db.read() as conn:
        record = await leads.get(conn, pick.lead_id)
        (attempt,) = await attempts.of_lead(conn, pick.lead_id)
    assert (record.lead.state, record.notes, attempt.saved_at) == (LeadState.LIVE, "", None)


@pytest.mark.parametrize("mode", PrivateLeads)
async def test_a_private_disposition_makes_the_lead_the_agents_own_unless_switched_off(
    world: World, mode: PrivateLeads
) -> None:
    async with world.db.write() as conn:
        settings = CampaignSettings(private_leads=mode)
        await campaigns.save(conn, replace(world.campaign, settings=settings))
    pick = await _talk(world)
    await _save(world, pick, MINE)
    lead = await world.lead(pick.lead_id)
    assert lead.owner_id == (None if mode is PrivateLeads.OFF else world.anna.id)
    assert await world.claim(1, now=later(999)) == ()
    assert len(await world.claim_private(world.anna.id, now=later(999))) == (mode is not PrivateLeads.OFF)


async def test_do_not_call_is_kept(world: World) -> None:
    pick = await _talk(world)
    await _save(world, pick, NEVER)
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.do_not_call) == (LeadState.CLOSED, True)


async def test_a_daemon_that_died_after_the_save_knows_at_its_next_start(world: World) -> None:
    pick = await _talk(world)
    await _save(world, pick, SALE)
    async with world.db.write() as conn:
        assert await recovery.saved_forms(conn) == [FormSaved(world.anna.id, pick.attempt_id)]
        assert await recovery.settle_lost(conn, NOW) == 0


async def test_a_lead_no_attempt_decided_on_is_called_again(world: World) -> None:
    pick = await _talk(world)
    await world.journal.apply([SaveAgent(replace(world.anna, state=AgentState.PAUSED, since=later(5)))])
    async with world.db.write() as conn:
        assert await recovery.settle_lost(conn, NOW) == 1
        assert await recovery.settle_lost(conn, NOW) == 0
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.attempts, lead.due_at) == (LeadState.RETRY, 3, later(60))


async def test_a_limit_counts_the_latest_talks_with_this_disposition(world: World) -> None:
    await world.add_leads([{}])
    async with world.db.write() as conn:
        again = await dispositions.add(conn, Disposition(0, "Oddzwonię", retry_minutes=30, retry_limit=1))
        other = await dispositions.add(conn, Disposition(0, "Zajęty", retry_minutes=30))
    found = []
    for minutes, chosen in ((0, again), (100, other), (200, again), (300, again)):
        (pick,) = await world.claim(1, now=later(minutes))
        talk = world.ended(pick, agent_id=world.anna.id, connected_at=later(minutes), outcome=Outcome.ANSWERED)
        await world.journal.apply([SaveAttempt(talk)])
        async with world.db.write() as conn:
            form = Form(world.anna.id, pick.attempt_id, chosen.id)
            found.append((await forms.save(conn, form, later(minutes))).state)
    assert found == [LeadState.RETRY, LeadState.RETRY, LeadState.RETRY, LeadState.CLOSED]


async def test_a_form_set_aside_keeps_what_was_typed(world: World) -> None:
    pick = await _talk(world)
    form = Form(world.anna.id, pick.attempt_id, None, notes="pół zda", fields={"miasto": "Gdańsk"})
    async with world.db.write() as conn:
        await forms.set_aside(conn, form, later(4))
    async with world.db.read() as conn:
        record = await leads.get(conn, pick.lead_id)
        (attempt,) = await attempts.of_lead(conn, pick.lead_id)
        assert await recovery.saved_forms(conn) == [FormSaved(world.anna.id, pick.attempt_id)]
    assert (record.lead.state, record.lead.due_at, record.lead.attempts) == (LeadState.RETRY, later(64), 0)
    assert (record.notes, record.lead.fields["miasto"]) == ("pół zda", "Gdańsk")
    assert (attempt.disposition_id, attempt.notes, attempt.saved_at) == (None, "pół zda", later(4))
    with pytest.raises(FormError, match="saved already"):
        await _save(world, pick, SALE)
