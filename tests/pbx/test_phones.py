"""Agents' phones: rung for each customer, or called once at join."""

import asyncio
from datetime import timedelta

import pytest

from minidialer.control.models import agents, seat
from minidialer.lab.customer import Behaviour

from .site import Site, until

pytestmark = pytest.mark.pbx

NUMBER = "+48600100001"


async def test_nailed_up_joins_at_once_and_the_phone_stays_up(here: Site) -> None:
    await here.lab.carrier.phone_answers("1001", after=4.0)
    await here.set_up(NUMBER, "600100002", agent_connection="nailed_up", agent_ring_timeout=20)
    await here.join("1001")
    assert (await here.agent("1001")).phone == "idle"
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    line = await here.outcome(NUMBER)
    assert line.answered_at is not None
    assert line.connected_at is not None
    assert line.connected_at - line.answered_at < timedelta(seconds=3), "its phone is not rung now"
    await here.until_agent("1001", "wrap_up")
    await here.save("1001")
    await here.until_agent("1001", "in_call")
    assert (await here.agent("1001")).phone == "busy"


async def test_ring_rings_for_each_customer_and_hangs_up_after(here: Site) -> None:
    await here.set_up(NUMBER, agent_connection="ring")
    await here.join("1001")
    assert (await here.agent("1001")).phone == "down"
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    await here.until_agent("1001", "wrap_up")

    async def down() -> bool:
        return (await here.agent("1001")).phone == "down"

    await until(down)
    assert await here.lab.pbx.channels() == 0


async def test_the_phone_answers_by_itself_when_asked_to(here: Site) -> None:
    await here.lab.carrier.phone_answers("1001", after=10.0)
    await here.set_up(NUMBER, agent_connection="ring", agent_ring_timeout=20, answer_wait=20.0)
    await here.client.call(agents.SET, agents.AgentSet(login="1001", auto_answer=True))
    await here.join("1001")
    await here.start()
    line = await here.talk(NUMBER)
    assert line.answered_at is not None
    assert line.connected_at is not None
    assert line.connected_at - line.answered_at < timedelta(seconds=8)


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
async def test_a_phone_that_does_not_answer_pauses_its_agent(here: Site, connection: str) -> None:
    await here.lab.carrier.phone_rings_on("1001")
    await here.set_up(NUMBER, phones=2, agent_connection=connection, agent_ring_timeout=6, answer_wait=20.0)
    await here.client.call(seat.LOG_IN, seat.Seat(agent="1001"))
    await here.client.call(seat.JOIN, seat.SeatJoin(agent="1001", campaign="test"))
    if connection == "ring":
        await here.until_agent("1001", "ready")
    await here.join("1002")
    await here.start()
    await here.until_agent("1002", "in_call")

    async def paused() -> bool:
        agent = await here.agent("1001")
        return (agent.state, agent.reason) == ("paused", "phone_no_answer")

    await until(paused)
    assert len(await here.history(NUMBER)) == 1, "the same call went to the next agent"


async def test_an_agent_whose_nailed_up_phone_hangs_up_is_paused_and_called_again_on_resume(here: Site) -> None:
    await here.set_up(NUMBER)
    await here.join("1001")
    assert await here.lab.carrier.phone_hangs_up("1001")
    agent = await here.until_agent("1001", "paused")
    assert agent.reason == "phone_hung_up"
    await here.client.call(seat.RESUME, seat.Seat(agent="1001"))
    await here.until_agent("1001", "ready")
    assert (await here.agent("1001")).phone == "idle"


async def test_the_agent_ready_for_the_longest_time_comes_first(here: Site) -> None:
    await here.set_up(NUMBER, phones=3)
    await here.join("1002")
    await here.join("1003")
    await here.join("1001")
    await here.start()
    await here.until_agent("1002", "in_call")


async def test_leaving_hangs_the_phone_up(here: Site) -> None:
    await here.set_up(NUMBER)
    await here.join("1001")
    await here.client.call(seat.LEAVE, seat.Seat(agent="1001"))

    async def quiet() -> bool:
        return await here.lab.pbx.channels() == 0

    await until(quiet)
    await here.client.call(seat.LOG_OUT, seat.Seat(agent="1001"))
    assert (await here.agent("1001")).state == "logged_out"


async def test_saved_during_the_talk_takes_effect_when_it_ends(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=8.0)
    await here.set_up(NUMBER)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.save("1001")
    await asyncio.sleep(0.5)
    agent = await here.agent("1001")
    assert (agent.state, agent.form_open) == ("in_call", False)
    await here.until_agent("1001", "ready")
    assert (await here.lead(NUMBER)).state == "closed"


async def test_a_talk_is_recorded_when_the_campaign_says_so(here: Site) -> None:
    await here.set_up(NUMBER, recording=True)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await asyncio.sleep(1.5)
    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    await here.until_agent("1001", "wrap_up")

    async def recorded() -> bool:
        return any(file.stat().st_size > 8000 for file in here.daemon.data_dir.rglob("*.wav"))

    await until(recorded)
