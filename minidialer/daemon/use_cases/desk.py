"""What every use case works with, and who asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models.figures import Figures
from minidialer.daemon.advice import Adviser
from minidialer.daemon.engine import Engine
from minidialer.daemon.imports.work import ImportWork
from minidialer.domain.floor import Floor
from minidialer.domain.sentence import Sentence
from minidialer.domain.trunk import Trunk
from minidialer.settings import Settings
from minidialer.store import audit
from minidialer.store.database import Database

from .recent import Recent


class Link(Protocol):
    """The state of the AMI link. `error`: why it is down; `version`: Asterisk's."""

    @property
    def connected(self) -> bool:
        """Logged in."""

    @property
    def since(self) -> datetime:
        """Up or down since."""

    @property
    def error(self) -> Sentence | None:
        """Why not."""

    @property
    def version(self) -> str:
        """What answers."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: the uid the kernel vouches for (None: the daemon itself), and a name to read.

    `client`: the connection, by a number of its own; 0: none.
    """

    uid: int | None
    name: str
    client: int = 0


DAEMON = Actor(None, "minidialer")


@dataclass(frozen=True, slots=True)
class Desk:
    """The daemon's parts that use cases reach for. `link` gives the AMI link's present state.

    `changing` is held by whoever changes settings, from the check to the dialer's knowing of it: two supervisors'
    changes come one after the other. Agents never wait for it. `counting` is held while statistics are summed, agents'
    own of days they choose among them: one question takes one core, and calls need another. `revoked` is told the id
    of an agent whose log-in on the pages must end; `pages_changed` is called when what open pages show was changed in
    the store alone; `saved_by_itself` is told the agent and the disposition of a form whose wrap-up limit passed.
    `alarms`: what keeps a part of the daemon from working, by part. `figures`: the campaigns', by the one asked for.
    `backlogs`: what waits in a part of the daemon: by the metric's name what it is, and how many now.
    `list_removed` is set when leads of a list are to be deleted (`daemon.purging`).
    """

    engine: Engine
    database: Database
    settings: Settings
    link: Callable[[], Link]
    clock: Callable[[], datetime]
    started_at: datetime
    imports: ImportWork
    adviser: Adviser = field(default_factory=Adviser)
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    counting: asyncio.Lock = field(default_factory=asyncio.Lock)
    revoked: list[Callable[[int], None]] = field(default_factory=list)
    pages_changed: list[Callable[[], None]] = field(default_factory=list)
    saved_by_itself: list[Callable[[int, str], None]] = field(default_factory=list)
    alarms: dict[str, Sentence] = field(default_factory=dict)
    list_removed: asyncio.Event = field(default_factory=asyncio.Event)
    figures: Recent[Figures] = field(default_factory=Recent)
    backlogs: dict[str, tuple[str, Callable[[], float]]] = field(default_factory=dict)

    @property
    def floor(self) -> Floor:
        """What is live; only the engine changes it."""
        return self.engine.dialer.floor

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        """The configured trunks, the default one first."""
        return self.settings.domain_trunks()

    def tell_pages(self) -> None:
        """What open pages show was changed in the store alone."""
        for tell in self.pages_changed:
            tell()

    def change(self, actor: Actor) -> "Change":
        """The audited change of one actor."""
        return Change(self, actor)


@dataclass(frozen=True, slots=True)
class Change:
    """`async with change.transaction() as conn` writes; `change.record` adds the audit line to the transaction."""

    desk: Desk
    actor: Actor

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A write of the store."""
        async with self.desk.database.write() as conn:
            yield conn

    async def record(
        self,
        conn: AsyncConnection,
        action: str,
        subject: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Who, when, what, before and after: only what differs between the two is kept."""
        if before is not None and after is not None:
            keys = [key for key in after if before.get(key) != after[key]]
            before, after = {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
        line = audit.AuditLine(
            self.desk.clock(), action, subject, uid=self.actor.uid, actor=self.actor.name, before=before, after=after
        )
        await audit.record(conn, line)
