"""The transition tables: walked line by line, and drawn in docs/states.md."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.agent import TRANSITIONS as AGENT_TABLE
from minidialer.domain.agent import Agent, AgentEvent, AgentState
from minidialer.domain.attempt import TRANSITIONS as ATTEMPT_TABLE
from minidialer.domain.attempt import UNMATCHED, Attempt, AttemptEvent, AttemptState
from minidialer.domain.transitions import TransitionError
from tools.state_diagrams import page

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_drawn_from_the_tables() -> None:
    shown = (DOCS / "states.md").read_text(encoding="utf-8")
    assert shown == page(), "run: python tools/state_diagrams.py docs/states.md"


@pytest.mark.parametrize("event", AgentEvent)
@pytest.mark.parametrize("state", AgentState)
def test_agents(state: AgentState, event: AgentEvent) -> None:
    """What is in the table happens; anything else is an error and changes nothing."""
    agent = Agent(1, "anna", state=state, reason="before")
    before = replace(agent)
    if (state, event) in AGENT_TABLE:
        agent.advance(event, NOW, "lunch")
        assert agent.state is AGENT_TABLE[state, event]
        assert agent.since == NOW
        assert agent.reason == ("lunch" if agent.state is AgentState.PAUSED else "")
    else:
        with pytest.raises(TransitionError, match=f"“{event.value}” cannot happen in state “{state.value}”"):
            agent.advance(event, NOW, "lunch")
        assert agent == before


@pytest.mark.parametrize("event", AttemptEvent)
@pytest.mark.parametrize("state", AttemptState)
def test_attempts(state: AttemptState, event: AttemptEvent) -> None:
    attempt = Attempt(1, 1, 1, "+48600100200", state=state)
    before = replace(attempt)
    if (state, event) in ATTEMPT_TABLE:
        attempt.advance(event, NOW)
        assert (attempt.state, attempt.state_since) == (ATTEMPT_TABLE[state, event], NOW)
        assert attempt.live is (event is not AttemptEvent.END)
    else:
        with pytest.raises(TransitionError):
            attempt.advance(event, NOW)
        assert attempt == before


def test_an_attempt_ends_once_from_wherever_it_is() -> None:
    enders = {state for state, event in ATTEMPT_TABLE if event is AttemptEvent.END}
    assert enders == set(AttemptState) - {AttemptState.ENDED}
    assert not [state for state, _ in ATTEMPT_TABLE if state is AttemptState.ENDED]


def test_nobody_is_talked_with_who_did_not_answer() -> None:
    to_connected = {state for (state, _), after in ATTEMPT_TABLE.items() if after is AttemptState.CONNECTED}
    assert to_connected == {AttemptState.JOINING}
    assert AttemptState.JOINING not in UNMATCHED


@given(st.lists(st.sampled_from(AgentEvent), max_size=40))
def test_every_agent_can_get_back_to_ready(events: list[AgentEvent]) -> None:
    agent = Agent(1, "anna")
    for event in events:
        if (agent.state, event) in AGENT_TABLE:
            agent.advance(event, NOW, "lunch")
    way = {
        AgentState.LOGGED_OUT: [AgentEvent.LOG_IN, AgentEvent.RESUME],
        AgentState.PAUSED: [AgentEvent.RESUME],
        AgentState.RESERVED: [AgentEvent.RELEASE],
        AgentState.IN_CALL: [AgentEvent.FINISH, AgentEvent.SAVE],
        AgentState.WRAP_UP: [AgentEvent.SAVE],
    }
    for event in way.get(agent.state, []):
        agent.advance(event, NOW)
    assert agent.state is AgentState.READY


def test_a_reservation_that_comes_to_nothing_costs_no_place_in_the_queue() -> None:
    agent = Agent(1, "anna", state=AgentState.RESERVED, ready_since=NOW.replace(hour=9))
    agent.advance(AgentEvent.RELEASE, NOW)
    assert agent.ready_since == NOW.replace(hour=9)
    agent.advance(AgentEvent.PAUSE, NOW, "lunch")
    agent.advance(AgentEvent.RESUME, NOW)
    assert agent.ready_since == NOW
