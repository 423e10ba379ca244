"""The daemon stops and starts in the middle of talks; Asterisk goes and comes back."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from minidialer.control.models import base, seat, system
from minidialer.lab import Lab, Mix
from minidialer.lab.customer import Behaviour

from .site import Site, site, until

pytestmark = pytest.mark.pbx

FIRST, SECOND = "+48600100001", "+48600100002"


async def test_sigterm_leaves_talks_alone_and_the_next_start_takes_them_up(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=90)
    await here.set_up(FIRST, SECOND, phones=2)
    await here.join("1001", "1002")
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.until_agent("1002", "in_call")
    assert await here.daemon.stop() == 0
    assert await here.lab.pbx.channels() == 4, "two customers and two phones talk on"
    await asyncio.sleep(1)
    await here.daemon.start()
    async with here.connected():
        await here.linked()
        for login in ("1001", "1002"):
            assert (await here.agent(login)).state == "in_call"
            await here.client.call(seat.HANG_UP, seat.Seat(agent=login))
            await here.until_agent(login, "wrap_up")
        await here.save("1001")
        await here.save("1002")
        await here.until_agent("1001", "ready")
        for number in (FIRST, SECOND):
            line = await here.outcome(number)
            assert (line.outcome, line.disposition) == ("answered", "sale")


async def test_a_talk_that_ended_while_the_daemon_was_away_ends_in_its_form(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=3)
    await here.set_up(FIRST)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.talk(FIRST)  # what a crash may undo is the last commit's few milliseconds
    await here.daemon.kill()
    await asyncio.sleep(4)
    await here.daemon.start()
    async with here.connected():
        await here.until_agent("1001", "wrap_up")
        line = await here.outcome(FIRST)
        assert line.outcome == "answered"
        await here.save("1001")
        await here.until_agent("1001", "ready")


async def test_a_form_saved_just_before_a_crash_does_not_hold_its_agent(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=0.1, talk=4)
    await here.set_up(FIRST)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")
    await here.save("1001")
    await here.daemon.kill()
    await asyncio.sleep(4)
    await here.daemon.start()
    async with here.connected():
        await here.until_agent("1001", "ready")
        line = await here.outcome(FIRST)
        assert (line.outcome, line.disposition) == ("answered", "sale")


async def test_sigterm_waits_for_a_ringing_customer_and_joins_them(here: Site) -> None:
    await here.lab.carrier.force_all(Behaviour.ANSWER, ring=2.0, talk=90)
    await here.set_up(FIRST, ring_timeout=20)
    await here.join("1001")
    await here.start()
    await here.until_calls(1)
    assert await here.daemon.stop() == 0
    await here.daemon.start()
    async with here.connected():
        await here.linked()
        assert (await here.agent("1001")).state == "in_call"
        line = await here.talk(FIRST)
        assert line.agent == "1001"


async def test_asterisk_gone_and_back(tmp_path: Path) -> None:
    mix = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.1, 0.1), talk=(60, 60))
    async with Lab(phones=2, seed=5, mix=mix, home=tmp_path / "lab") as lab, site(lab, tmp_path) as here:
        await here.set_up(FIRST, SECOND, phones=1)
        await here.join("1001")
        await here.start()
        await here.until_agent("1001", "in_call")
        await lab.pbx.stop()

        async def down() -> bool:
            return not (await here.client.call(system.STATUS, base.Nothing())).link.up

        await until(down)
        status = await here.client.call(system.STATUS, base.Nothing())
        assert status.link.problem is not None
        assert "Asterisk" in status.link.problem.text
        assert (await here.lead(SECOND)).state == "fresh", "nothing is dialled meanwhile"
        await lab.start_pbx_again()
        await here.linked()
        await here.until_agent("1001", "wrap_up")
        line = await here.outcome(FIRST)
        assert line.outcome == "answered"
        await here.save("1001")
        await here.until_agent("1001", "in_call")
        second = await here.talk(SECOND)
        assert second.answered_at is not None
        assert second.connected_at is not None
        assert second.connected_at - second.answered_at < timedelta(seconds=15)
