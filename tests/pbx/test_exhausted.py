"""Exhausted leads: computed, and dialable again at once."""

import asyncio

import pytest

from minidialer.control.models import leads
from minidialer.lab.customer import Behaviour

from .site import LIST, Site

pytestmark = pytest.mark.pbx

NUMBER = "+48600100001"


async def exhaust(here: Site) -> None:
    """One busy try with no retries allowed."""
    await here.lab.carrier.force_all(Behaviour.BUSY, ring=0.1)
    await here.set_up(NUMBER, max_retries=0)
    await here.join("1001")
    await here.start()
    await here.outcome(NUMBER)
    assert (await here.lead(NUMBER)).state == "exhausted"
    await asyncio.sleep(1.5)
    assert len(await here.history(NUMBER)) == 1


async def test_raising_max_retries_revives_it_at_once(here: Site) -> None:
    await exhaust(here)
    await here.change(max_retries=1)
    assert (await here.outcome(NUMBER, nth=2)).outcome == "busy"
    assert (await here.lead(NUMBER)).state == "exhausted"


async def test_resetting_the_counters_revives_it_at_once(here: Site) -> None:
    await exhaust(here)
    reset = await here.client.call(leads.RESET, leads.LeadsReset(lead_list=LIST))
    assert reset.count == 1
    assert (await here.outcome(NUMBER, nth=2)).outcome == "busy"
