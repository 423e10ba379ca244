"""Agents' pages: an agent whose page nobody sees gets no calls, and is back as before when the page is."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import BUSY, AfterCall, AfterCallAction, AgentEvent, AgentState, PauseReason
from minidialer.domain.commands import Command
from minidialer.domain.events import PageBack, PageGone
from minidialer.domain.floor import Floor

from .keep import keep_agent
from .seats import become_ready

_AFTERWARDS = AfterCall(AfterCallAction.PAUSE, PauseReason.PAGE_GONE)


def gone(floor: Floor, event: PageGone, now: datetime) -> Iterator[Command]:
    """Paused at once, or after the present call and form. Who paused by themselves stays paused for that."""
    agent = floor.agents.get(event.agent_id)
    if agent is None:
        return
    waits = agent.state is AgentState.PAUSED and agent.reason == PauseReason.CALLING_PHONE
    if agent.state is AgentState.READY or waits:
        floor.step_agent(agent, AgentEvent.PAUSE, now, PauseReason.PAGE_GONE)
        yield keep_agent(agent)
    elif agent.state in BUSY and agent.after_call is None and (agent.home is None or not agent.home.reason):
        agent.after_call = _AFTERWARDS
        yield keep_agent(agent)


def back(floor: Floor, event: PageBack, now: datetime) -> Iterator[Command]:
    """Undoes what `gone` did, and nothing else."""
    agent = floor.agents.get(event.agent_id)
    if agent is None:
        return
    if agent.after_call == _AFTERWARDS:
        agent.after_call = None
        yield keep_agent(agent)
    elif agent.state is AgentState.PAUSED and agent.reason == PauseReason.PAGE_GONE:
        yield from become_ready(floor, agent, now)
