"""The daemon dies between the join it sent and the news that both have met; the talk is over before it is back."""

from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain import events
from minidialer.domain.agent import Agent, AgentState, Phone, PhoneState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.commands import SaveAttempt
from minidialer.domain.dialer import Dialer
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.trunk import Trunk

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
JOINED = NOW - timedelta(seconds=9)


def _killed(phone: PhoneState) -> Dialer:
    attempt = Attempt(7, 1, 1, "+48600000001", AttemptState.JOINING, agent_id=1, state_since=JOINED)
    attempt.claimed_at = attempt.dialled_at = attempt.answered_at = JOINED
    agent = Agent(1, "anna", state=AgentState.RESERVED, since=JOINED, campaign_id=1, attempt_id=7)
    agent.phone = Phone(phone, "nailed-1-1", JOINED)
    settings = CampaignSettings()
    campaign = Campaign(1, "c", 1, settings, CampaignStatus.STOPPED, agent_ids=frozenset({1}))
    return Dialer(Floor([campaign], [agent], [attempt], [Trunk("carrier", "PJSIP/{digits}@carrier")]))


def _resync(dialer: Dialer) -> Attempt:
    phone = events.LiveLeg("nailed-1-1", "minidialer-agent", up=True)
    saved = [
        command.attempt
        for command in dialer.handle(events.LinkUp((phone,), NOW), NOW)
        if isinstance(command, SaveAttempt)
    ]
    return saved[-1]


def test_the_talk_is_booked_and_its_form_is_open() -> None:
    dialer = _killed(PhoneState.BUSY)
    attempt = _resync(dialer)
    assert (attempt.outcome, attempt.connected_at, attempt.ended_at) == (Outcome.ANSWERED, JOINED, NOW)
    assert dialer.floor.agents[1].state is AgentState.WRAP_UP
    assert dialer.floor.agents[1].attempt_id == attempt.id


@pytest.mark.parametrize("phone", [PhoneState.CALLING, PhoneState.IDLE])
def test_whom_no_phone_had_picked_up_for_is_abandoned(phone: PhoneState) -> None:
    dialer = _killed(phone)
    assert _resync(dialer).outcome is Outcome.ABANDONED
    assert dialer.floor.agents[1].state is not AgentState.WRAP_UP


def test_after_a_mere_loss_of_the_link_nobody_knows_so_it_is_abandoned() -> None:
    dialer = _killed(PhoneState.BUSY)
    legs = (events.LiveLeg("nailed-1-1", "minidialer-agent", up=True), events.LiveLeg("7", "minidialer-join", up=True))
    dialer.handle(events.LinkUp(legs, NOW - timedelta(minutes=1)), NOW)
    dialer.handle(events.LinkDown(), NOW)
    assert _resync(dialer).outcome is Outcome.ABANDONED
