"""Records a day of work on the lab's Asterisk for the statistics' tests: `python -m tests.stats.record_day`.

A minute and a half stands for the day: two campaigns; agents who log in, pause, change campaigns, log out and come
back; a restart and a crash of the daemon. Kept are the store's rows as the daemon wrote them, and, noted on this side
of the control socket, what was asked for when.
"""

import asyncio
import contextlib
import json
import random
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, lists, seat
from minidialer.control.sentences import ControlError
from minidialer.lab import Lab, Mix
from minidialer.lab.daemon_process import DaemonProcess
from tests.pbx.site import SETTINGS, Site, until

FILE = Path(__file__).with_name("recorded_day.json")
TABLES = ("lead_list", "campaign", "agent", "disposition", "lead", "attempt", "agent_state", "daemon_run")
LOGINS = ("1001", "1002", "1003", "1004")
MIX = Mix(answer=60, machine=8, busy=8, no_answer=14, invalid=5, congestion=5, ring=(0.2, 1.0), talk=(1.5, 5.0))


class Day:
    """One daemon, its agents, and the notes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.notes: list[dict[str, str]] = []
        self.over = False
        self._dice = random.Random(4)

    async def call(self, method: Any, params: Any) -> Any:
        """One call of a connection of its own; asked again while the daemon is away."""
        for _ in range(300):
            try:
                async with Client(self.site.daemon.socket, name="day") as client:
                    return await client.call(method, params)
            except (ControlError, OSError) as error:
                if isinstance(error, ControlError) and error.code != "daemon_away":
                    raise
                await asyncio.sleep(0.05)
        raise TimeoutError(f"no answer to {method.name}")

    async def does(self, login: str, what: str, params: Any) -> None:
        """An agent does something: noted with the time before and after."""
        method = getattr(seat, what)
        began = datetime.now(UTC)
        await self.call(method, params)
        self.notes.append(
            {"agent": login, "did": method.name, "from": began.isoformat(), "to": datetime.now(UTC).isoformat()}
        )

    async def is_in(self, login: str, *states: str) -> None:
        """Wait until the agent is."""

        async def there() -> bool:
            return (await self.call(seat.STATE, seat.Seat(agent=login))).state in states

        await until(there, lambda: f"{login} is {states}", limit=40)

    async def joins(self, login: str, campaign: str) -> None:
        await self.does(login, "LOG_IN", seat.Seat(agent=login))
        await self.does(login, "JOIN", seat.SeatJoin(agent=login, campaign=campaign))

    async def fills_in_forms(self, login: str) -> None:
        """All day long."""
        while not self.over:
            await asyncio.sleep(0.2)
            with contextlib.suppress(ControlError):
                form = (await self.call(seat.FORM, seat.Seat(agent=login))).form
                state = (await self.call(seat.STATE, seat.Seat(agent=login))).state
                if form is None or state != "wrap_up":
                    continue
                await asyncio.sleep(self._dice.uniform(0.1, 1.0))
                chosen = self._dice.choice(("sale", "no", "no"))
                saved = seat.SeatSave(agent=login, attempt=form.attempt_id, disposition=chosen)
                await self.call(seat.SAVE, saved)

    async def anna(self) -> None:
        """Works for one campaign, with two pauses."""
        await self.joins("1001", "spring")
        for reason in ("lunch", "a word with the boss"):
            await asyncio.sleep(12)
            await self.does("1001", "PAUSE", seat.SeatPause(agent="1001", reason=reason))
            await self.is_in("1001", "paused")
            await asyncio.sleep(4)
            await self.does("1001", "RESUME", seat.Seat(agent="1001"))

    async def bob(self) -> None:
        """Goes from one campaign to the other in the middle of the day."""
        await self.joins("1002", "spring")
        await asyncio.sleep(22)
        await self.does("1002", "LEAVE", seat.Seat(agent="1002"))
        await self.is_in("1002", "paused")
        await self.does("1002", "JOIN", seat.SeatJoin(agent="1002", campaign="autumn"))

    async def cecil(self) -> None:
        """Goes home and comes back."""
        await self.joins("1003", "autumn")
        await asyncio.sleep(18)
        await self.does("1003", "LOG_OUT", seat.Seat(agent="1003"))
        await self.is_in("1003", "logged_out")
        await asyncio.sleep(6)
        await self.joins("1003", "autumn")

    async def dora(self) -> None:
        """Logs in and joins nothing for a while."""
        await asyncio.sleep(5)
        await self.does("1004", "LOG_IN", seat.Seat(agent="1004"))
        await asyncio.sleep(8)
        await self.does("1004", "JOIN", seat.SeatJoin(agent="1004", campaign="spring"))

    async def daemon(self) -> None:
        """Is restarted, and crashes."""
        await asyncio.sleep(40)
        await self.site.daemon.stop()
        await self.site.daemon.start()
        await asyncio.sleep(15)
        process = self.site.daemon._process
        assert process is not None
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await asyncio.sleep(1)
        await self.site.daemon.start()
        await asyncio.sleep(15)

    async def ends(self) -> None:
        """Everybody goes home."""
        for name in ("spring", "autumn"):
            await self.call(campaigns.STOP, base.Named(name=name))
        for login in LOGINS:
            await self.does(login, "LOG_OUT", seat.Seat(agent=login))
        for login in LOGINS:
            await self.is_in(login, "logged_out")
        self.over = True


async def set_up(day: Day) -> None:
    """Two lists, two campaigns, four agents."""
    for name, success in (("sale", True), ("no", False)):
        await day.call(dispositions.ADD, dispositions.DispositionAdd(name=name, success=success))
    for login in LOGINS:
        await day.call(agents.ADD, agents.AgentAdd(login=login))
    for index, (name, connection) in enumerate((("spring", "nailed_up"), ("autumn", "ring"))):
        numbers = [f"+486001{index}{number:04d}" for number in range(400)]
        await day.call(lists.ADD, base.Named(name=name))
        await _import(day.site, name, numbers)
        settings = SETTINGS | {"agent_connection": connection, "overdial_percent": 60, "answer_wait": 2.5}
        new = campaigns.CampaignAdd(name=name, lead_list=name, agents=list(LOGINS), settings=settings)
        await day.call(campaigns.ADD, new)
    await day.site.linked()
    for name in ("spring", "autumn"):
        await day.call(campaigns.START, base.Named(name=name))


async def _import(site: Site, name: str, numbers: list[str]) -> None:
    command = ("--config", str(site.daemon.config), "import", "-", "--list", name)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "minidialer", *command, stdin=asyncio.subprocess.PIPE
    )
    await process.communicate("\n".join(numbers).encode())
    assert process.returncode == 0


def rows_of(store: Path) -> dict[str, list[dict[str, Any]]]:
    """The store's rows; of leads, only those that were called."""
    with contextlib.closing(sqlite3.connect(store)) as raw:
        raw.row_factory = sqlite3.Row
        found = {}
        for table in TABLES:
            only = " WHERE id IN (SELECT lead_id FROM attempt)" if table == "lead" else ""
            found[table] = [dict(row) for row in raw.execute(f"SELECT * FROM {table}{only} ORDER BY id")]
        for row in found["lead"]:
            row["import_id"] = None  # imports are not kept
    return found


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with Lab(phones=6, seed=3, mix=MIX, phone_delay=0.3, home=home / "lab") as lab:
            (home / "daemon").mkdir()
            async with DaemonProcess(lab, home / "daemon") as daemon:
                site = Site(lab, daemon)
                day = Day(site)
                async with site.connected():
                    await set_up(day)
                people: list[Callable[[], Awaitable[None]]] = [day.anna, day.bob, day.cecil, day.dora, day.daemon]
                async with asyncio.TaskGroup() as tasks:
                    forms = [tasks.create_task(day.fills_in_forms(login)) for login in LOGINS]
                    await asyncio.gather(*(one() for one in people))
                    await day.ends()
                    del forms
            rows = rows_of(daemon.store)
    lines = [
        json.dumps(table) + ": [\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows[table]) + "\n]"
        for table in TABLES
    ]
    notes = ",\n".join(json.dumps(note, ensure_ascii=False) for note in day.notes)
    FILE.write_text('{"notes": [\n' + notes + "\n],\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
