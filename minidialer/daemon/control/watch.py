"""Live subscriptions: the newest snapshot at most four times a second, and the lines in between."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from minidialer.control import wire
from minidialer.control.models.watch import LINES, SNAPSHOT, Line, Lines, Snapshot
from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.snapshot import system_snapshot
from minidialer.store import campaigns, lists

from .happenings import Happenings
from .panel import panel

SHORTEST = 0.25  # seconds between two snapshots
LONGEST = 1.0  # the same while nothing happens: ages go on
_KEPT_LINES = 500
Send = Callable[[bytes], Awaitable[None]]


class Feed:
    """Looks at the floor once for all subscribers, and only while there are some."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._subscriptions: set[Subscription] = set()
        self._happenings = Happenings()
        self._unsubscribe: Callable[[], None] | None = None
        self._list_names: dict[int, str] = {}

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
        if not self._subscriptions and self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

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
        lines = self._happenings.look(self.desk.floor)
        for subscription in self._subscriptions:
            subscription.changed(lines)


class Subscription:
    """One client's. It has no queue of snapshots: a slow client gets the next one when it has read the last."""

    def __init__(self, feed: Feed, campaign_id: int | None) -> None:
        self.task: asyncio.Task[None] | None = None
        self._feed = feed
        self._campaign_id = campaign_id
        self._lines: deque[Line] = deque(maxlen=_KEPT_LINES)
        self._missed = 0
        self._something = asyncio.Event()

    async def snapshot(self) -> Snapshot:
        """What it watches, now."""
        return await self._feed.snapshot(self._campaign_id)

    def changed(self, lines: list[Line]) -> None:
        """Something happened; of the lines, those of its campaign are kept."""
        campaign = self._feed.desk.floor.campaigns.get(self._campaign_id) if self._campaign_id is not None else None
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
            self._something.clear()
            if self._lines:
                news = Lines(lines=list(self._lines), missed=self._missed)
                self._lines.clear()
                self._missed = 0
                await send(wire.notification(LINES, news))
            await send(wire.notification(SNAPSHOT, await self.snapshot()))

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
