"""Customers behave as foretold, and the carrier's own record has every call."""

from __future__ import annotations

import asyncio
import contextlib
import math
import statistics
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from minidialer.lab import Behaviour, CarrierCall, Customer, Lab, Mix, decide, read_call_record
from minidialer.lab.customer import draw, lognormal

from .wire import Wire, leg

SEED = 42
MIX = Mix(ring=(0.0, 0.1, 0.1, 0.4), talk=(0.2, 1.0))
RING_LIMITS = {behaviour: 1 if behaviour is Behaviour.NO_ANSWER else 20 for behaviour in Behaviour}
"""Seconds: who never answers is given up soon, everybody else has the time a busy machine takes."""
LIMIT = 15.0  # seconds until what is over is on record
CAUSES = {  # Q.850, on the PBX's side
    Behaviour.ANSWER: "16",
    Behaviour.MACHINE: "16",
    Behaviour.BUSY: "17",
    Behaviour.NO_ANSWER: "19",
    Behaviour.INVALID: "1",
    Behaviour.CONGESTION: "34",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A lab of its own whose customers behave by the seed."""
    async with Lab(phones=0, seed=SEED, mix=MIX, home=tmp_path_factory.mktemp("town")) as lab:
        yield lab


@given(st.integers(0, 10**9), st.integers(10**8, 10**12), st.integers(1, 1000))
def test_a_draw_is_in_its_range_and_repeats(seed: int, number: int, nth: int) -> None:
    drawn = draw(seed, f"+{number}", nth, "ring")
    assert 0 <= drawn <= 999_999
    assert drawn == draw(seed, f"+{number}", nth, "ring")


def test_customers_follow_the_weights_and_ranges() -> None:
    mix = Mix(answer=50, machine=0, busy=30, no_answer=0, invalid=0, congestion=20, ring=(1, 2), talk=(3, 4.5))
    customers = [decide(1, f"+48{600100000 + i}", 1, mix) for i in range(4000)]
    shares = Counter(customer.behaviour for customer in customers)
    assert shares.keys() == {Behaviour.ANSWER, Behaviour.BUSY, Behaviour.CONGESTION}
    assert abs(shares[Behaviour.ANSWER] - 2000) < 150
    assert abs(shares[Behaviour.BUSY] - 1200) < 150
    assert 1 <= min(c.ring for c in customers) < 1.01 < 1.99 < max(c.ring for c in customers) <= 2
    assert 3 <= min(c.talk for c in customers) < 3.01 < 4.49 < max(c.talk for c in customers) <= 4.5


def test_times_may_be_lognormal() -> None:
    mix = Mix(talk=lognormal(9, 0.5, parts=20))
    talks = [decide(1, f"+48{600100000 + i}", 1, mix).talk for i in range(4000)]
    assert statistics.fmean(talks) == pytest.approx(9, rel=0.05)
    assert statistics.median(talks) == pytest.approx(9 / math.exp(0.5**2 / 2), rel=0.05)
    assert statistics.stdev(math.log(talk) for talk in talks) == pytest.approx(0.5, rel=0.1)


def test_another_call_to_the_same_number_may_end_otherwise() -> None:
    assert len({decide(1, "+48600100200", nth, MIX).behaviour for nth in range(1, 60)}) == len(Behaviour)


@pytest.mark.parametrize(
    "wrong", [{"busy": -1}, {name.value: 0 for name in Behaviour}, {"ring": (2.0, 1.0)}, {"talk": (2.0,)}]
)
def test_an_impossible_mix_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="mix"):
        replace(Mix(), **wrong)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.pbx
async def test_the_dialplan_decides_as_python_does(tmp_path: Path) -> None:
    """One channel of a carrier walks through 600 pairs of number and count and writes down what it would do."""
    pairs = [(f"+48{600100000 + 37 * i}", nth) for i in range(200) for nth in (1, 2, 11)]
    told = tmp_path / "told.txt"
    steps = "".join(
        f" same => n,Gosub(decide,s,1({number},{nth}))\n"
        f" same => n,Set(FILE({told},,,al,u)={number} {nth} ${{BEHAVIOUR}} ${{RING}} ${{TALK}})\n"
        for number, nth in pairs
    )
    async with Lab(phones=0, seed=SEED, mix=MIX, home=tmp_path) as lab:
        (lab.carrier.etc / "tests.conf").write_text(f"[tests]\nexten => s,1,Answer()\n{steps} same => n,Hangup()\n")
        await lab.carrier.rx("dialplan reload")
        await lab.carrier.rx("channel originate Local/s@tests application Wait 30")
        await lab.carrier.wait_for("core show channels count", "1 call processed")
        await lab.carrier.wait_for("core show channels count", "0 active channels", limit=60)
    expected = [
        f"{number} {nth} {customer.behaviour} {round(customer.ring * 1000)} {round(customer.talk * 1000)}"
        for number, nth in pairs
        for customer in [decide(SEED, number, nth, MIX)]
    ]
    assert told.read_text().splitlines() == expected


@pytest.mark.pbx
@pytest.mark.parametrize("behaviour", list(Behaviour))
async def test_each_behaviour_gives_its_cause_and_its_row(lab: Lab, wire: Wire, behaviour: Behaviour) -> None:
    number, customer = f"+4860010040{list(Behaviour).index(behaviour)}", leg()
    await lab.carrier.force(number, behaviour, ring=0.1, talk=0.5)
    await wire.originate(
        lab.pbx.dial_string(number), customer, "minidialer-customer", "MD_ANSWER_WAIT=15", ring=RING_LIMITS[behaviour]
    )
    assert (await wire.event("Hangup", customer))["Cause"] == CAUSES[behaviour]
    reason = (await wire.event("OriginateResponse", customer))["Reason"]
    answered = behaviour in (Behaviour.ANSWER, Behaviour.MACHINE)
    assert reason == {True: "4", False: "3" if behaviour is Behaviour.NO_ANSWER else "0"}[answered]
    row = await row_of(lab, number)
    assert (row.behaviour, row.nth) == (behaviour, 1)
    assert row.ended_by == ("caller" if behaviour is Behaviour.NO_ANSWER else "customer")
    assert (row.answered is not None) == answered
    if behaviour is Behaviour.ANSWER:
        assert row.answered is not None
        assert 0.4 < (row.ended - row.answered).total_seconds() < 10  # others talk for 20 s


@pytest.mark.pbx
async def test_the_caller_hanging_up_is_told_apart(lab: Lab, wire: Wire) -> None:
    customer = leg()
    await wire.originate(lab.pbx.dial_string("+48600100410"), customer, "minidialer-customer")
    await wire.event("MinidialerAnswered", customer)
    await wire.hang_up(customer)
    assert (await row_of(lab, "+48600100410")).ended_by == "caller"


@pytest.mark.pbx
async def test_not_one_row_is_lost_in_a_rush(town: Lab) -> None:
    """200 calls in 4 s, unanswered and cancelled ones included: each is recorded, as foretold."""
    numbers = [f"+48{700100000 + i}" for i in range(200)]
    foretold: dict[str, Customer] = {number: decide(SEED, number, 1, MIX) for number in numbers}
    before = len(town.carrier.calls())
    async with Wire(town.pbx.manager) as wire:
        legs = {number: leg() for number in numbers}
        for number, customer in legs.items():
            limit = RING_LIMITS[foretold[number].behaviour]
            await wire.originate(
                town.pbx.dial_string(number), customer, "minidialer-customer", "MD_ANSWER_WAIT=0.2", ring=limit
            )
            await asyncio.sleep(0.02)
        hangups = {number: (await wire.event("Hangup", customer))["Cause"] for number, customer in legs.items()}
    await town.carrier.wait_for("core show channels count", "0 active channels")
    rows = {row.number: row for row in (await rows_when(town, before + len(numbers)))[before:]}
    assert rows.keys() == set(numbers)
    assert {n: row.behaviour for n, row in rows.items()} == {n: c.behaviour for n, c in foretold.items()}
    assert hangups == {n: CAUSES[c.behaviour] for n, c in foretold.items()}


async def row_of(lab: Lab, number: str) -> CarrierCall:
    """The newest row about that number; it is written a moment after the hang-up."""
    async with asyncio.timeout(LIMIT):
        while True:
            rows = [row for row in read_call_record(lab.carrier.record_file) if row.number == number]
            if rows:
                return rows[-1]
            await asyncio.sleep(0.02)


async def rows_when(lab: Lab, count: int) -> list[CarrierCall]:
    """All rows, once there are that many (or after a while, however many there are)."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LIMIT):
            while len(lab.carrier.calls()) < count:  # noqa: ASYNC110 — a file tells nobody
                await asyncio.sleep(0.02)
    return lab.carrier.calls()
