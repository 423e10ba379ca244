"""Nobody is left on the line: what the dialplan does alone when no daemon ever comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from minidialer.lab import Behaviour, Lab

from .test_lab_joins import AUTO_ANSWER, answered_customer
from .wire import Wire, leg

pytestmark = pytest.mark.pbx


async def seconds_until_hangup(wire: Wire, name: str) -> float:
    """Seconds from now to the leg's end; the PBX must be the one who ends it."""
    start = asyncio.get_running_loop().time()
    assert (await wire.event("Hangup", name))["Cause"] == "16"
    return asyncio.get_running_loop().time() - start


async def test_an_answered_customer_is_let_go_after_the_answer_wait(lab: Lab, wire: Wire) -> None:
    customer = await answered_customer(lab, wire, "+48600100300", "MD_ANSWER_WAIT=0.6")
    assert 0.4 < await seconds_until_hangup(wire, customer) < 1.2


async def test_without_an_answer_wait_it_is_two_seconds(lab: Lab, wire: Wire) -> None:
    customer = await answered_customer(lab, wire, "+48600100301")
    assert 1.8 < await seconds_until_hangup(wire, customer) < 2.6


@pytest.mark.parametrize(
    "hold",
    [
        (),
        ("MD_HOLD_MUSIC=minidialer-queue",),
        ("MD_HOLD_MUSIC=no-such-class",),
        ("MD_HOLD_ANNOUNCEMENT=demo-congrats",),
        ("MD_HOLD_ANNOUNCEMENT=beep",),
        ("MD_HOLD_ANNOUNCEMENT=no-such-file",),
    ],
    ids=" ".join,
)
async def test_a_queued_customer_is_let_go_after_the_queue_wait(lab: Lab, wire: Wire, hold: tuple[str, ...]) -> None:
    customer = await answered_customer(lab, wire, "+48600100302", "MD_QUEUE_WAIT=1", *hold)
    await wire.redirect(customer, "minidialer-hold")
    assert 0.5 < await seconds_until_hangup(wire, customer) < 2.2  # EPOCH counts whole seconds


async def test_the_queue_wait_does_not_cut_the_talk(lab: Lab, wire: Wire) -> None:
    agent = leg("nailed-12-")
    await wire.originate("PJSIP/1001", agent, "minidialer-agent", AUTO_ANSWER)
    variables = ("MD_QUEUE_WAIT=1", "MD_HOLD_ANNOUNCEMENT=demo-congrats")
    customer = await answered_customer(lab, wire, "+48600100303", *variables)
    await wire.redirect(customer, "minidialer-hold")
    await asyncio.sleep(0.3)
    await wire.redirect(customer, "minidialer-join", agent)
    await asyncio.sleep(1.5)
    assert "Hangup" not in wire.names(customer)
    assert "BridgeLeave" not in wire.names(customer)


async def test_the_safe_message_is_played_to_the_end(lab: Lab, wire: Wire) -> None:
    variables = ("MD_ANSWER_WAIT=0.1", "MD_SAFE_MESSAGE=silence/1")
    customer = await answered_customer(lab, wire, "+48600100304", *variables)
    assert 1.0 < await seconds_until_hangup(wire, customer) < 1.7


@pytest.mark.parametrize(
    ("behaviour", "event"), [(Behaviour.ANSWER, "MinidialerAnswered"), (Behaviour.MACHINE, "MinidialerMachine")]
)
async def test_amd_tells_a_hello_from_a_recorded_greeting(
    lab: Lab, wire: Wire, behaviour: Behaviour, event: str
) -> None:
    await lab.carrier.force("+48600100305", behaviour, ring=0)
    customer = leg()
    variables = ("MD_AMD=1", "MD_ANSWER_WAIT=0.2")
    await wire.originate(lab.pbx.dial_string("+48600100305"), customer, "minidialer-customer", *variables)
    await wire.event("Hangup", customer)
    events = {name for name in wire.names(customer) if name.startswith("Minidialer")}
    assert events == {event}


async def test_an_idle_agent_is_sent_sound(lab: Lab, wire: Wire, tmp_path: Path) -> None:
    """Silence, but as packets, so that a firewall keeps the way to the phone open."""
    agent = leg("nailed-12-")
    await wire.originate("PJSIP/1001", agent, "minidialer-agent", AUTO_ANSWER)
    start = await wire.event("MusicOnHoldStart", agent)
    assert start["Class"] == "minidialer-idle"
    await asyncio.sleep(0.5)
    stats = (await lab.pbx.rx("pjsip show channelstats")).split()
    assert int(stats[stats.index("alaw") + 5]) > 12  # the transmit count stands five columns on
