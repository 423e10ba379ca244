"""All agents busy: let go, or queued with hold audio."""

from datetime import timedelta
from typing import Any

import pytest

from minidialer.control.models import seat
from minidialer.lab.customer import Behaviour

from .site import Site, until

pytestmark = pytest.mark.pbx

FIRST, SECOND = "+48600100001", "+48600100002"


async def two_answer(here: Site, **settings: Any) -> None:
    """Two customers answer one agent; the first is being talked to, by seconds."""
    await here.set_up(FIRST, SECOND, overdial_percent=100, ring_timeout=20, **settings)
    await here.lab.carrier.force(FIRST, Behaviour.ANSWER, ring=0.1, talk=60)
    await here.lab.carrier.force(SECOND, Behaviour.ANSWER, ring=3.0, talk=60)
    await here.join("1001")
    await here.start()
    await here.until_agent("1001", "in_call")


async def test_do_not_connect_lets_go_after_the_wait(here: Site) -> None:
    await two_answer(here, when_all_busy="do_not_connect", answer_wait=3.5)
    line = await here.outcome(SECOND)
    assert line.outcome == "abandoned"
    assert line.answered_at is not None
    assert line.ended_at is not None
    assert timedelta(seconds=3.5) <= line.ended_at - line.answered_at < timedelta(seconds=12)
    (call,) = [call for call in here.lab.carrier.calls() if call.number == SECOND][-1:]
    assert call.ended_by == "caller"
    assert (await here.agent("1001")).state == "in_call"


async def test_a_safe_message_is_played_before_the_customer_is_let_go(here: Site) -> None:
    await two_answer(here, when_all_busy="do_not_connect", answer_wait=0.5, safe_message="vm-goodbye")
    line = await here.outcome(SECOND)
    assert line.answered_at is not None
    assert line.ended_at is not None
    assert line.ended_at - line.answered_at > timedelta(seconds=1.0), "the message takes about a second"


async def test_a_queued_customer_hears_music_and_gets_the_agent_as_soon_as_one_is_free(here: Site) -> None:
    await two_answer(here, when_all_busy="queue", queue_wait=60)

    async def held() -> bool:
        return "MusicOnHold" in await here.lab.pbx.rx("core show channels concise")

    async def waiting() -> bool:
        return len((await here.snapshot()).campaigns[0].waiting) == 1

    await until(waiting)
    await until(held)
    await here.client.call(seat.HANG_UP, seat.Seat(agent="1001"))
    await here.until_agent("1001", "wrap_up")
    await here.save("1001")
    await here.until_agent("1001", "in_call")
    form = (await here.client.call(seat.FORM, seat.Seat(agent="1001"))).form
    assert form is not None
    assert form.number == SECOND
    assert [line.outcome for line in await here.history(FIRST)] == ["answered"]


async def test_the_queue_has_an_end(here: Site) -> None:
    await two_answer(here, when_all_busy="queue", queue_wait=2)
    line = await here.outcome(SECOND)
    assert line.outcome == "abandoned"
    assert line.answered_at is not None
    assert line.ended_at is not None
    assert timedelta(seconds=2) <= line.ended_at - line.answered_at < timedelta(seconds=12)
