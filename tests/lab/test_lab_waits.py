"""Nobody is left on the line: what the dialplan does alone when no daemon ever comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from minidialer.lab import Behaviour, Lab

from .test_lab_customers import row_of
from .test_lab_joins import AUTO_ANSWER, answered_customer
from .wire import LIMIT, Wire, leg

pytestmark = pytest.mark.pbx


# A busy machine makes a wait longer, and none shorter than it is at the customer's end; so each is told from the two
# seconds of the default by being longer.
SLACK = 10.0


async def seconds_on_the_line(lab: Lab, wire: Wire, name: str, number: str) -> float:
    """Seconds from the customer's answer to the end, by the carrier's record; the PBX must be the one who ends it."""
    assert (await wire.event("Hangup", name))["Cause"] == "16"
    row = await row_of(lab, number)
    assert row.ended_by == "caller"
    assert row.answered is not None
    return (row.ended - row.answered).total_seconds()


async def test_an_answered_customer_is_let_go_after_the_answer_wait(lab: Lab, wire: Wire) -> None:
    number = "+48600100300"
    customer = await answered_customer(lab, wire, number, "MD_ANSWER_WAIT=3.5")
    assert 3.4 < await seconds_on_the_line(lab, wire, customer, number) < 3.5 + SLACK


async def test_without_an_answer_wait_it_is_two_seconds(lab: Lab, wire: Wire) -> None:
    number, customer = "+48600100301", leg()
    await wire.originate(lab.pbx.dial_string(number), customer, "minidialer-customer")
    assert 1.9 < await seconds_on_the_line(lab, wire, customer, number) < 2.0 + SLACK


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
    customer = await answered_customer(lab, wire, "+48600100302", "MD_QUEUE_WAIT=2", *hold)
    start = asyncio.get_running_loop().time()
    await wire.redirect(customer, "minidialer-hold")
    assert (await wire.event("Hangup", customer))["Cause"] == "16"
    waited = asyncio.get_running_loop().time() - start
    assert 0.9 < waited < 2 + SLACK  # EPOCH counts whole seconds


async def test_the_queue_wait_does_not_cut_the_talk(lab: Lab, wire: Wire) -> None:
    agent = leg("nailed-12-")
    await wire.originate("PJSIP/1001", agent, "minidialer-agent", AUTO_ANSWER)
    await wire.event("MinidialerAgentIdle", agent)
    variables = ("MD_QUEUE_WAIT=4", "MD_HOLD_ANNOUNCEMENT=demo-congrats")
    customer = await answered_customer(lab, wire, "+48600100303", *variables)
    await wire.redirect(customer, "minidialer-hold")
    await lab.pbx.wait_for("core show channels concise", "!Playback!demo-congrats!")
    await wire.redirect(customer, "minidialer-join", agent)
    await wire.event("BridgeEnter", customer)
    await asyncio.sleep(4.5)
    assert "Hangup" not in wire.names(customer)
    assert "BridgeLeave" not in wire.names(customer)


async def test_the_safe_message_is_played_to_the_end(lab: Lab, wire: Wire) -> None:
    variables, number = ("MD_ANSWER_WAIT=0.1", "MD_SAFE_MESSAGE=silence/3"), "+48600100304"
    customer = await answered_customer(lab, wire, number, *variables)
    assert 3.0 < await seconds_on_the_line(lab, wire, customer, number) < 3.1 + SLACK


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
    sent = 0
    async with asyncio.timeout(LIMIT):
        while sent <= 12:
            await asyncio.sleep(0.2)
            stats = (await lab.pbx.rx("pjsip show channelstats")).split()
            sent = int(stats[stats.index("alaw") + 5])  # the transmit count stands five columns on
