"""Lists, campaigns, agents, dispositions: names, changes, removal without losing history."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import CampaignSettings, CampaignStatus, HoldAudio, PacingMode, WhenAllBusy
from minidialer.domain.commands import SaveAgent, SaveAttempt
from minidialer.domain.disposition import Disposition
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store import agents, attempts, audit, campaigns, dispositions, leads, lists
from minidialer.store.audit import AuditLine
from minidialer.store.campaign_settings import settings_from_json, settings_to_json
from minidialer.store.errors import InUseError, NameRefusedError, NameTakenError, NotFoundError, StoreError

from .world import NOW, World, later, number

CLOSED = LeadChange(LeadState.CLOSED)


# -- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("same", ["warszawa", "  WARSZAWA ", "\tWarszawa\n", "Warszawa"])
async def test_names_are_the_same_whatever_their_case_and_blanks(world: World, same: str) -> None:
    async with world.db.read() as conn:
        assert await lists.find(conn, same) == world.list
    with pytest.raises(NameTakenError, match="“Warszawa” already"):
        async with world.db.write() as conn:
            await lists.add(conn, same, NOW)


async def test_names_are_kept_as_written_but_for_blanks(world: World) -> None:
    async with world.db.write() as conn:
        assert (await lists.add(conn, "  Łódź   Główna ", NOW)).name == "Łódź Główna"
        assert (await lists.rename(conn, world.list.id, "WARSZAWA")).name == "WARSZAWA"


@pytest.mark.parametrize("name", ["", "  \t", "a" * 201, "a\0b", "a\x1b[2Jb"])
async def test_what_cannot_be_a_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(NameRefusedError):
        async with world.db.write() as conn:
            await campaigns.add(conn, name, NOW)


async def test_the_nearest_name_is_suggested(world: World) -> None:
    async with world.db.read() as conn:
        with pytest.raises(NotFoundError, match="did you mean “Warszawa”"):
            await lists.find(conn, "warszwa")
        with pytest.raises(NotFoundError, match="no agent “Zenon”"):
            await agents.find(conn, "Zenon")


# -- campaigns ---------------------------------------------------------------------------------------------------

SETTINGS = CampaignSettings(
    when_all_busy=WhenAllBusy.QUEUE,
    hold_audio=HoldAudio("", "sounds/wait"),
    pacing_mode=PacingMode.PROGRESSIVE,
    calling_window=CallingWindow.parse("mon-fri 9:00-20:00, fri-mon 0:00-24:00"),
    answer_wait=1.5,
    default_disposition_id=None,
    script="Dzień dobry,\n„proszę”",
)


async def test_a_campaign_comes_back_as_it_was_saved(world: World) -> None:
    changed = replace(
        world.campaign,
        name="Lato",
        settings=SETTINGS,
        status=CampaignStatus.RUNNING,
        agent_ids=frozenset({world.anna.id, world.bob.id}),
    )
    async with world.db.write() as conn:
        assert await campaigns.save(conn, changed) == changed
        fewer = replace(changed, agent_ids=frozenset({world.bob.id}), list_id=None)
        assert await campaigns.save(conn, fewer) == fewer
        assert await campaigns.every(conn) == [fewer]


def test_every_setting_is_written_out_and_missing_ones_take_the_default() -> None:
    stored = settings_to_json(SETTINGS)
    assert list(stored) == list(CampaignSettings.__dataclass_fields__)
    assert settings_from_json(stored, "x") == SETTINGS
    del stored["max_retries"]
    assert settings_from_json(stored, "x").max_retries == CampaignSettings().max_retries


@pytest.mark.parametrize(("name", "value"), [("ring_timeout", "soon"), ("pacing_mode", "magic"), ("no_such", 1)])
async def test_settings_that_do_not_fit_are_an_error_that_names_them(world: World, name: str, value: Any) -> None:
    stored = settings_to_json(CampaignSettings()) | {name: value}
    async with world.db.write() as conn:
        await conn.execute(
            sa.text("UPDATE campaign SET settings = json_set(settings, :at, :value)"),
            {"at": f"$.{name}", "value": value},
        )
    with pytest.raises(StoreError, match=f"Wiosna.*{name}"):
        async with world.db.read() as conn:
            await campaigns.every(conn)
    with pytest.raises(StoreError):
        settings_from_json(stored, "Wiosna")


async def test_a_campaign_in_use_is_not_removed(world: World) -> None:
    await world.add_leads([{}])

    async def refused(why: str) -> None:
        with pytest.raises(InUseError, match=why):
            async with world.db.write() as conn:
                await campaigns.remove(conn, world.campaign.id, NOW)

    async with world.db.write() as conn:
        await campaigns.set_status(conn, world.campaign.id, CampaignStatus.RUNNING)
    await refused("is running")
    async with world.db.write() as conn:
        await campaigns.set_status(conn, world.campaign.id, CampaignStatus.STOPPED)
    (pick,) = await world.claim(1)
    await refused("1 calls under way")
    joined = replace(world.anna, state=AgentState.READY, since=NOW, campaign_id=world.campaign.id)
    await world.journal.apply([SaveAttempt(world.ended(pick), CLOSED), SaveAgent(joined)])
    await refused("1 agents are in")


async def test_a_removed_campaign_frees_its_name_and_keeps_its_attempts(world: World) -> None:
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    await world.journal.apply([SaveAttempt(world.ended(pick, outcome=Outcome.INVALID), CLOSED)])
    async with world.db.write() as conn:
        await campaigns.remove(conn, world.campaign.id, NOW)
        with pytest.raises(NotFoundError):
            await campaigns.get(conn, world.campaign.id)
        again = await campaigns.add(conn, "wiosna", NOW)
        assert await campaigns.every(conn) == [again]
        assert len(await attempts.of_lead(conn, pick.lead_id)) == 1
        counted = await attempts.outcomes(conn, world.campaign.id, NOW, later(1))
    assert counted == {Outcome.INVALID: 1}


# -- agents ------------------------------------------------------------------------------------------------------


async def test_editing_an_agent_leaves_the_state_alone(world: World) -> None:
    await world.journal.apply([SaveAgent(replace(world.anna, state=AgentState.READY, since=NOW))])
    async with world.db.write() as conn:
        saved = await agents.save(conn, replace(world.anna, name="Anna  Nowak", auto_answer=True, active=False))
    assert (saved.name, saved.auto_answer, saved.active, saved.state) == ("Anna Nowak", True, False, AgentState.READY)


async def test_an_agent_with_private_leads_hands_them_over_before_leaving(world: World) -> None:
    await world.add_leads([{"owner_id": 1}, {"owner_id": 1, "state": LeadState.CLOSED}, {"owner_id": 2}])
    with pytest.raises(InUseError, match="owns 1 private leads"):
        async with world.db.write() as conn:
            await agents.remove(conn, 1, NOW)
    async with world.db.write() as conn:
        assert [record.lead.id for record in await leads.owned(conn, 1)] == [1]
        assert await agents.hand_over(conn, 1, 2) == 2
        await agents.remove(conn, 1, NOW)
        assert [record.lead.id for record in await leads.owned(conn, 2)] == [1, 3]
        assert [one.login for one in await agents.every(conn)] == ["102"]
        assert (await agents.add(conn, "101", NOW)).id != 1


async def test_an_agent_at_work_is_not_removed(world: World) -> None:
    await world.journal.apply([SaveAgent(replace(world.anna, state=AgentState.PAUSED, since=NOW))])
    with pytest.raises(InUseError, match="logged in"):
        async with world.db.write() as conn:
            await agents.remove(conn, world.anna.id, NOW)


async def test_password_hashes_are_kept_apart_from_agents(world: World) -> None:
    async with world.db.write() as conn:
        await agents.set_password_hash(conn, 1, "argon2…")
        assert await agents.password_hash(conn, 1) == "argon2…"
        assert await agents.password_hash(conn, 2) is None
        with pytest.raises(NotFoundError):
            await agents.set_password_hash(conn, 99, "x")


# -- dispositions ------------------------------------------------------------------------------------------------


async def test_dispositions_come_in_the_order_of_the_buttons(world: World) -> None:
    async with world.db.write() as conn:
        second = await dispositions.add(conn, Disposition(0, "sprzedaż", success=True))
        third = await dispositions.add(conn, Disposition(0, "później", asks_callback=True))
        first = await dispositions.save(conn, replace(third, position=0, name="Zadzwoń później"))
        assert await dispositions.every(conn) == [first, second]
        await dispositions.remove(conn, second.id, NOW)
        assert await dispositions.every(conn) == [first]
        assert await dispositions.every(conn, removed=True) == [first, second]


async def test_a_disposition_that_a_campaign_saves_by_itself_is_not_removed(world: World) -> None:
    async with world.db.write() as conn:
        added = await dispositions.add(conn, Disposition(0, "brak"))
        settings = CampaignSettings(default_disposition_id=added.id)
        await campaigns.save(conn, replace(world.campaign, settings=settings))
        with pytest.raises(InUseError, match="Wiosna"):
            await dispositions.remove(conn, added.id, NOW)


# -- leads -------------------------------------------------------------------------------------------------------


async def test_leads_are_found_by_number_in_every_list(world: World) -> None:
    async with world.db.write() as conn:
        other = await lists.add(conn, "other", NOW)
        gone = await lists.add(conn, "gone", NOW)
    for list_id in (world.list.id, other.id, gone.id):
        await world.add_leads([{}, {}], list_id)
    async with world.db.write() as conn:
        await lists.remove(conn, gone.id, NOW)
        found = await leads.find(conn, number(1))
    assert [record.lead.list_id for record in found] == [world.list.id, other.id]


async def test_pages_follow_one_another_and_keep_the_order_of_fields(world: World) -> None:
    fields = {"ż": "1", "a": "2", "B": "„3”"}
    await world.add_leads({"fields": fields, "attempts": n, "state": LeadState.RETRY} for n in range(7))
    async with world.db.read() as conn:
        first = await leads.page(conn, world.list.id, limit=5)
        second = await leads.page(conn, world.list.id, limit=5, after=first[-1].lead.id)
        exhausted = await leads.page(conn, world.list.id, exhausted_by=4)
        closed = await leads.page(conn, world.list.id, state=LeadState.CLOSED)
    assert [record.lead.id for record in first + second] == [1, 2, 3, 4, 5, 6, 7]
    assert list(first[0].lead.fields.items()) == list(fields.items())
    assert [record.lead.attempts for record in exhausted] == [5, 6]
    assert closed == []


async def test_editing_a_lead_merges_fields_and_marks(world: World) -> None:
    await world.add_leads([{"fields": {"a": "1", "b": "2"}}])
    async with world.db.write() as conn:
        edited = await leads.edit(conn, 1, fields={"b": "3", "c": "4"}, notes="n", do_not_call=True)
        unmarked = await leads.edit(conn, 1, do_not_call=False)
    assert (list(edited.lead.fields.items()), edited.notes) == ([("a", "1"), ("b", "3"), ("c", "4")], "n")
    assert edited.lead.do_not_call
    assert not unmarked.lead.do_not_call


async def test_one_lead_starts_again(world: World) -> None:
    retry = {"state": LeadState.RETRY, "attempts": 9, "due_at": later(60)}
    await world.add_leads([retry, retry | {"state": LeadState.CALLBACK}])
    async with world.db.write() as conn:
        assert await leads.reset_attempts(conn, 1)
        assert not await leads.reset_attempts(conn, 2)
    lead = await world.lead(1)
    assert (lead.state, lead.attempts, lead.due_at) == (LeadState.FRESH, 0, None)
    assert (await world.lead(2)).due_at == later(60)


# -- attempts and audit ------------------------------------------------------------------------------------------


async def test_attempts_come_in_pages(world: World) -> None:
    await world.add_leads([{} for _ in range(5)])
    picks = await world.claim(5)
    async with world.db.read() as conn:
        first = await attempts.page(conn, limit=3)
        second = await attempts.page(conn, after=first[-1].attempt.id, limit=3)
        one = await attempts.get(conn, picks[2].attempt_id)
        assert await attempts.get(conn, 5) is None
    assert [record.attempt.id for record in first + second] == [pick.attempt_id for pick in picks]
    assert one is not None
    assert (one.attempt.state, one.list_id) == (AttemptState.CLAIMED, world.list.id)


async def test_audit_lines_come_back_the_newest_first(world: World) -> None:
    lines = [
        AuditLine(NOW, "campaign.start", "Wiosna", 1000, "ola", {"status": "stopped"}, {"status": "running"}),
        AuditLine(later(1), "list.add", "Łódź"),
    ]
    async with world.db.write() as conn:
        for line in lines:
            await audit.record(conn, line)
    async with world.db.read() as conn:
        assert [line for _, line in await audit.latest(conn)] == lines[::-1]
        assert [line for _, line in await audit.latest(conn, before_id=2)] == lines[:1]
