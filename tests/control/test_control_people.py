"""Agents and dispositions as a supervisor manages them: orders by force, passwords, listening, retry rules, keys."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, base, dispositions, leads, seat
from minidialer.control.sentences import ControlError
from minidialer.daemon.control.gate import Gate
from minidialer.daemon.passwords import Passwords
from minidialer.domain.commands import CallSpy, SteerSpy
from minidialer.domain.listening import SpyGone, SpyMode
from minidialer.store import agents as stored_agents
from minidialer.store import drafts

from .office import Office, noon, until
from .test_control_seat import open_shop

ANNA = agents.AgentKey(login="1001")


async def refused(client: Client, method: Any, params: Any) -> str:
    with pytest.raises(ControlError) as caught:
        await client.call(method, params)
    return str(caught.value)


def state_of(office: Office, agent_id: int) -> str:
    return office.floor.agents[agent_id].state.value


async def test_a_forced_log_out_from_an_open_form(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        attempt, agent_id = await office.connect_customer()
        await office.desk.engine.flushed()
        async with office.desk.database.write() as conn:
            typed = drafts.Draft(None, "", "pół zda", {"miasto": "Gdańsk"})
            await drafts.keep(conn, agent_id, attempt, typed, noon())
        asked = await client.call(agents.LOG_OUT, agents.AgentLogOut(login="1001", force=True))
        assert (asked.state, asked.after_call) == ("in_call", "log_out"), "a talk goes on"
        office.customer_hangs_up(attempt)
        await until(lambda: state_of(office, agent_id) == "logged_out")
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert (lead.state, lead.notes, lead.fields["miasto"]) == ("retry", "pół zda", "Gdańsk")
    actions = [line.action for line in await office.audit_lines()]
    assert actions[:2] == ["form.set_aside", "agent.log_out"]


async def test_a_forced_pause_saves_the_default_form(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, wrap_up_limit=3600, default_disposition="sprzedaż")
        attempt, agent_id = await office.connect_customer()
        office.customer_hangs_up(attempt)
        await until(lambda: state_of(office, agent_id) == "wrap_up")
        await client.call(agents.PAUSE, agents.AgentPause(login="1001", reason="meeting", force=True))
        await until(lambda: state_of(office, agent_id) == "paused")
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert (lead.state, lead.disposition) == ("closed", "sprzedaż")
        back = await client.call(agents.RESUME, ANNA)
        assert back.state == "ready"
    lines = {line.action: line.after for line in await office.audit_lines()}
    assert lines["agent.pause"] == {"reason": "meeting", "force": True}
    assert "agent.resume" in lines


async def test_passwords_that_are_made(office: Office) -> None:
    async with office.client() as client:
        await client.call(agents.ADD, agents.AgentAdd(login="1001"))
        made = await client.call(agents.PASSWORD, agents.AgentPassword(login="1001", generate=True))
        assert made.password is not None
        assert made.has_password
        assert len(made.password) == 14
        async with office.desk.database.read() as conn:
            kept = await stored_agents.password_hash(conn, made.id)
        assert await Passwords().fits(made.password, kept)
        again = await client.call(agents.PASSWORD, agents.AgentPassword(login="1001", generate=True))
        assert again.password != made.password
        both = agents.AgentPassword.model_validate({"login": "1001", "password": "abcdefgh", "generate": True})
        assert await refused(client, agents.PASSWORD, both) == "Give a password or have one made, not both."
    assert all(made.password not in str(line) for line in await office.audit_lines())


async def test_listening(office: Office) -> None:
    spy = agents.AgentSpy(login="1001", mode="listen", extension="900")
    async with office.client() as client:
        await open_shop(office, client)
        assert await refused(client, agents.SPY, spy) == "There is no talk: the call is over."
        attempt, _agent_id = await office.connect_customer()
        spying = await client.call(agents.SPY, spy)
        assert (spying.number, spying.campaign, spying.changed) == ("+48600100200", "Wiosna", False)
        call = await office.next_command(CallSpy)
        assert (call.attempt_id, call.extension, call.mode) == (attempt, "900", "listen")
        assert call.agent_leg.startswith("ring-")
        louder = await client.call(agents.SPY, agents.AgentSpy(login="1001", mode="whisper", extension="900"))
        assert louder.changed
        office.supervisor_picks_up(call.leg)
        assert await office.next_command(SteerSpy) == SteerSpy(call.leg, SpyMode.WHISPER)
    assert [line.after for line in await office.audit_lines() if line.action == "agent.spy"] == [
        {"mode": mode, "extension": "900", "attempt": attempt, "number": "+48600100200"}
        for mode in ("whisper", "listen")
    ]


async def test_a_telephone_asterisk_does_not_know(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        await office.connect_customer()

        async def refuse() -> None:
            call = await office.next_command(CallSpy)
            office.desk.engine.post(SpyGone(call.leg))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(refuse())
            said = await refused(client, agents.SPY, agents.AgentSpy(login="1001", extension="999"))
    assert said == "Asterisk cannot call 999: register that telephone, or give another extension."
    assert not [line for line in await office.audit_lines() if line.action == "agent.spy"]


async def test_dispositions_with_labels_keys_and_retry_rules(office: Office) -> None:
    add, change = dispositions.DispositionAdd, dispositions.DispositionSet
    async with office.client() as client:
        first = await client.call(
            dispositions.ADD, add(name="busy", name_pl="zajęty", key="4", retry_minutes=15, retry_limit=2)
        )
        assert (first.name_pl, first.name_en, first.key) == ("zajęty", "", "4")
        assert (first.retry_minutes, first.retry_limit) == (15, 2)
        said = await refused(client, dispositions.ADD, add(name="sale", key="4"))
        assert said == "The key 4 presses “busy” already: choose another one."
        said = await refused(client, dispositions.SET, change(name="busy", asks_callback=True))
        assert said == "“busy” asks the agent for the next call: leave retry_minutes out."
        said = await refused(client, dispositions.SET, change.model_construct(name="busy", key="0"))
        assert "must be one digit from 1 to 9, or empty" in said
        freed = await client.call(dispositions.SET, change(name="busy", key="", retry_minutes=0, asks_callback=True))
        assert (freed.key, freed.retry_minutes, freed.retry_limit, freed.name_pl) == ("", None, None, "zajęty")
        await client.call(dispositions.ADD, add(name="sale", key="4", retry_minutes=0))
        listed = (await client.call(dispositions.LIST, base.Nothing())).dispositions
        assert [(item.name, item.key, item.retry_minutes) for item in listed] == [
            ("busy", "", None),
            ("sale", "4", None),
        ]
    line = (await office.audit_lines())[1]
    assert (line.action, line.after) == (
        "disposition.set",
        {"asks_callback": True, "retry_minutes": None, "retry_limit": None, "key": ""},
    )


async def test_a_disposition_calls_again_by_its_own_rule(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, retry_interval=10_000)
        rule = dispositions.DispositionSet(name="sprzedaż", retry_minutes=5)
        await client.call(dispositions.SET, rule)
        attempt, _agent = await office.connect_customer()
        before = noon()
        await client.call(seat.SAVE, seat.SeatSave(agent="1001", attempt=attempt, disposition="sprzedaż"))
        after = noon()
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert lead.state == "retry"
        assert lead.due_at is not None
        assert before <= lead.due_at - timedelta(minutes=5) <= after


async def test_the_list_says_of_each_agent_what_asking_for_one_does(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        await client.call(agents.ADD, agents.AgentAdd(login="1009", name="Ewa"))
        changed = await client.call(agents.SET, agents.AgentSet(login="1009", tabs=["dialer"], language="pl"))
        given = await client.call(agents.PASSWORD, agents.AgentPassword(login="1009", generate=True))
        listed = {agent.login: agent for agent in (await client.call(agents.LIST, base.Nothing())).agents}
        blocked = await client.call(agents.SET, agents.AgentSet(login="1001", blocked_lists=[]))
    assert given
    assert listed["1009"] == changed.model_copy(update={"has_password": True})
    assert listed["1001"] == blocked


async def test_of_many_questions_at_once_one_begins_in_each_turn_of_the_loop() -> None:
    gate, begun = Gate(), list[int]()
    turn = 0

    async def ask() -> None:
        await gate.passed()
        begun.append(turn)

    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(ask()) for _ in range(20)]
        while not all(task.done() for task in asking):
            await asyncio.sleep(0)
            turn += 1
    assert len(set(begun)) == len(begun)
