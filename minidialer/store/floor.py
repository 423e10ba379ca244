"""What the dialer needs at start: everything that is live, as the store knows it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.agent import Agent
from minidialer.domain.attempt import Attempt
from minidialer.domain.campaign import Campaign

from . import agents, attempts, campaigns


async def load_floor(conn: AsyncConnection) -> tuple[list[Campaign], list[Agent], list[Attempt]]:
    """All campaigns with their agents, all agents with their state, and all live attempts."""
    return await campaigns.every(conn), await agents.every(conn), await attempts.live(conn)
