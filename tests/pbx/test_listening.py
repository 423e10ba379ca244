"""A supervisor's telephone in a talk, on the real Asterisk: who hears whom, and until when."""

import asyncio
from pathlib import Path

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, seat
from minidialer.control.sentences import ControlError
from minidialer.lab.customer import Behaviour

from .ears import CUSTOMER, heard, hush
from .site import Site, until

pytestmark = pytest.mark.pbx

NUMBER = "+48600100001"
SUPERVISOR = "1006"


async def spy(here: Site, mode: str, extension: str = SUPERVISOR) -> agents.Spying:
    wanted = agents.AgentSpy.model_validate({"login": "1001", "mode": mode, "extension": extension})
    return await here.client.call(agents.SPY, wanted)


async def until_channels(here: Site, count: int) -> None:
    async def there() -> bool:
        return await here.lab.pbx.channels() == count

    await until(there, lambda: f"the PBX has {count} channels")


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
async def test_listen_whisper_barge(here: Site, tmp_path: Path, connection: str) -> None:
    await hush(here.lab, "1001")
    await here.set_up(NUMBER, agent_connection=connection)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await spy(here, "listen")
    await until_channels(here, 3)

    async def tones() -> dict[str, float]:
        sounds = await heard(here.lab, tmp_path, "1001", CUSTOMER, seconds=0.4)
        return {who: sound.tone for who, sound in sounds.items()}

    async def hears_the_customer() -> bool:  # who says hello, listens for two seconds, and talks then
        return (await heard(here.lab, tmp_path, SUPERVISOR, seconds=0.3))[SUPERVISOR].loudness > 100

    async def until_tone(agent: bool, customer: bool) -> None:
        """The supervisor's telephone plays a tone: whoever hears it hears the supervisor."""

        async def so() -> bool:
            now = await tones()
            return (now["1001"] > 0.2, now[CUSTOMER] > 0.2) == (agent, customer)

        await until(so, lambda: f"the agent hears the supervisor: {agent}, the customer: {customer}")

    await until(hears_the_customer, lambda: "the supervisor hears the customer")
    assert max((await tones()).values()) < 0.2, "nobody hears the supervisor"
    assert (await spy(here, "whisper")).changed
    await until_tone(agent=True, customer=False)
    await spy(here, "barge")
    await until_tone(agent=True, customer=True)
    await spy(here, "listen")
    await until_tone(agent=False, customer=False)

    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    await until_channels(here, 1 if connection == "nailed_up" else 0)
    assert (await here.until_agent("1001", "wrap_up")).phone == ("idle" if connection == "nailed_up" else "down")


async def test_the_last_mode_asked_for_while_the_telephone_rings_counts(here: Site, tmp_path: Path) -> None:
    await hush(here.lab, "1001")
    await here.set_up(NUMBER, agent_connection="nailed_up")
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(spy(here, "listen"))
        await until_channels(here, 3)  # it rings for 0.3 s
        async with Client(here.daemon.socket, name="another") as other:
            wanted = agents.AgentSpy(login="1001", mode="whisper", extension=SUPERVISOR)
            assert (await other.call(agents.SPY, wanted)).changed

    async def heard_by_the_agent() -> bool:
        return (await heard(here.lab, tmp_path, "1001", seconds=0.4))["1001"].tone > 0.2

    await until(heard_by_the_agent, lambda: "the agent hears the supervisor")


async def test_a_supervisor_who_hangs_up_disturbs_nobody_and_may_come_back(here: Site) -> None:
    await here.set_up(NUMBER, agent_connection="nailed_up")
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    with pytest.raises(ControlError, match="Asterisk cannot call 4711: register that telephone"):
        await spy(here, "listen", "4711")
    await spy(here, "barge")
    await until_channels(here, 3)
    assert await here.lab.carrier.phone_hangs_up(SUPERVISOR)
    await until_channels(here, 2)
    assert (await here.agent("1001")).state == "in_call"
    assert not (await spy(here, "listen")).changed, "the telephone rings again"
    await until_channels(here, 3)


async def test_listening_outlives_the_daemon_but_not_the_talk(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=60)
    await here.set_up(NUMBER, agent_connection="nailed_up")
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await spy(here, "listen")
    await until_channels(here, 3)
    await here.restart()
    async with here.connected():
        await here.linked()
        assert (await here.agent("1001")).state == "in_call"
        await until_channels(here, 3)
        await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
        await until_channels(here, 1)
