"""Live subscriptions: snapshots that are newest, lines that are complete, rates that are bounded."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, lists, seat
from minidialer.control.models.watch import SUBSCRIBE, UNSUBSCRIBE, Line, Lines, Snapshot, WatchSubscribe
from minidialer.control.sentences import ControlError
from minidialer.daemon.control.watch import SHORTEST, Feed
from minidialer.domain.snapshot import SystemSnapshot, system_snapshot

from .office import LONGEST, Office
from .test_control_seat import ANNA, open_shop


@dataclass
class Seen:
    """What a watcher was sent."""

    snapshots: list[Snapshot] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    async def take(self, client: Client, enough: Callable[["Seen"], bool]) -> None:
        """More of it, until it is enough."""
        async for item in client.news():
            if isinstance(item, Lines):
                self.lines += item.lines
            else:
                self.snapshots.append(item)
            if enough(self):
                return


async def seen_until(client: Client, enough: Callable[[Seen], bool]) -> Seen:
    """What is sent until it is enough."""
    seen = Seen()
    async with asyncio.timeout(LONGEST):
        await seen.take(client, enough)
    return seen


async def seen_within(client: Client, seconds: float) -> Seen:
    """What is sent in this time: for what is not to come."""
    seen = Seen()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await seen.take(client, lambda _seen: False)
    return seen


def said(seen: Seen) -> list[tuple[str, str, str]]:
    return [(line.kind, line.what, line.state) for line in seen.lines]


def shows_talk(seen: Seen) -> bool:
    return any(panel.talking and panel.agents[0].form_open for panel in seen.snapshots[-1].campaigns)


def shows_wrap_up(seen: Seen) -> bool:
    return any(panel.agents and panel.agents[0].state == "wrap_up" for panel in seen.snapshots[-1].campaigns)


async def test_a_call_as_a_watcher_sees_it(office: Office) -> None:
    async with office.client() as worker, office.client() as watcher:
        await watcher.call(SUBSCRIBE, WatchSubscribe())
        await open_shop(office, worker)
        attempt, _agent = await office.connect_customer()
        talk = await seen_until(watcher, lambda seen: bool(seen.snapshots) and shows_talk(seen))
        office.customer_hangs_up(attempt)
        after = await seen_until(watcher, lambda seen: bool(seen.snapshots) and shows_wrap_up(seen))
    for expected in (
        ("link", "asterisk", "up"),
        ("campaign", "Wiosna", "running"),
        ("agent", "1001", "ready"),
        ("call", "+48600100200", "dialling"),
        ("call", "+48600100200", "connected"),
        ("agent", "1001", "in_call"),
        ("call", "+48600100200", "ended"),
    ):
        assert expected in said(talk) + said(after)
    assert [line.detail for line in after.lines if line.state == "ended"] == ["answered"]
    panel = talk.snapshots[-1].campaigns[0]
    assert (panel.name, panel.lead_list, panel.running) == ("Wiosna", "Poznań", True)
    assert [(call.number, call.agent) for call in panel.talking] == [("+48600100200", "1001")]


async def test_at_most_four_snapshots_a_second(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minidialer.daemon.control.watch.LONGEST", 3600.0)  # they come because something happens
    clock = asyncio.get_running_loop().time
    async with office.client() as worker, office.client() as watcher:
        await open_shop(office, worker)
        began = clock()
        await watcher.call(SUBSCRIBE, WatchSubscribe())

        async def fidget() -> None:
            while True:
                await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="x"))
                await worker.call(seat.RESUME, ANNA)

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(fidget())
            seen = await seen_until(watcher, lambda seen: len(seen.lines) > len(seen.snapshots) >= 8)
            spent = clock() - began
            task.cancel()
    assert len(seen.snapshots) <= spent / SHORTEST


async def test_one_campaign_only(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Lato"))
        first = await client.call(SUBSCRIBE, WatchSubscribe(campaign="Lato"))
        assert [item.name for item in first.campaigns] == ["Lato"]
        assert first.agents == []
        await client.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="x"))
        assert (await seen_within(client, 0.6)).lines == []
        with pytest.raises(ControlError, match="did you mean “Wiosna”"):
            await client.call(SUBSCRIBE, WatchSubscribe(campaign="Wisna"))


async def test_nobody_looks_when_nobody_watches(office: Office) -> None:
    listeners = office.desk.engine._listeners
    async with office.client() as client:
        await client.call(SUBSCRIBE, WatchSubscribe())
        assert len(listeners) == 1
        await client.call(UNSUBSCRIBE, base.Nothing())
        assert listeners == []
        await client.call(agents.ADD, agents.AgentAdd(login="1"))
        await client.call(lists.ADD, base.Named(name="A"))
        seen = await seen_within(client, 0.6)
    assert seen == Seen()


async def test_watchers_share_what_is_made_for_them(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many watch and whenever they came: a snapshot of everything is made at most four times a second."""
    made = 0

    def counted(*arguments: Any) -> SystemSnapshot:
        nonlocal made
        made += 1
        return system_snapshot(*arguments)

    monkeypatch.setattr("minidialer.daemon.control.watch.system_snapshot", counted)
    async with office.client() as worker:
        await open_shop(office, worker)
        feed, loop = Feed(office.desk), asyncio.get_running_loop()
        seen: list[list[bytes]] = [[] for _ in range(6)]
        began = loop.time()
        async with asyncio.TaskGroup() as tasks:
            for got in seen:
                subscription = await feed.subscribe(None)

                async def keep(text: bytes, got: list[bytes] = got) -> None:
                    if b"watch.snapshot" in text:
                        got.append(text)

                subscription.task = tasks.create_task(subscription.run(keep))
                await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason=f"x{len(got)}"))
                await worker.call(seat.RESUME, ANNA)
                await asyncio.sleep(0.07)
            while min(map(len, seen)) < 4:
                await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="x"))
                await worker.call(seat.RESUME, ANNA)
            spent = loop.time() - began
            for subscription in list(feed._subscriptions):
                subscription.end()
    assert made <= spent / SHORTEST + 1
    assert made < sum(map(len, seen)) / 3
    assert feed._shared == {}
    assert office.desk.engine._listeners == []


async def test_the_last_change_is_shown_to_all(office: Office) -> None:
    async with office.client() as worker, office.client() as first, office.client() as second:
        await open_shop(office, worker)
        await first.call(SUBSCRIBE, WatchSubscribe())
        await asyncio.sleep(0.1)
        await second.call(SUBSCRIBE, WatchSubscribe())
        for number in range(12):
            await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason=str(number)))
            await worker.call(seat.RESUME, ANNA)
            await asyncio.sleep(0.05)
        await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="the last"))
        for client in (first, second):
            async with asyncio.timeout(LONGEST):
                async for item in client.news():
                    if isinstance(item, Snapshot) and item.agents[0].reason == "the last":
                        break
