"""Commands that keep the present state of an attempt or an agent: copies, since the originals go on changing.

The copies are made field by field: `dataclasses.replace` costs five times as much, and every event keeps something.
"""

from dataclasses import fields
from operator import attrgetter

from minidialer.domain.agent import Agent, Phone
from minidialer.domain.attempt import Attempt
from minidialer.domain.commands import SaveAgent, SaveAttempt
from minidialer.domain.lead import LeadChange

_of_attempt, _of_agent, _of_phone = (
    attrgetter(*(field.name for field in fields(kind))) for kind in (Attempt, Agent, Phone)
)


def keep_attempt(attempt: Attempt, lead: LeadChange | None = None) -> SaveAttempt:
    """Store the attempt as it now is."""
    return SaveAttempt(Attempt(*_of_attempt(attempt)), lead)


def keep_agent(agent: Agent) -> SaveAgent:
    """Store the agent as they now are."""
    kept = Agent(*_of_agent(agent))
    kept.phone = Phone(*_of_phone(agent.phone))
    return SaveAgent(kept)
