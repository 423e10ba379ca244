"""Live subscriptions: the newest snapshot at most four times a second, and the lines in between."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from minidialer.control import wire
from minidialer.control.models.watch import LINES, SNAPSHOT, Line, Lines, Snapshot
from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.snapshot import system_snapshot
from minidialer.store import campaigns, lists

from .gate import Gate
from .happenings import Happenings
from .panel import panel

SHORTEST = 0.25  # seconds between two snapshots
LONGEST = 1.0  # the same while nothing happens: ages go on
TOGETHER = 0.05  # seconds within which all who ask get the same snapshot, though something happened meanwhile
_KEPT_LINES = 500
Send = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Shared:
    """A notification as it travels. `at`: of the loop's clock; `changes`: of the floor, counted until then."""

    at: float
    changes: int
    text: bytes


class Feed:
    """What all connections share. Looks at the floor once for all subscribers, and only while there are some."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.gate = Gate()
        self._subscriptions: set[Subscription] = set()
        self._happenings = Happenings()
        self._unsubscribe: Callable[[], None] | None = None
        self._list_names: dict[int, str] = {}
        self._shared: dict[int | None, _Shared] = {}
        self.changes = 0

    @property
    def watchers(self) -> int:
        """How many subscriptions there are."""
        return len(self._subscriptions)

    @property
    def lines_kept(self) -> int:
        """Lines that watchers have not been sent yet."""
        return sum(subscription.lines_kept for subscription in self._subscriptions)

    async def subscribe(self, campaign: str | None) -> "Subscription":
        """A new subscription. Raises NotFoundError for an unknown campaign."""
        campaign_id = None
        async with self.desk.database.read() as conn:
            if campaign is not None:
                campaign_id = (await campaigns.find(conn, campaign)).id
        subscription = Subscription(self, campaign_id)
        if not self._subscriptions:
            self._happenings = Happenings()
            self._happenings.look(self.desk.floor)
            self._unsubscribe = self.desk.engine.subscribe(self._changed)
        self._subscriptions.add(subscription)
        return subscription

    def leave(self, subscription: "Subscription") -> None:
        """It is over."""
        self._subscriptions.discard(subscription)
        if all(other.campaign_id != subscription.campaign_id for other in self._subscriptions):
            self._shared.pop(subscription.campaign_id, None)
        if not self._subscriptions and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    async def newest(self, campaign_id: int | None) -> _Shared:
        """The same for all who watch the same: made at most once in SHORTEST, whatever their number."""
        clock = asyncio.get_running_loop().time
        while (last := self._shared.get(campaign_id)) is not None and (age := clock() - last.at) < SHORTEST:
            if last.changes == self.changes or age < TOGETHER:
                return last
            await asyncio.sleep(SHORTEST - age)
        changes, snapshot = self.changes, await self.snapshot(campaign_id)
        made = _Shared(clock(), changes, wire.notification(SNAPSHOT, snapshot))
        self._shared[campaign_id] = made
        return made

    async def snapshot(self, campaign_id: int | None) -> Snapshot:
        """The floor as it is now, or one campaign's part of it."""
        now = self.desk.clock()
        seen = system_snapshot(self.desk.floor, now, campaign_id)
        if {item.list_id for item in seen.campaigns} - {None, *self._list_names}:
            await self.refresh_names()
            seen = system_snapshot(self.desk.floor, now, campaign_id)  # a campaign may be gone by now
        return panel(seen, self.desk.floor, self._list_name, now)

    async def refresh_names(self) -> None:
        """Names of lists, which the floor does not know."""
        async with self.desk.database.read() as conn:
            self._list_names = await lists.names(conn)

    def _list_name(self, list_id: int | None) -> str | None:
        return self._list_names.get(list_id) if list_id is not None else None

    def _changed(self) -> None:
        self.changes += 1
        lines = self._happenings.look(self.desk.floor)
        for subscription in self._subscriptions:
            subscription.changed(lines)


class Subscription:
    """One client's. It has no queue of snapshots: a slow client gets the next one when it has read the last."""

    def __init__(self, feed: Feed, campaign_id: int | None) -> None:
        self.task: asyncio.Task[None] | None = None
        self._feed = feed
        self.campaign_id = campaign_id
        self._lines: deque[Line] = deque(maxlen=_KEPT_LINES)
        self._missed = 0
        self._something = asyncio.Event()

    @property
    def lines_kept(self) -> int:
        """Lines that have not been sent yet."""
        return len(self._lines)

    async def snapshot(self) -> Snapshot:
        """What it watches, now."""
        return await self._feed.snapshot(self.campaign_id)

    def changed(self, lines: list[Line]) -> None:
        """Something happened; of the lines, those of its campaign are kept."""
        campaign = self._feed.desk.floor.campaigns.get(self.campaign_id) if self.campaign_id is not None else None
        for line in lines:
            if campaign is None or line.campaign in (None, campaign.name):
                self._missed += len(self._lines) == _KEPT_LINES
                self._lines.append(line)
        self._something.set()

    async def run(self, send: Send) -> None:
        """Send until cancelled."""
        while True:
            await asyncio.sleep(SHORTEST)
            await self._wait(LONGEST - SHORTEST)
            newest = await self._feed.newest(self.campaign_id)
            self._something.clear()
            if newest.changes != self._feed.changes:
                self._something.set()
            if self._lines:
                news = Lines(lines=list(self._lines), missed=self._missed)
                self._lines.clear()
                self._missed = 0
                await send(wire.notification(LINES, news))
            await send(newest.text)

    async def _wait(self, longest: float) -> None:
        try:
            async with asyncio.timeout(longest):
                await self._something.wait()
        except TimeoutError:
            return

    def end(self) -> None:
        """Send no more."""
        self._feed.leave(self)
        if self.task is not None:
            self.task.cancel()
