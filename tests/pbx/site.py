"""A call centre on the lab: the daemon as a user runs it, set up and watched over the control socket."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, leads, seat, system
from minidialer.control.models.watch import SUBSCRIBE, Snapshot, WatchSubscribe
from minidialer.lab import Lab
from minidialer.lab.daemon_process import DaemonProcess

CAMPAIGN = LIST = "test"
SETTINGS: dict[str, object] = {
    "agent_connection": "nailed_up",
    "ring_timeout": 5,
    "max_attempts_per_5s": 100,
    "agent_ring_timeout": 5,
}


class Site:
    """One daemon with a store of its own. `client` talks to it; the carrier is the lab's."""

    def __init__(self, lab: Lab, daemon: DaemonProcess) -> None:
        self.lab = lab
        self.daemon = daemon
        self.client: Client

    # -- setting up ----------------------------------------------------------------------------------------------

    async def linked(self) -> None:
        """Wait until the daemon is logged in to Asterisk."""
        await until(self._link_is_up)

    async def _link_is_up(self) -> bool:
        return (await self.client.call(system.STATUS, base.Nothing())).link.up

    async def import_numbers(self, *numbers: str) -> None:
        """Import them as cron does."""
        command = ("--config", str(self.daemon.config), "import", "-", "--list", LIST, "--create-list", "--json")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "minidialer", *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _output, errors = await process.communicate("\n".join(numbers).encode())
        assert process.returncode == 0, (process.returncode, errors.decode())

    async def set_up(self, *numbers: str, phones: int = 1, **settings: object) -> None:
        """Numbers to call, dispositions, agents assigned to a stopped campaign."""
        await self.import_numbers(*numbers)
        for disposition in (
            dispositions.DispositionAdd(name="sale", success=True),
            dispositions.DispositionAdd(name="later", asks_callback=True),
            dispositions.DispositionAdd(name="mine", private=True),
            dispositions.DispositionAdd(name="mine later", private=True, asks_callback=True),
        ):
            await self.client.call(dispositions.ADD, disposition)
        logins = self.lab.pbx.phones[:phones]
        for login in logins:
            await self.client.call(agents.ADD, agents.AgentAdd(login=login))
        await self.client.call(
            campaigns.ADD,
            campaigns.CampaignAdd(name=CAMPAIGN, lead_list=LIST, agents=logins, settings=SETTINGS | settings),
        )
        await self.linked()

    async def change(self, **settings: object) -> None:
        """Change settings of the campaign."""
        await self.client.call(campaigns.SET, campaigns.CampaignSet(name=CAMPAIGN, settings=dict(settings)))

    async def start(self) -> None:
        """Start the campaign."""
        await self.client.call(campaigns.START, base.Named(name=CAMPAIGN))

    async def stop(self) -> None:
        """Stop the campaign."""
        await self.client.call(campaigns.STOP, base.Named(name=CAMPAIGN))

    # -- agents --------------------------------------------------------------------------------------------------

    async def join(self, *logins: str) -> None:
        """Log in, join, and wait until ready."""
        for login in logins:
            await self.client.call(seat.LOG_IN, seat.Seat(agent=login))
            await self.client.call(seat.JOIN, seat.SeatJoin(agent=login, campaign=CAMPAIGN))
        for login in logins:
            await self.until_agent(login, "ready")

    async def agent(self, login: str) -> agents.Agent:
        """What the agent is doing."""
        return await self.client.call(seat.STATE, seat.Seat(agent=login))

    async def until_agent(self, login: str, *states: str) -> agents.Agent:
        """Wait until the agent is in one of these states."""

        async def there() -> bool:
            return (await self.agent(login)).state in states

        await until(there, lambda: f"agent {login} is {states}")
        return await self.agent(login)

    async def save(self, login: str, disposition: str = "sale", callback_at: datetime | None = None) -> None:
        """Save the open form."""
        form = (await self.client.call(seat.FORM, seat.Seat(agent=login))).form
        assert form is not None
        await self.client.call(
            seat.SAVE,
            seat.SeatSave(agent=login, attempt=form.attempt_id, disposition=disposition, callback_at=callback_at),
        )

    # -- what came of it -----------------------------------------------------------------------------------------

    async def history(self, number: str) -> list[leads.HistoryLine]:
        """Every attempt to the number."""
        return (await self.client.call(leads.HISTORY, leads.LeadsFind(number=number))).lines

    async def lead(self, number: str) -> leads.Lead:
        """The lead with this number."""
        (lead,) = (await self.client.call(leads.FIND, leads.LeadsFind(number=number))).leads
        return lead

    async def outcome(self, number: str, nth: int = 1) -> leads.HistoryLine:
        """Wait until the nth attempt to the number has ended."""

        async def ended() -> bool:
            lines = await self.history(number)
            return len(lines) >= nth and lines[nth - 1].outcome is not None

        await until(ended, lambda: f"attempt {nth} to {number} has ended")
        return (await self.history(number))[nth - 1]

    async def talk(self, number: str, nth: int = 1) -> leads.HistoryLine:
        """Wait until the nth attempt to the number is a talk, as the store has it."""

        async def talking() -> bool:
            lines = await self.history(number)
            return len(lines) >= nth and lines[nth - 1].connected_at is not None

        await until(talking, lambda: f"attempt {nth} to {number} is a talk")
        return (await self.history(number))[nth - 1]

    async def snapshot(self) -> Snapshot:
        """What is live now."""
        async with Client(self.daemon.socket, name="look") as client:
            return await client.call(SUBSCRIBE, WatchSubscribe())

    async def until_calls(self, count: int) -> None:
        """Wait until so many attempts are live."""

        async def there() -> bool:
            status = await self.client.call(system.STATUS, base.Nothing())
            return sum(status.attempts.values()) == count

        await until(there, lambda: f"{count} calls are live")

    # -- the daemon ----------------------------------------------------------------------------------------------

    async def restart(self) -> None:
        """SIGTERM, and start again."""
        assert await self.daemon.stop() == 0, self.daemon.log_tail()
        await self.daemon.start()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """With a new client, after a restart."""
        async with Client(self.daemon.socket, name="test") as self.client:
            yield


async def until(
    reached: Callable[[], Awaitable[bool]], what: Callable[[], str] = lambda: "it happens", limit: float = 45
) -> None:
    """Wait for something, and say what did not come when it does not."""
    try:
        async with asyncio.timeout(limit):
            while not await reached():  # noqa: ASYNC110  # the condition is asked of another process
                await asyncio.sleep(0.03)
    except TimeoutError:
        raise AssertionError(f"waited {limit:g} s until {what()}") from None


@asynccontextmanager
async def site(lab: Lab, home: Path) -> AsyncIterator[Site]:
    """A running daemon with an empty store, and a client."""
    async with DaemonProcess(lab, home) as daemon:
        here = Site(lab, daemon)
        async with here.connected():
            yield here
