"""Hold, and talk on: no faster than Asterisk moves the two legs."""

import asyncio

from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.agent import Agent
from minidialer.domain.events import SetHold

from .one_at_a_time import OneAtATime

SETTLES = 0.5
"""Seconds for both legs to come where they were sent. Asterisk tells nobody when they have; sent on too soon, which is
2 ms on an idle machine, they miss each other: the customer hears music for an hour, or is hung up."""


class Holding:
    """A key held down, or pressed twice, waits here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._moving = OneAtATime[int]()

    async def turn(self, agent: Agent, on: bool) -> None:
        """Put the customer on hold, or talk on. Raises RefusedError when there is no talk, or no more."""
        async with self._moving.of(agent.id):
            if agent.phone.since is not None:
                moved = (self._desk.clock() - agent.phone.since).total_seconds()
                await asyncio.sleep(min(max(0.0, SETTLES - moved), SETTLES))
            await self._desk.engine.submit(SetHold(agent.id, on))
