"""Robot agents: they log in, join, talk, hang up, pause and save dispositions, through the use cases people use."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from minidialer.control.client import Client
from minidialer.control.method import Method
from minidialer.control.models import seat
from minidialer.control.models.agents import Agent
from minidialer.control.models.watch import AgentLine, Snapshot
from minidialer.control.sentences import ControlError

WITH_FORM = frozenset({"in_call", "wrap_up"})
CALLBACK_IN = (20, 600)  # seconds from the Save to the agreed time


class Robot:
    """One agent. The dice are its own, so that its choices do not depend on what the others do."""

    def __init__(self, client: Client, login: str, campaign: str, seed: int) -> None:
        self.login = login
        self._client = client
        self._campaign = campaign
        self._dice = random.Random(f"{seed}:{login}")  # noqa: S311 — a run has to be repeatable
        self._state = ""
        self._reason = ""
        self._changed = asyncio.Event()
        self._over = False

    def see(self, line: AgentLine) -> None:
        """What the live snapshot says of this agent."""
        self._state, self._reason = line.state, line.reason
        self._changed.set()

    def end_shift(self) -> None:
        """Log out as soon as no form is open."""
        self._over = True
        self._changed.set()

    async def work(self) -> None:
        """One shift."""
        await self._client.call(seat.LOG_IN, seat.Seat(agent=self.login))
        await self._client.call(seat.JOIN, seat.SeatJoin(agent=self.login, campaign=self._campaign))
        while True:
            await self._until(lambda: self._over or self._state in WITH_FORM or self._needs_a_hand())
            if self._state in WITH_FORM:
                await self._take_call()
            elif self._over:
                break
            else:
                await asyncio.sleep(self._dice.uniform(0.5, 1.5))
                await self._try(seat.RESUME)
        await self._client.call(seat.LOG_OUT, seat.Seat(agent=self.login))

    def _needs_a_hand(self) -> bool:
        return self._state == "paused" and self._reason in {"phone_no_answer", "phone_hung_up"}

    async def _take_call(self) -> None:
        form = (await self._client.call(seat.FORM, seat.Seat(agent=self.login))).form
        if form is None:  # saved meanwhile, the snapshot is older than that
            self._state = ""
            return
        if self._dice.random() < 0.3:
            await self._hang_up_first()
        if self._dice.random() < 0.9:  # the others save during the talk
            await self._until(lambda: self._state != "in_call")
        await asyncio.sleep(self._dice.uniform(0.1, 1.0))
        await self._save(form)

    async def _hang_up_first(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._dice.uniform(1.0, 6.0)):
                await self._until(lambda: self._state != "in_call")
        if self._state == "in_call":
            await self._try(seat.HANG_UP)

    async def _save(self, form: seat.Form) -> None:
        disposition = self._dice.choice(form.dispositions)
        callback_at = None
        if disposition.asks_callback:
            callback_at = datetime.now(UTC) + timedelta(seconds=self._dice.randint(*CALLBACK_IN))
        saved = await self._client.call(
            seat.SAVE,
            seat.SeatSave(
                agent=self.login,
                attempt=form.attempt_id,
                disposition=disposition.name,
                callback_at=callback_at,
                notes=f"rozmowa z {form.number}: {disposition.name}",
            ),
        )
        if saved.state == "in_call":
            await self._until(lambda: self._state != "in_call")
        self._state = ""

    async def _try(self, method: Method[seat.Seat, Agent]) -> None:
        """What a person would try, and not mind when it is too late for it."""
        with contextlib.suppress(ControlError):
            await self._client.call(method, seat.Seat(agent=self.login))

    async def _until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self._changed.clear()
            await self._changed.wait()


class Robots:
    """All robots of a campaign, on one connection to the daemon."""

    def __init__(self, client: Client, logins: Sequence[str], campaign: str, seed: int) -> None:
        self._robots = {login: Robot(client, login, campaign, seed) for login in logins}

    def see(self, snapshot: Snapshot) -> None:
        """Tell each robot what the live snapshot says of it."""
        for line in snapshot.agents:
            robot = self._robots.get(line.login)
            if robot is not None:
                robot.see(line)

    async def work(self) -> None:
        """Everybody's shift; back when all have logged out."""
        async with asyncio.TaskGroup() as shifts:
            for robot in self._robots.values():
                shifts.create_task(robot.work(), name=f"robot {robot.login}")

    def end_shift(self) -> None:
        """Let everybody log out as soon as no form is open."""
        for robot in self._robots.values():
            robot.end_shift()
