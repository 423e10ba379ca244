"""A daemon without Asterisk: real store, real engine, real control socket. Telephony commands are written down."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from minidialer.control.client import Client
from minidialer.daemon.control.server import ControlServer
from minidialer.daemon.engine import Engine
from minidialer.daemon.floor import floor_of
from minidialer.daemon.imports.work import ImportWork
from minidialer.daemon.purging import keep_purged
from minidialer.daemon.use_cases.desk import Desk
from minidialer.daemon.use_cases.lists import leads_changed
from minidialer.daemon.use_cases.seat import save_default_form
from minidialer.domain.commands import CallCustomer, CallPhone, Command, JoinLegs
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import Bridged, CustomerAnswered, CustomerGone, LinkUp, PhoneIdle
from minidialer.domain.floor import Floor
from minidialer.domain.listening import SpyUp
from minidialer.domain.sentence import Sentence
from minidialer.settings import Settings, load_settings
from minidialer.store import audit, imports, lists
from minidialer.store.columns import to_json
from minidialer.store.database import Database
from minidialer.store.floor import load_floor
from minidialer.store.journal import Journal

C = TypeVar("C", bound=Command)
CONFIG = """
data_dir = "{data_dir}"
[[trunks]]
name = "carrier"
dial = "PJSIP/{{number}}@carrier"
[[trunks]]
name = "spare"
dial = "PJSIP/{{number}}@spare"
"""


def _to_noon() -> timedelta:
    """From now to noon of this day in the call centre: what is of today stays so, however late a test begins."""
    here = datetime.now(ZoneInfo(Settings.model_fields["time_zone"].default))
    return datetime.combine(here.date(), time(12), here.tzinfo).astimezone(UTC) - here.astimezone(UTC)


_TO_NOON = _to_noon()
LONGEST = 60.0  # seconds: what is waited for comes at once, but for a machine that is busy or stalls


def now() -> datetime:
    return datetime.now(UTC)


def noon() -> datetime:
    """The time in the office of a test that need not know the real one: as it passes, since about noon."""
    return now() + _TO_NOON


async def until(true: Callable[[], bool], longest: float = LONGEST) -> None:
    """Back once it is true; TimeoutError when that takes too long."""
    async with asyncio.timeout(longest):
        while not true():  # noqa: ASYNC110  # what is waited for raises no event of its own
            await asyncio.sleep(0.01)


@dataclass
class Link:
    """The AMI link, as the desk sees it."""

    connected: bool = False
    since: datetime = field(default_factory=now)
    error: Sentence | None = field(default_factory=lambda: Sentence("Asterisk is not running: start it."))
    version: str = ""


@dataclass
class Office:
    """What a test holds of it."""

    desk: Desk
    link: Link
    commands: list[Command]

    @property
    def socket(self) -> Path:
        return self.desk.settings.socket_path

    @property
    def floor(self) -> Floor:
        return self.desk.floor

    def client(self) -> Client:
        return Client(self.socket, name="test")

    def link_up(self) -> None:
        """Asterisk is there, with no channel."""
        self.link.connected, self.link.error = True, None
        self.desk.engine.post(LinkUp((), self.desk.clock()))

    async def connect_customer(self) -> tuple[int, int]:
        """The next customer is called, answers, and is joined with an agent: attempt and agent."""
        call = await self.next_command(CallCustomer)
        post = self.desk.engine.post
        post(CustomerAnswered(call.attempt_id))
        phone = await self.next_command(CallPhone)
        post(PhoneIdle(phone.agent_id, phone.leg))
        await self.next_command(JoinLegs)
        post(Bridged(call.attempt_id, phone.agent_id, phone.leg))
        return call.attempt_id, phone.agent_id

    def customer_hangs_up(self, attempt_id: int) -> None:
        self.desk.engine.post(CustomerGone(attempt_id, 16))

    def supervisor_picks_up(self, leg: str) -> None:
        self.desk.engine.post(SpyUp(leg))

    async def next_command(self, kind: type[C]) -> C:
        """The next command of this kind; those before it are passed over."""
        async with asyncio.timeout(LONGEST):
            while True:
                while self.commands:
                    command = self.commands.pop(0)
                    if isinstance(command, kind):
                        return command
                await asyncio.sleep(0.01)

    async def import_numbers(self, lead_list: str, *numbers: str) -> None:
        """Leads, as an import leaves them."""
        at = self.desk.clock()
        async with self.desk.database.write() as conn:
            found = await lists.find(conn, lead_list)
            import_id = await imports.begin(conn, {"list_id": found.id, "file_name": "x.csv", "started_at": at})
            rows = [(number, to_json({"imię": f"Osoba {number[-3:]}", "miasto": "Łódź"})) for number in numbers]
            await imports.insert_leads(conn, found.id, import_id, rows)
            await imports.note(conn, import_id, {"added": len(rows), "read": len(rows), "finished_at": at})

    async def audit_lines(self) -> list[audit.AuditLine]:
        """The newest first."""
        async with self.desk.database.read() as conn:
            return [line for _id, line in await audit.latest(conn)]


@contextlib.asynccontextmanager
async def open_office(
    folder: Path, most_clients: int = 256, more: str = "", clock: Callable[[], datetime] = now
) -> AsyncIterator[Office]:
    """Serve until the context ends. `more`: of the configuration."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(data_dir=folder / "data") + more)
    settings = load_settings(config, {})
    async with (
        Database.open(settings.store_path) as database,
        _served(settings, database, most_clients, clock) as office,
    ):
        yield office


@contextlib.asynccontextmanager
async def _served(
    settings: Settings, database: Database, most_clients: int, clock: Callable[[], datetime]
) -> AsyncIterator[Office]:
    commands: list[Command] = []
    async with database.read() as conn:
        campaigns, agents, attempts = await load_floor(conn)
    floor = floor_of(settings, campaigns, agents, attempts)
    engine = Engine(
        Dialer(floor),
        execute=commands.append,
        resync=lambda: None,
        apply=Journal(database).apply,
        clock=clock,
        tick=0.05,
    )
    link = Link(since=clock())
    work = ImportWork(settings, clock, partial(leads_changed, database, engine))
    desk = Desk(engine, database, settings, lambda: link, clock, started_at=clock(), imports=work)
    engine.save_default = lambda command: save_default_form(desk, command)
    server = ControlServer(desk, most_clients)
    async with server.listening(), asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(part.run()) for part in (engine, server, work)]
        running.append(tasks.create_task(keep_purged(database, desk.list_removed)))
        try:
            yield Office(desk, link, commands)
        finally:
            for task in running:
                task.cancel()


class RawClient:
    """Bytes to the socket and back, with no manners at all."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, path: Path) -> "RawClient":
        return cls(*await asyncio.open_unix_connection(path, limit=64 * 1024 * 1024))

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self) -> Any:
        """The next message; None when the daemon closed the connection."""
        async with asyncio.timeout(LONGEST):
            line = await self.reader.readline()
        return json.loads(line) if line else None

    async def ask(self, data: bytes) -> Any:
        await self.say(data)
        return await self.hear()

    def close(self) -> None:
        self.writer.close()
