"""The engine: what it writes and sends, in which order, and what goes wrong without harm."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from minidialer.daemon.engine import JournalError
from minidialer.domain import events
from minidialer.domain.agent import AgentState
from minidialer.domain.commands import CallCustomer, CallPhone, Claim, Command, JoinLegs, Resync, SaveAgent, SaveAttempt
from minidialer.domain.sentence import RefusedError

from .engine_room import NOW, SETTINGS, Office, broken, running


async def test_a_call_goes_out_only_after_its_attempt_is_committed() -> None:
    async with running(Office()) as office:
        await office.sit_down()
        office.gate.clear()
        await asyncio.sleep(0.02)
        assert not office.sent(CallCustomer)
        office.gate.set()
        await office.until(lambda: office.sent(CallCustomer))
        kinds = [type(entry) for entry in office.log]
        assert kinds.index(Claim) < kinds.index(CallCustomer)
        assert office.store.attempts[office.sent(CallCustomer)[0].attempt_id].attempt.number == "+48600000001"


async def test_many_events_share_one_transaction() -> None:
    async with running(Office(agents=20, leads=0)) as office:
        office.gate.clear()
        office.engine.post(events.LogIn(1))
        await office.until(lambda: office.asked)
        for agent_id in range(2, 21):
            office.engine.post(events.LogIn(agent_id))
        office.gate.set()
        await office.engine.flushed()
        assert [len(batch) for batch in office.batches] == [1, 19]
        assert [command.agent.id for command in office.sent(SaveAgent)] == list(range(1, 21))


async def test_joining_never_waits_for_the_disk() -> None:
    async with running(Office()) as office:
        await office.sit_down()
        await office.until(lambda: office.sent(CallCustomer))
        office.gate.clear()
        office.engine.post(events.CustomerAnswered(1))
        assert len(office.sent(JoinLegs)) == 1
        office.gate.set()


async def test_submit_is_back_after_the_commit_and_no_sooner() -> None:
    async with running(Office()) as office, asyncio.TaskGroup() as tasks:
        office.gate.clear()
        asked = tasks.create_task(office.engine.submit(events.LogIn(1)))
        await asyncio.sleep(0.02)
        assert not asked.done()
        assert not office.batches
        office.gate.set()
        await asked
        assert office.store.agents[1].state is AgentState.PAUSED


async def test_submit_refuses_and_writes_nothing() -> None:
    async with running(Office()) as office:
        with pytest.raises(RefusedError, match="logged out: log in first"):
            await office.engine.submit(events.Resume(1))
        assert not office.batches


async def test_submit_with_nothing_to_write_does_not_wait() -> None:
    async with running(Office()) as office:
        office.gate.clear()
        await asyncio.wait_for(office.engine.submit(events.LeadsChanged(1)), 10)
        office.gate.set()


async def test_a_caller_who_gives_up_loses_nothing() -> None:
    async with running(Office()) as office:
        office.gate.clear()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(office.engine.submit(events.LogIn(1)), 0.01)
        office.gate.set()
        await office.engine.flushed()
        assert office.store.agents[1].state is AgentState.PAUSED


async def test_a_store_that_fails_for_a_while_holds_everything_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async with running(Office()) as office:
        office.failures = [broken(OperationalError, "database or disk is full"), OSError("no"), RefusedError("locked")]
        await asyncio.gather(office.engine.submit(events.LogIn(1)), office.until(lambda: office.engine.alarm))
        assert "database or disk is full" in caplog.text
        assert office.engine.alarm is None
        assert office.store.agents[1].state is AgentState.PAUSED
        assert [len(batch) for batch in office.batches] == [1]


async def test_nothing_new_is_dialled_while_the_store_fails() -> None:
    async with running(Office()) as office:
        await office.sit_down()
        office.failures = [broken(OperationalError)] * 3
        await office.until(lambda: office.engine.alarm)
        assert "nothing new is dialled" in str(office.engine.alarm)
        assert not office.sent(CallCustomer)
        await office.until(lambda: office.sent(CallCustomer))
        assert [command.attempt_id for command in office.sent(CallCustomer)] == [1]


@pytest.mark.parametrize("error", [broken(IntegrityError), broken(DataError), ValueError("naive datetime")])
async def test_one_command_that_does_not_fit_harms_no_other(error: Exception) -> None:
    async with running(Office(agents=3)) as office:
        office.poison = lambda it: error if isinstance(it, SaveAgent) and it.agent.id == 2 else None
        for agent_id in (1, 2, 3):
            office.engine.post(events.LogIn(agent_id))
        await office.engine.flushed()
        assert [agent.state for agent in office.store.agents.values()] == [
            AgentState.PAUSED,
            AgentState.LOGGED_OUT,
            AgentState.PAUSED,
        ]


async def test_who_asked_hears_that_it_could_not_be_kept() -> None:
    async with running(Office(agents=2)) as office:
        office.poison = lambda it: broken(IntegrityError) if isinstance(it, SaveAgent) and it.agent.id == 2 else None
        asked = (office.engine.submit(events.LogIn(1)), office.engine.submit(events.LogIn(2)))
        first, second = await asyncio.gather(*asked, return_exceptions=True)
        assert first is None
        assert isinstance(second, JournalError)


async def test_a_store_that_fails_in_the_middle_of_one_by_one_is_waited_for() -> None:
    async with running(Office(agents=2)) as office:
        office.failures = [broken(IntegrityError), broken(OperationalError)]
        office.engine.post(events.LogIn(1))
        office.engine.post(events.LogIn(2))
        await office.engine.flushed()
        assert {agent.state for agent in office.store.agents.values()} == {AgentState.PAUSED}


async def test_a_claim_that_does_not_fit_is_answered_and_asked_again_later() -> None:
    async with running(Office()) as office:
        office.poison = lambda it: broken(IntegrityError) if isinstance(it, Claim) else None
        await office.sit_down()
        await office.engine.flushed()
        await office.until(lambda: not office.dialer.floor.claims)
        assert not office.sent(CallCustomer)
        assert office.dialer.floor.runs[1].dry_until is not None


async def test_an_event_the_dialer_chokes_on_kills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    handle = office.dialer.handle

    def choke(event: events.Event, now: datetime) -> list[Command]:
        if isinstance(event, events.CustomerRinging):
            raise KeyError("a bug")
        return handle(event, now)

    monkeypatch.setattr(office.dialer, "handle", choke)
    async with running(office):
        office.engine.post(events.CustomerRinging(1))
        assert office.log == [Resync()]
        with pytest.raises(KeyError):
            await office.engine.submit(events.CustomerRinging(1))
        await office.engine.submit(events.LogIn(1))


async def test_a_command_that_cannot_be_sent_harms_no_other() -> None:
    def no_link(_: Command) -> None:
        raise ConnectionError("no link")

    async with running(Office()) as office:
        office.on_execute = no_link
        await office.engine.submit(events.LogIn(1))
        await office.engine.submit(events.Join(1, 1))
        assert len(office.sent(CallPhone)) == 1
        assert office.store.agents[1].campaign_id == 1


async def test_an_answer_that_comes_at_once_is_stored_after_its_question() -> None:
    """A gateway may know the answer while it is still being asked, such as a refusal."""
    async with running(Office(leads=1)) as office:

        def refuse(command: Command) -> None:
            if isinstance(command, CallCustomer):
                office.engine.post(events.AttemptRefused(command.attempt_id, "no trunk"))

        office.on_execute = refuse
        await office.sit_down()
        await office.until(lambda: 1 in office.store.attempts and not office.store.attempts[1].attempt.live)
        assert [command.attempt.live for command in office.sent(SaveAttempt)] == [True, False]


async def test_flushed_does_not_wait_for_what_comes_later() -> None:
    async with running(Office(agents=3, leads=0)) as office:
        office.gate.clear()
        office.engine.post(events.LogIn(1))
        await office.until(lambda: office.asked)
        async with asyncio.TaskGroup() as tasks:
            flushed = tasks.create_task(office.engine.flushed())
            await asyncio.sleep(0)
            office.engine.post(events.LogIn(2))
            office.gate.set()
            await flushed
            assert office.store.agents[1].state is AgentState.PAUSED


async def test_listeners_hear_of_many_changes_once_and_harm_nobody() -> None:
    async with running(Office(agents=5)) as office:
        heard: list[str] = []

        def fail() -> None:
            raise ValueError("a bug in a front-end")

        stop_failing = office.engine.subscribe(fail)
        stop = office.engine.subscribe(lambda: heard.append("changed"))
        for agent_id in range(1, 6):
            office.engine.post(events.LogIn(agent_id))
        assert not heard
        await asyncio.sleep(0)
        assert heard == ["changed"]
        await office.engine.flushed()
        heard.clear()
        office.engine.post(events.Tick())
        await asyncio.sleep(0)
        assert not heard, "a tick that changed nothing is no news"
        stop()
        stop_failing()
        office.engine.post(events.Pause(1, "lunch"))
        await asyncio.sleep(0)
        assert not heard


async def test_listeners_hear_of_the_alarm() -> None:
    async with running(Office()) as office:
        alarms: list[str] = []
        office.engine.subscribe(lambda: alarms.append(str(office.engine.alarm or "")))
        office.failures = [broken(OperationalError)]
        await office.engine.submit(events.LogIn(1))
        await asyncio.sleep(0)
        assert any("cannot be written" in alarm for alarm in alarms)
        assert alarms[-1] == ""


async def test_the_wrap_up_limit_saves_by_the_way_it_was_given() -> None:
    office = Office()
    asked: list[int] = []

    async def save(command: Any) -> None:
        asked.append(command.attempt_id)
        raise RefusedError("saved already")  # must not end the engine

    office.engine.save_default = save
    floor = office.dialer.floor
    settings = replace(SETTINGS, wrap_up_limit=1, default_disposition_id=7)
    floor.campaigns[1] = replace(floor.campaigns[1], settings=settings)
    agent = floor.agents[1]
    agent.state, agent.campaign_id, agent.attempt_id = AgentState.WRAP_UP, 1, 9
    agent.since = NOW.replace(hour=9)
    async with running(office):
        await office.until(lambda: asked == [9])
        await office.engine.submit(events.LeadsChanged(1))


async def test_a_store_that_takes_no_write_for_long_is_an_alarm_and_a_slow_one_is_not() -> None:
    office = Office()
    office.engine._slow_write = 0.01
    async with running(office):
        office.gate.clear()
        asked = asyncio.get_running_loop().create_task(office.engine.submit(events.LogIn(1)))
        await office.until(lambda: office.engine.alarm)
        assert "has not taken a write" in str(office.engine.alarm)
        office.gate.set()
        await asked
        assert office.engine.alarm is None


async def test_a_store_that_others_cannot_write_is_an_alarm_though_the_journal_has_nothing_to_write() -> None:
    office = Office()
    office.engine._slow_write = 0.01
    async with running(office):
        office.gate.clear()
        office.engine.doubt()
        await office.until(lambda: office.engine.alarm)
        assert "has not taken a write" in str(office.engine.alarm)
        office.gate.set()
        await office.until(lambda: office.engine.alarm is None)
        assert office.batches == [[]]
        office.failures = [RefusedError("The disk is full.")] * 2
        office.engine.doubt()
        await office.until(lambda: "The disk is full." in str(office.engine.alarm))
        await office.until(lambda: office.engine.alarm is None)


async def test_what_can_be_written_in_between_does_not_end_the_journals_alarm() -> None:
    office = Office()
    refusing = True

    def refuse(_command: Command) -> Exception | None:  # a try that writes nothing succeeds meanwhile
        return RefusedError("The disk is full.") if refusing else None

    office.poison = refuse
    async with running(office):
        asked = asyncio.get_running_loop().create_task(office.engine.submit(events.LogIn(1)))
        await office.until(lambda: office.engine.alarm)
        office.engine.doubt()
        await office.until(lambda: [] in office.batches)
        assert "The disk is full." in str(office.engine.alarm)
        refusing = False
        await asked
        assert office.engine.alarm is None


async def test_the_same_trouble_is_logged_once_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    async with running(Office()) as office:
        office.failures = [RefusedError("The disk is full.")] * 5
        await office.engine.submit(events.LogIn(1))
        assert caplog.text.count("The disk is full. Nothing new is dialled meanwhile.") == 1
        assert caplog.text.count("The store is written again") == 1
