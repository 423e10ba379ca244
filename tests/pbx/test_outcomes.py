"""What the carrier answers becomes the right outcome, and the outcome the right retry."""

from datetime import timedelta

import pytest

from minidialer.lab.customer import Behaviour

from .site import Site

pytestmark = pytest.mark.pbx

RETRY_INTERVAL = 7
CASES = {
    "+48600100001": (Behaviour.BUSY, "busy", "retry"),
    "+48600100002": (Behaviour.NO_ANSWER, "no_answer", "retry"),
    "+48600100003": (Behaviour.INVALID, "invalid", "closed"),
    "+48600100004": (Behaviour.CONGESTION, "congestion", "retry"),
    "+48600100005": (Behaviour.MACHINE, "machine", "retry"),
}
PERSON = "+48600100006"


async def test_each_behaviour_of_the_carrier_has_its_outcome_and_its_retry(here: Site) -> None:
    await here.set_up(
        *CASES, PERSON, overdial_percent=1000, retry_interval=RETRY_INTERVAL, answering_machine_detection=True
    )
    for number, (behaviour, _outcome, _state) in CASES.items():
        await here.lab.carrier.force(number, behaviour, ring=0.3)
    await here.join("1001")
    await here.start()
    for number, (_behaviour, outcome, state) in CASES.items():
        line = await here.outcome(number)
        lead = await here.lead(number)
        assert (line.outcome, lead.state, lead.attempts) == (outcome, state, 1), line
        if state == "retry":
            assert lead.due_at is not None
            assert line.ended_at is not None
            assert lead.due_at - line.ended_at == timedelta(minutes=RETRY_INTERVAL)
    await here.until_agent("1001", "in_call")
    await here.lab.carrier.hang_up_everybody()
    line = await here.outcome(PERSON)
    assert (line.outcome, line.agent) == ("answered", "1001")


async def test_a_customer_who_answers_and_is_gone_before_an_agent_came_is_abandoned(here: Site) -> None:
    await here.set_up("600100001", "600100002", overdial_percent=100, answer_wait=30.0, ring_timeout=20)
    await here.lab.carrier.force("+48600100001", Behaviour.ANSWER, ring=0.1, talk=30)
    await here.lab.carrier.force("+48600100002", Behaviour.ANSWER, ring=3.0, talk=3.0)
    await here.join("1001")
    await here.start()
    line = await here.outcome("+48600100002")
    assert (line.outcome, line.agent) == ("abandoned", None)
    assert line.answered_at is not None
    assert line.ended_at is not None
    assert timedelta(seconds=0.5) < line.ended_at - line.answered_at < timedelta(seconds=20)
