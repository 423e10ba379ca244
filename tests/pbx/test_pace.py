"""Overdial and the 5-second limit, as the carrier and the store see them."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from minidialer.lab.customer import Behaviour

from .site import Site, until

pytestmark = pytest.mark.pbx

MANY = [f"6001{place:05d}" for place in range(200)]


@pytest.mark.parametrize(("overdial", "agents", "calls"), [(0, 2, 2), (100, 2, 4), (50, 3, 4)])
async def test_each_free_agent_gets_one_call_and_the_overdial(
    here: Site, overdial: int, agents: int, calls: int
) -> None:
    await here.lab.carrier.force_all(Behaviour.NO_ANSWER)
    await here.set_up(*MANY[:20], phones=agents, overdial_percent=overdial, ring_timeout=60)
    await here.join(*here.lab.pbx.phones[:agents])
    await here.start()
    await here.until_calls(calls)
    await asyncio.sleep(1.5)
    await here.until_calls(calls)

    async def ringing() -> bool:
        return {line.state for line in (await here.snapshot()).campaigns[0].dialling} == {"ringing"}

    await until(ringing)
    panel = (await here.snapshot()).campaigns[0]
    assert panel.decision.text.startswith(f"{agents} ready × (1+{overdial} %) − {calls} under way = 0")


async def test_progressive_never_overdials(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.NO_ANSWER)
    await here.set_up(*MANY[:20], phones=2, pacing_mode="progressive", overdial_percent=300, ring_timeout=60)
    await here.join("1001", "1002")
    await here.start()
    await here.until_calls(2)
    await asyncio.sleep(1)
    await here.until_calls(2)


async def test_manual_calls_nobody(here: Site) -> None:
    await here.set_up(*MANY[:5], pacing_mode="manual")
    await here.join("1001")
    await here.start()
    await asyncio.sleep(1)
    assert (await here.lead(MANY[0])).state == "fresh"


async def test_no_window_of_five_seconds_has_more_attempts_than_the_limit(here: Site) -> None:
    limit = 4
    await here.lab.carrier.force_all(Behaviour.INVALID, ring=0.0)
    await here.set_up(*MANY, phones=2, overdial_percent=400, max_attempts_per_5s=limit)
    await here.join("1001", "1002")
    await here.start()

    def dialled() -> list[int]:
        with closing(sqlite3.connect(here.daemon.store)) as store:
            rows = store.execute("SELECT dialled_at FROM attempt WHERE dialled_at IS NOT NULL ORDER BY dialled_at")
            return [start for (start,) in rows]

    async def used() -> bool:
        return len(dialled()) >= 2 * limit + 1

    await until(used, lambda: "the limit is used, not only kept")
    await here.stop()
    await here.until_calls(0)
    starts = dialled()
    gaps = [later - earlier for earlier, later in zip(starts, starts[limit:], strict=False)]
    assert min(gaps) >= 5_000_000, gaps


async def test_a_stopped_campaign_lets_calls_under_way_end(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=1.0, talk=30)
    await here.set_up("600100001")
    await here.join("1001")
    await here.start()
    await here.until_calls(1)
    await here.stop()
    await here.until_agent("1001", "in_call")


async def test_calling_hours_are_kept(here: Site) -> None:
    then = datetime.now(UTC) + timedelta(hours=12)  # in no zone of Europe soon
    await here.set_up("600100001", calling_window=f"mon-sun {then.hour}:00-{then.hour}:01")
    await here.join("1001")
    await here.start()

    async def outside() -> bool:
        return (await here.snapshot()).campaigns[0].decision.text == "outside its calling window"

    await until(outside)
    await here.change(calling_window="")
    await here.until_agent("1001", "in_call")
