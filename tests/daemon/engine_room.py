"""A room for one engine: the real dialer, a scripted gateway, and a store that can be slow or fail."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from minidialer.daemon.engine import Engine
from minidialer.domain import events
from minidialer.domain.agent import Agent
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.commands import Command, Resync
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import AttemptsClaimed
from minidialer.domain.floor import Floor
from minidialer.domain.lead import Lead
from minidialer.domain.trunk import Trunk
from tests.domain.memory_leads import MemoryLeads

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
SETTINGS = CampaignSettings(agent_connection=AgentConnection.NAILED_UP)


def broken(kind: type[Exception], text: str = "disk I/O error") -> Exception:
    """An error of the store, as SQLAlchemy raises it."""
    return kind("INSERT", {}, sqlite3.OperationalError(text))


class Office:
    """One engine. `log` is what reached Asterisk and the store, in order; `gate` closed keeps every commit waiting."""

    def __init__(self, *, agents: int = 1, leads: int = 3) -> None:
        self.log: list[Any] = []
        self.batches: list[list[Command]] = []
        self.asked = 0  # transactions begun
        self.failures: list[Exception] = []
        self.poison: Callable[[Command], Exception | None] = lambda command: None
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_execute: Callable[[Command], None] = lambda command: None
        self.store = MemoryLeads(Lead(index, 1, f"+4860000{index:04}") for index in range(1, leads + 1))
        ids = range(1, agents + 1)
        self.store.agents = {index: Agent(index, f"agent{index}") for index in ids}
        campaign = Campaign(1, "alpha", 1, SETTINGS, CampaignStatus.RUNNING, agent_ids=frozenset(ids))
        self.dialer = Dialer(Floor([campaign], self.store.stored_agents(), [], [Trunk("carrier", "PJSIP/{digits}@c")]))
        self.engine = Engine(
            self.dialer,
            execute=self._execute,
            resync=lambda: self.log.append(Resync()),
            apply=self._apply,
            clock=lambda: NOW,
            tick=60,
            retry_write=0.01,
        )

    def _execute(self, command: Command) -> None:
        self.log.append(command)
        self.on_execute(command)

    async def _apply(self, commands: Sequence[Command]) -> list[AttemptsClaimed]:
        self.asked += 1
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        for command in commands:
            if error := self.poison(command):
                raise error
        self.batches.append(list(commands))
        self.log.extend(commands)
        return self.store.apply(commands)

    def sent(self, kind: type[Command]) -> list[Any]:
        """Everything of this kind that reached Asterisk or the store, in order."""
        return [entry for entry in self.log if isinstance(entry, kind)]

    async def sit_down(self, agent_id: int = 1) -> None:
        """The agent logs in, joins, and picks up the phone."""
        await self.engine.submit(events.LogIn(agent_id))
        await self.engine.submit(events.Join(agent_id, 1))
        self.engine.post(events.PhoneIdle(agent_id, self.dialer.floor.agents[agent_id].phone.leg))

    async def until(self, what: Callable[[], object]) -> None:
        """Wait until it holds."""
        async with asyncio.timeout(30):
            while not what():  # noqa: ASYNC110 — it waits for whatever the test names, mostly no event
                await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def running(office: Office) -> AsyncIterator[Office]:
    """The engine runs, with the link up."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(office.engine.run())
        office.engine.post(events.LinkUp((), NOW))
        yield office
        assert not task.done(), "the engine has died"
        task.cancel()
