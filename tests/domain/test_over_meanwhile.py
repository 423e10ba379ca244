"""The daemon dies or loses its link around an answer; the call ends before it is back, and Asterisk tells how."""

from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain import events
from minidialer.domain.agent import Agent, AgentState, Phone, PhoneState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.commands import SaveAttempt
from minidialer.domain.dialer import Dialer
from minidialer.domain.figures import counts_of
from minidialer.domain.floor import Floor
from minidialer.domain.lead import LeadChange
from minidialer.domain.outcome import Outcome
from minidialer.domain.trunk import Trunk

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
JOINED = NOW - timedelta(seconds=9)
PHONE = events.LiveLeg("nailed-1-1", "minidialer-agent", up=True)


def _dialer(state: AttemptState, agent_state: AgentState, phone: PhoneState) -> Dialer:
    """Attempt 7 and agent anna as the last run committed them."""
    attempt = Attempt(7, 1, 1, "+48600000001", state, state_since=JOINED, claimed_at=JOINED)
    if state is not AttemptState.CLAIMED:
        attempt.dialled_at = JOINED
    agent = Agent(1, "anna", state=agent_state, since=JOINED, campaign_id=1)
    agent.phone = Phone(phone, "nailed-1-1", JOINED)
    if state is AttemptState.JOINING:
        attempt.answered_at, attempt.agent_id, agent.attempt_id = JOINED, 1, 7
    settings = CampaignSettings(agent_connection=AgentConnection.NAILED_UP)
    campaign = Campaign(1, "c", 1, settings, CampaignStatus.STOPPED, agent_ids=frozenset({1}))
    return Dialer(Floor([campaign], [agent], [attempt], [Trunk("carrier", "PJSIP/{digits}@carrier")]))


def _resync(dialer: Dialer, *fates: events.Fate) -> tuple[Attempt, LeadChange | None]:
    """The attempt as it is stored in the end, and what it does to its lead."""
    saved = [
        command
        for command in dialer.handle(events.LinkUp((PHONE,), NOW, (), fates), NOW)
        if isinstance(command, SaveAttempt)
    ]
    return saved[-1].attempt, saved[-1].lead


@pytest.mark.parametrize(
    ("state", "agent_state", "phone"),
    [
        (AttemptState.JOINING, AgentState.RESERVED, PhoneState.BUSY),
        (AttemptState.RINGING, AgentState.READY, PhoneState.IDLE),  # the join itself was not committed
        (AttemptState.CLAIMED, AgentState.READY, PhoneState.IDLE),  # nor that it was dialled
    ],
)
def test_a_talk_nobody_heard_of_is_booked_and_its_form_is_open(
    state: AttemptState, agent_state: AgentState, phone: PhoneState
) -> None:
    dialer = _dialer(state, agent_state, phone)
    attempt, change = _resync(dialer, events.Fate(7, Outcome.ANSWERED, "nailed-1-1"))
    anna = dialer.floor.agents[1]
    assert (attempt.outcome, attempt.agent_id, attempt.ended_at, change) == (Outcome.ANSWERED, 1, NOW, None)
    assert attempt.answered_at is not None
    assert attempt.connected_at is not None
    assert attempt.answered_at <= attempt.connected_at <= NOW
    assert (anna.state, anna.attempt_id, anna.form_open, anna.phone.state) == (
        AgentState.WRAP_UP,
        7,
        True,
        PhoneState.IDLE,
    )


@pytest.mark.parametrize("state", [AttemptState.CLAIMED, AttemptState.DIALLING, AttemptState.RINGING])
def test_who_answered_and_met_nobody_counts_as_abandoned(state: AttemptState) -> None:
    dialer = _dialer(state, AgentState.READY, PhoneState.IDLE)
    attempt, _change = _resync(dialer, events.Fate(7, Outcome.ABANDONED))
    counts = counts_of(attempt)
    assert attempt.outcome is Outcome.ABANDONED
    assert (counts.attempts, counts.answered, counts.abandoned, counts.connected) == (1, 1, 1, 0)
    assert dialer.floor.agents[1].state is AgentState.READY


def test_a_machine_is_no_abandoned_customer() -> None:
    attempt, _change = _resync(
        _dialer(AttemptState.RINGING, AgentState.READY, PhoneState.IDLE), events.Fate(7, Outcome.MACHINE)
    )
    assert attempt.outcome is Outcome.MACHINE
    assert counts_of(attempt).answered == 0


def test_without_a_word_of_asterisk_a_join_that_vanished_is_abandoned_and_a_ringing_unknown() -> None:
    for state, agent_state, outcome in (
        (AttemptState.JOINING, AgentState.RESERVED, Outcome.ABANDONED),
        (AttemptState.RINGING, AgentState.READY, Outcome.UNKNOWN),
    ):
        dialer = _dialer(state, agent_state, PhoneState.BUSY)
        attempt, _change = _resync(dialer, events.Fate(8, Outcome.ANSWERED, "nailed-1-1"))
        assert attempt.outcome is outcome
        assert dialer.floor.agents[1].attempt_id is None
