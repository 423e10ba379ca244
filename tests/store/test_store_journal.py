"""The journal: batches whole and in order, given twice without doubling, and never lost for one bad command."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from minidialer.domain.agent import AfterCall, AfterCallAction, AgentState, Phone, PhoneState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimPrivate,
    Command,
    HangUpLeg,
    SaveAgent,
    SaveAttempt,
    StopCampaign,
)
from minidialer.domain.events import AttemptsClaimed
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store import agent_runtime, agents, attempts, audit, campaigns, recovery
from minidialer.store.attempt_ids import new_ids
from minidialer.store.database import Database
from minidialer.store.floor import load_floor

from .world import NOW, World, later

RETRY = LeadChange(LeadState.RETRY, later(60))


async def test_an_attempt_goes_from_its_claim_to_its_end(world: World) -> None:
    await world.add_leads([{"attempts": 4}])
    (pick,) = await world.claim(1)
    assert (await world.lead(pick.lead_id)).state is LeadState.LIVE
    dialling = world.attempt(pick, state=AttemptState.DIALLING, dialled_at=NOW, state_since=NOW)
    await world.journal.apply([SaveAttempt(dialling)])
    async with world.db.read() as conn:
        assert await attempts.live(conn) == [dialling]
    ended = replace(
        dialling,
        state=AttemptState.ENDED,
        ended_at=later(1),
        outcome=Outcome.BUSY,
        cause=17,
        detail="busy",
        queued=True,
    )
    await world.journal.apply([SaveAttempt(ended, RETRY)])
    async with world.db.read() as conn:
        assert await attempts.live(conn) == []
        (record,) = await attempts.of_lead(conn, pick.lead_id)
    assert record.attempt == replace(ended, tries=0), "history does not know what the counter was"
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.attempts, lead.due_at) == (LeadState.RETRY, 5, later(60))


@pytest.mark.parametrize(
    ("change", "attempts_after", "owner", "do_not_call"),
    [
        (LeadChange(LeadState.RETRY, later(1)), 3, 1, True),
        (LeadChange(LeadState.RETRY, later(1), counts=False), 2, 1, True),
        (LeadChange(LeadState.CALLBACK, later(1), counts=False, resets=True), 0, 1, True),
        (LeadChange(LeadState.CLOSED, do_not_call=True), 3, 1, True),
        (LeadChange(LeadState.CALLBACK, owner_id=2), 3, 2, True),
    ],
)
async def test_what_a_change_does_to_a_lead(
    world: World, change: LeadChange, attempts_after: int, owner: int, do_not_call: bool
) -> None:
    """`do_not_call` may set the mark, never clear it: here a supervisor set it during the call."""
    await world.add_leads([{"attempts": 2, "owner_id": 1, "state": LeadState.CALLBACK}])
    (pick,) = await world.claim_private(1)
    async with world.db.write() as conn:
        await conn.execute(sa.text("UPDATE lead SET do_not_call = 1"))
    await world.journal.apply([SaveAttempt(world.ended(pick), change)])
    lead = await world.lead(pick.lead_id)
    assert (lead.state, lead.due_at, lead.attempts, lead.owner_id, lead.do_not_call) == (
        change.state,
        change.due_at,
        attempts_after,
        owner,
        do_not_call,
    )


async def test_a_batch_given_twice_counts_once(world: World) -> None:
    await world.add_leads([{}, {"state": LeadState.RETRY, "attempts": 1, "due_at": later(-9)}])
    retried, fresh = await world.claim(2)
    batch: list[Command] = [SaveAttempt(world.ended(fresh), RETRY), CancelAttempt(retried)]
    await world.journal.apply(batch)
    await world.claim(1)
    await world.journal.apply(batch)
    assert (await world.lead(fresh.lead_id)).attempts == 1
    assert (await world.lead(retried.lead_id)).state is LeadState.LIVE, "claimed again since: not put back twice"


async def test_a_cancelled_attempt_leaves_no_trace_but_its_id(world: World) -> None:
    await world.add_leads([{"state": LeadState.RETRY, "attempts": 1, "due_at": later(-9)}])
    before = await world.lead(1)
    (pick,) = await world.claim(1)
    await world.journal.apply([CancelAttempt(pick)])
    assert await world.lead(1) == before
    (again,) = await world.claim(1)
    assert again.attempt_id > pick.attempt_id


async def test_an_attempt_that_went_out_cannot_be_cancelled(world: World) -> None:
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    dialling = world.attempt(pick, state=AttemptState.DIALLING, dialled_at=NOW)
    await world.journal.apply([SaveAttempt(dialling), CancelAttempt(pick)])
    async with world.db.read() as conn:
        assert [one.id for one in await attempts.live(conn)] == [pick.attempt_id]


async def test_an_ended_attempt_stays_ended(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    await world.journal.apply([SaveAttempt(world.ended(pick), RETRY), SaveAttempt(world.attempt(pick))])
    async with world.db.read() as conn:
        assert await attempts.live(conn) == []
    assert "not live" in caplog.text


async def test_answers_come_in_the_order_of_the_claims(world: World) -> None:
    await world.add_leads([{}, {"owner_id": world.anna.id}, {}])
    about: dict[str, Any] = {
        "campaign_id": world.campaign.id,
        "list_id": world.list.id,
        "max_retries": 3,
        "now": NOW,
    }
    answers = await world.journal.apply(
        [
            Claim(7, count=1, **about),
            ClaimPrivate(8, owner_ids=(world.anna.id, world.bob.id), **about),
            Claim(9, count=5, **about),
            Claim(10, count=5, **about),
        ]
    )
    assert [(answer.claim_id, [pick.lead_id for pick in answer.picks]) for answer in answers] == [
        (7, [1]),
        (8, [2]),
        (9, [3]),
        (10, []),
    ]
    assert answers[1].picks[0].owner_id == world.anna.id


async def test_a_failing_claim_loses_nothing_else_of_its_batch(world: World) -> None:
    await world.add_leads([{}, {}])
    (pick,) = await world.claim(1)
    async with world.db.write() as conn:
        await campaigns.set_status(conn, world.campaign.id, CampaignStatus.RUNNING)
        await conn.execute(
            sa.text("CREATE TRIGGER broken BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    claim = Claim(5, world.campaign.id, world.list.id, 1, 3, NOW)
    answers = await world.journal.apply([SaveAttempt(world.ended(pick), RETRY), claim, StopCampaign(1, "why", NOW)])
    assert answers == [AttemptsClaimed(5, failed=True)]
    assert (await world.lead(pick.lead_id)).state is LeadState.RETRY
    assert (await world.lead(2)).state is LeadState.FRESH
    async with world.db.read() as conn:
        assert (await campaigns.get(conn, 1)).status_reason == "why"


async def test_a_command_the_store_refuses_loses_nothing_else_of_its_batch(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.add_leads([{}, {}])
    (pick,) = await world.claim(1)
    nowhere = replace(world.anna, state=AgentState.READY, since=NOW, campaign_id=4711)
    naive = replace(world.bob, since=NOW.replace(tzinfo=None))
    claim = Claim(5, world.campaign.id, world.list.id, 1, 3, NOW)
    batch = [SaveAgent(nowhere), SaveAgent(naive), SaveAttempt(world.ended(pick), RETRY), claim]
    (answer,) = await world.journal.apply(batch)
    assert len(answer.picks) == 1
    assert (await world.lead(pick.lead_id)).state is LeadState.RETRY
    assert (await world.lead(pick.lead_id)).attempts == 1
    assert caplog.text.count("The store refused SaveAgent") == 2


async def test_a_command_that_is_not_the_stores_is_a_mistake(world: World) -> None:
    with pytest.raises(TypeError, match="HangUpLeg"):
        await world.journal.apply([HangUpLeg("1")])


async def test_a_claim_whose_commit_nobody_saw_is_answered_with_what_it_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is done, and its report is lost on the way: the engine gives the batch again."""
    await world.add_leads([{} for _ in range(4)])
    from sqlalchemy.ext.asyncio import AsyncConnection

    commit = AsyncConnection.commit

    async def lost(conn: AsyncConnection) -> None:
        await commit(conn)
        raise sa.exc.OperationalError("COMMIT", {}, OSError("disk I/O error"))

    claim = Claim(5, world.campaign.id, world.list.id, 2, 3, NOW)
    monkeypatch.setattr(AsyncConnection, "commit", lost)
    with pytest.raises(sa.exc.OperationalError):
        await world.journal.apply([claim])
    monkeypatch.undo()
    (answer,) = await world.journal.apply([claim])
    assert [pick.lead_id for pick in answer.picks] == [1, 2]
    assert await world.scalar("SELECT count(*) FROM attempt") == 2
    (following,) = await world.journal.apply([replace(claim, claim_id=6)])
    assert [pick.lead_id for pick in following.picks] == [3, 4]


async def test_a_campaign_stops_itself_with_a_reason(world: World) -> None:
    async with world.db.write() as conn:
        await campaigns.set_status(conn, world.campaign.id, CampaignStatus.RUNNING)
    await world.journal.apply([StopCampaign(world.campaign.id, "10 failures", NOW)] * 2)
    async with world.db.read() as conn:
        stopped = await campaigns.get(conn, world.campaign.id)
        ((_id, line),) = await audit.latest(conn)
    assert (stopped.status, stopped.status_reason) == (CampaignStatus.STOPPED, "10 failures")
    assert (line.action, line.subject, line.after) == (
        "campaign.stop",
        stopped.name,
        {"status": "stopped", "status_reason": "10 failures"},
    )


async def test_agents_come_back_as_they_were_and_their_history_is_kept(world: World) -> None:
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    anna = replace(world.anna, state=AgentState.PAUSED, reason="not_joined", since=later(0))
    ready = replace(
        anna, state=AgentState.READY, reason="", since=later(1), ready_since=later(1), campaign_id=world.campaign.id
    )
    in_call = replace(
        ready,
        state=AgentState.IN_CALL,
        since=later(5),
        attempt_id=pick.attempt_id,
        saved=True,
        after_call=AfterCall(AfterCallAction.PAUSE, "lunch"),
        phone=Phone(PhoneState.BUSY, "1-nailed-5", later(2)),
    )
    batch = [SaveAgent(anna), SaveAgent(ready), SaveAgent(in_call)]
    await world.journal.apply(batch)
    await world.journal.apply(batch)
    async with world.db.read() as conn:
        there, others, live = await load_floor(conn)
        spans = await agent_runtime.history(conn, anna.id, later(-60), later(60))
    assert [campaign.id for campaign in there] == [world.campaign.id]
    assert others == [in_call, world.bob]
    assert [one.id for one in live] == [pick.attempt_id]
    assert [(span.state, span.started_at, span.ended_at) for span in spans] == [
        (AgentState.PAUSED, later(0), later(1)),
        (AgentState.READY, later(1), later(5)),
        (AgentState.IN_CALL, later(5), None),
    ]


async def test_what_happens_in_one_moment_is_kept_in_order_however_often_it_is_stored(world: World) -> None:
    ready = replace(world.anna, state=AgentState.READY, since=NOW)
    reserved = replace(ready, state=AgentState.RESERVED)
    for _ in range(2):
        await world.journal.apply([SaveAgent(ready), SaveAgent(reserved)])
    async with world.db.read() as conn:
        spans = await agent_runtime.history(conn, ready.id, later(-1), later(1))
    assert [(span.state, span.ended_at) for span in spans] == [(AgentState.READY, NOW), (AgentState.RESERVED, None)]


async def test_a_clock_set_back_makes_no_span_of_negative_length(world: World) -> None:
    await world.journal.apply(
        [
            SaveAgent(replace(world.anna, state=AgentState.READY, since=later(10))),
            SaveAgent(replace(world.anna, state=AgentState.PAUSED, reason="lunch", since=later(5))),
        ]
    )
    assert await world.scalar("SELECT count(*) FROM agent_state WHERE ended_at < started_at") == 0


async def test_leads_left_without_a_decision_are_found(world: World) -> None:
    """An ended talk whose form is open is the agent's; without the agent, its lead would stay live for ever."""
    await world.add_leads([{}])
    (pick,) = await world.claim(1)
    wraps_up = replace(world.anna, state=AgentState.WRAP_UP, since=NOW, attempt_id=pick.attempt_id)
    await world.journal.apply([SaveAttempt(world.ended(pick, outcome=Outcome.ANSWERED)), SaveAgent(wraps_up)])
    async with world.db.read() as conn:
        assert await attempts.unsettled(conn) == []
    await world.journal.apply([SaveAgent(replace(wraps_up, state=AgentState.READY, attempt_id=None))])
    async with world.db.read() as conn:
        (lost,) = await attempts.unsettled(conn)
    await world.journal.apply([SaveAttempt(lost, RETRY)])
    assert (await world.lead(pick.lead_id)).state is LeadState.RETRY


async def test_attempt_ids_grow_whatever_the_clock_does(db: Database) -> None:
    async with db.write() as conn:
        first = await new_ids(conn, 3, NOW)
        same_moment = await new_ids(conn, 5000, NOW)
        earlier = await new_ids(conn, 2, NOW - timedelta(days=400))
        after = await new_ids(conn, 1, NOW + timedelta(seconds=2))
    ids = [*first, *same_moment, *earlier, *after]
    assert ids == sorted(set(ids))
    assert ids[-1] < 2**53
    assert (first[0] >> 12) == (NOW - NOW.replace(year=2025, month=1, day=1, hour=0, minute=0)) // timedelta(
        milliseconds=1
    )


async def test_a_store_made_anew_gives_no_id_a_second_time(tmp_path: Any) -> None:
    given: list[int] = []
    for name in ("old.db", "new.db"):
        async with Database.open(tmp_path / name) as db, db.write() as conn:
            given += await new_ids(conn, 4096, NOW + timedelta(seconds=len(given)))
    assert len(set(given)) == len(given)


async def test_agents_are_loaded_by_login(world: World) -> None:
    async with world.db.read() as conn:
        assert (await agents.find(conn, " 101 ")).name == "Anna"


async def test_calls_of_the_last_five_seconds_are_known_after_a_restart(world: World) -> None:
    await world.add_leads([{}, {}, {}])
    picks = await world.claim(3)
    sent = (NOW - timedelta(seconds=5), NOW - timedelta(seconds=1))
    await world.journal.apply(
        [SaveAttempt(world.attempt(pick, dialled_at=at)) for pick, at in zip(picks, sent, strict=False)]
    )
    async with world.db.read() as conn:
        assert await recovery.recent_starts(conn, NOW) == [(world.campaign.id, NOW - timedelta(seconds=1))]
