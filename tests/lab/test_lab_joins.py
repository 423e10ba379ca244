"""Customer and agent are joined through the production dialplan, and they hear each other."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from minidialer.lab import Behaviour, Lab

from .wire import LIMIT, Wire, leg

pytestmark = pytest.mark.pbx

AUTO_ANSWER = "PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0"


PATIENT = "MD_ANSWER_WAIT=20"


async def answered_customer(lab: Lab, wire: Wire, number: str, *variables: str, name: str = "") -> str:
    """Call a customer and return the leg once it waits for an agent; patiently, unless `variables` tell how long."""
    customer = name or leg()
    if not any(variable.startswith("MD_ANSWER_WAIT=") for variable in variables):
        variables = (PATIENT, *variables)
    await wire.originate(lab.pbx.dial_string(number), customer, "minidialer-customer", *variables)
    await wire.event("MinidialerAnswered", customer)
    return customer


async def idle_agent(wire: Wire, kind: str, phone: str = "1001") -> str:
    """Call an agent's phone and return the leg once it waits for customers."""
    agent = leg(kind)
    await wire.originate(f"PJSIP/{phone}", agent, "minidialer-agent", AUTO_ANSWER)
    await wire.event("MinidialerAgentIdle", agent)
    return agent


async def received_packets(lab: Lab) -> dict[str, int]:
    """RTP packets that customers and phones have received so far, by channel of the carrier.

    Not counted on the PBX: it forwards packets of two joined channels below the level that counts.
    """
    stats = await lab.carrier.rx("pjsip show channelstats")
    return {
        channel: int(packets)
        for channel, packets in re.findall(r"^ +(?:\S+ +)?(pbx-[0-9a-f]{8}) +\S+ +alaw +(\d+)", stats, re.MULTILINE)
    }


async def assert_audio_flows_both_ways(lab: Lab) -> None:
    """Both sides hear the other: 20 ms a packet, so half a second brings about 25, and no sound brings none."""
    before = await received_packets(lab)
    assert len(before) == 2
    async with asyncio.timeout(LIMIT):
        while True:
            await asyncio.sleep(0.5)
            after = await received_packets(lab)
            assert after.keys() == before.keys()
            if all(packets - before[channel] > 12 for channel, packets in after.items()):
                return


async def test_nailed_up_agent_talks_and_waits_again(lab: Lab, wire: Wire) -> None:
    agent = await idle_agent(wire, "nailed-12-")
    for turn in (1, 2):
        customer = await answered_customer(lab, wire, "+48600100200")
        await wire.redirect(customer, "minidialer-join", agent)
        await wire.event("BridgeEnter", customer)
        await wire.event("BridgeEnter", agent, nth=turn)
        await assert_audio_flows_both_ways(lab)
        await wire.hang_up(customer)
        await wire.event("MinidialerAgentIdle", agent, nth=turn + 1)
        assert (await wire.event("Hangup", customer))["Cause"] == "16"


async def test_rung_agent_is_hung_up_with_the_customer(lab: Lab, wire: Wire) -> None:
    customer = await answered_customer(lab, wire, "+48600100201")
    agent = await idle_agent(wire, "ring-12-")
    await wire.redirect(customer, "minidialer-join-once", agent)
    await wire.event("BridgeEnter", agent)
    await assert_audio_flows_both_ways(lab)
    await wire.hang_up(customer)
    await wire.event("Hangup", agent)
    assert wire.names(agent).count("MinidialerAgentIdle") == 1


@pytest.mark.parametrize(("context", "kind"), [("minidialer-join", "nailed-12-"), ("minidialer-join-once", "ring-12-")])
async def test_an_agent_who_puts_the_receiver_down_ends_the_customers_call(
    lab: Lab, wire: Wire, context: str, kind: str
) -> None:
    agent = await idle_agent(wire, kind, "1002")
    customer = await answered_customer(lab, wire, "+48600100202")
    await wire.redirect(customer, context, agent)
    await wire.event("BridgeEnter", agent)
    assert await lab.carrier.phone_hangs_up("1002")
    await wire.event("Hangup", agent)
    assert (await wire.event("Hangup", customer))["Cause"] == "16"


async def test_a_customer_whose_agent_is_gone_waits_for_another(lab: Lab, wire: Wire) -> None:
    customer = await answered_customer(lab, wire, "+48600100203")
    await wire.redirect(customer, "minidialer-join", "nailed-99-1")
    await asyncio.sleep(0.3)
    agent = await idle_agent(wire, "nailed-12-")
    await wire.redirect(customer, "minidialer-join", agent)
    await wire.event("BridgeEnter", agent)
    assert wire.names(customer).count("MinidialerAnswered") == 1


async def test_agents_whose_ids_begin_alike_are_kept_apart(lab: Lab, wire: Wire) -> None:
    """Asterisk takes `ring-1` for a channel called `ring-12-...`; the form of our names must not let that happen."""
    customer = leg()
    await wire.originate("PJSIP/1003", f"ring-12-{customer}", "minidialer-agent", AUTO_ANSWER)
    await wire.event("MinidialerAgentIdle", f"ring-12-{customer}")
    await wire.originate("PJSIP/1004", f"ring-1-{customer}", "minidialer-agent", AUTO_ANSWER)
    await wire.event("MinidialerAgentIdle", f"ring-1-{customer}")
    await wire.hang_up(f"ring-1-{customer}")
    await wire.event("Hangup", f"ring-1-{customer}")
    await answered_customer(lab, wire, "+48600100204", "MD_ANSWER_WAIT=2", name=customer)
    await wire.redirect(customer, "minidialer-join-once", f"ring-1-{customer}")
    await wire.event("Hangup", customer)
    assert "BridgeEnter" not in wire.names(f"ring-12-{customer}")


async def test_the_auto_answer_header_reaches_the_phone(lab: Lab, wire: Wire) -> None:
    await lab.carrier.phone_answers("1001", after=60)
    await idle_agent(wire, "nailed-12-", "1001")


async def test_a_phone_rings_as_long_as_told(lab: Lab, wire: Wire) -> None:
    await lab.carrier.phone_answers("1001", after=0.8)
    agent, start = leg("ring-12-"), asyncio.get_running_loop().time()
    await wire.originate("PJSIP/1001", agent, "minidialer-agent")
    await wire.event("MinidialerAgentIdle", agent)
    assert asyncio.get_running_loop().time() - start > 0.7


async def test_phones_can_be_busy_unattended_or_short_of_patience(lab: Lab, wire: Wire) -> None:
    await lab.carrier.phone_is_busy("1001")
    await lab.carrier.phone_rings_on("1002")
    await lab.carrier.phone_answers("1003", after=0.0, talk=0.5)
    legs = {phone: leg("ring-12-") for phone in ("1001", "1002", "1003")}
    for phone, name in legs.items():
        await wire.originate(f"PJSIP/{phone}", name, "minidialer-agent", ring=1 if phone == "1002" else 20)
    causes = {phone: (await wire.event("Hangup", name))["Cause"] for phone, name in legs.items()}
    assert causes == {"1001": "17", "1002": "19", "1003": "16"}
    assert "MinidialerAgentIdle" in wire.names(legs["1003"])


async def test_the_talk_is_recorded_from_the_join_on(lab: Lab, wire: Wire, tmp_path: Path) -> None:
    recording = tmp_path / "talk.wav"
    agent = await idle_agent(wire, "nailed-12-")
    customer = await answered_customer(lab, wire, "+48600100205", f"MD_RECORDING={recording}")
    await asyncio.sleep(0.5)
    assert not recording.exists()
    joined = asyncio.get_running_loop().time()
    await wire.redirect(customer, "minidialer-join", agent)
    await wire.event("BridgeEnter", customer)
    await asyncio.sleep(1.0)
    await wire.hang_up(customer)
    await wire.event("MinidialerAgentIdle", agent, nth=2)
    talked = asyncio.get_running_loop().time() - joined
    async with asyncio.timeout(LIMIT):  # Asterisk completes the file a moment after the call
        while recording.stat().st_size <= 44:  # noqa: ASYNC110 - only the header so far, and a file tells nobody
            await asyncio.sleep(0.05)
    seconds = (recording.stat().st_size - 44) / 16000  # 8 kHz, 16 bits
    assert 0.6 < seconds < talked + 0.3  # the half second before is not in it


async def test_behaviour_can_be_forced_back(lab: Lab, wire: Wire) -> None:
    await lab.carrier.force("+48600100206", Behaviour.BUSY)
    customer = leg()
    await wire.originate(lab.pbx.dial_string("+48600100206"), customer, "minidialer-customer")
    assert (await wire.event("Hangup", customer))["Cause"] == "17"
    await lab.carrier.unforce()
    await answered_customer(lab, wire, "+48600100206")
