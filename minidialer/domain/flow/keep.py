"""Commands that keep the present state of an attempt or an agent: copies, since the originals go on changing."""

from dataclasses import replace

from minidialer.domain.agent import Agent
from minidialer.domain.attempt import Attempt
from minidialer.domain.commands import SaveAgent, SaveAttempt
from minidialer.domain.lead import LeadChange


def keep_attempt(attempt: Attempt, lead: LeadChange | None = None) -> SaveAttempt:
    """Store the attempt as it now is."""
    return SaveAttempt(replace(attempt), lead)


def keep_agent(agent: Agent) -> SaveAgent:
    """Store the agent as they now are."""
    return SaveAgent(replace(agent, phone=replace(agent.phone)))
