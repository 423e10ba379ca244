"""Private leads: off, manual and automatic. In no mode does another agent get one."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from minidialer.control.models import seat
from minidialer.lab.customer import Behaviour

from .site import Site

pytestmark = pytest.mark.pbx

NUMBER = "+48600100001"


async def keep_as_own(here: Site, mode: str) -> datetime:
    """Agent 1001 talks with the customer and saves a private disposition with a callback, seconds later: given."""
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=60)
    await here.set_up(NUMBER, phones=2, private_leads=mode)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    await here.until_agent("1001", "wrap_up")
    await here.client.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="lunch"))
    due = datetime.now(UTC) + timedelta(seconds=5)  # a machine may take some to save it
    await here.save("1001", "mine later", due)
    await here.until_agent("1001", "paused")
    return due


async def sleep_until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


async def test_automatic_calls_it_for_its_owner_only(here: Site) -> None:
    due = await keep_as_own(here, "automatic")
    lead = await here.lead(NUMBER)
    assert (lead.state, lead.owner) == ("callback", "1001")
    await here.join("1002")
    await sleep_until(due + timedelta(seconds=2))
    assert len(await here.history(NUMBER)) == 1, "its owner is not there"
    await here.client.call(seat.RESUME, seat.Seat(agent="1001"))
    await here.until_agent("1001", "in_call")
    assert (await here.agent("1002")).state == "ready"
    assert [line.agent for line in await here.history(NUMBER)] == ["1001", "1001"]


async def test_manual_leaves_it_to_its_owner(here: Site) -> None:
    due = await keep_as_own(here, "manual")
    assert (await here.lead(NUMBER)).owner == "1001"
    await here.join("1002")
    await here.client.call(seat.RESUME, seat.Seat(agent="1001"))
    await sleep_until(due + timedelta(seconds=2))
    assert len(await here.history(NUMBER)) == 1


async def test_off_gives_it_no_owner(here: Site) -> None:
    await keep_as_own(here, "off")
    assert (await here.lead(NUMBER)).owner is None
    await here.join("1002")
    await here.until_agent("1002", "in_call")


async def test_a_private_lead_is_called_ahead_of_the_order(here: Site) -> None:
    due = await keep_as_own(here, "automatic")
    await here.import_numbers("600200001", "600200002")
    await sleep_until(due + timedelta(seconds=0.5))
    await here.client.call(seat.RESUME, seat.Seat(agent="1001"))
    await here.until_agent("1001", "in_call")
    assert len(await here.history(NUMBER)) == 2
    assert await here.history("600200001") == []
