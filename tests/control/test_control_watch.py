"""Live subscriptions: snapshots that are newest, lines that are complete, rates that are bounded."""

import asyncio
from typing import Any

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, lists, seat
from minidialer.control.models.watch import SUBSCRIBE, UNSUBSCRIBE, Line, Lines, Snapshot, WatchSubscribe
from minidialer.control.sentences import ControlError
from minidialer.daemon.control.watch import SHORTEST, Feed
from minidialer.domain.snapshot import SystemSnapshot, system_snapshot

from .office import Office
from .test_control_seat import ANNA, open_shop


async def collect(client: Client, seconds: float) -> tuple[list[Snapshot], list[Line]]:
    snapshots: list[Snapshot] = []
    lines: list[Line] = []
    try:
        async with asyncio.timeout(seconds):
            async for item in client.news():
                if isinstance(item, Lines):
                    lines += item.lines
                else:
                    snapshots.append(item)
    except TimeoutError:
        pass
    return snapshots, lines


async def test_a_call_as_a_watcher_sees_it(office: Office) -> None:
    async with office.client() as worker, office.client() as watcher:
        await watcher.call(SUBSCRIBE, WatchSubscribe())
        await open_shop(office, worker)
        attempt, _agent = await office.connect_customer()
        snapshots, lines = await collect(watcher, 1.0)
        office.customer_hangs_up(attempt)
        more, ended = await collect(watcher, 1.0)
        lines += ended
    said = [(line.kind, line.what, line.state) for line in lines]
    for expected in (
        ("link", "asterisk", "up"),
        ("campaign", "Wiosna", "running"),
        ("agent", "1001", "ready"),
        ("call", "+48600100200", "dialling"),
        ("call", "+48600100200", "connected"),
        ("agent", "1001", "in_call"),
        ("call", "+48600100200", "ended"),
    ):
        assert expected in said
    assert [line.detail for line in lines if line.state == "ended"] == ["answered"]
    panel = snapshots[-1].campaigns[0]
    assert (panel.name, panel.lead_list, panel.running) == ("Wiosna", "Poznań", True)
    assert [(call.number, call.agent) for call in panel.talking] == [("+48600100200", "1001")]
    assert panel.agents[0].form_open
    assert more[-1].campaigns[0].agents[0].state == "wrap_up"


async def test_at_most_four_snapshots_a_second(office: Office) -> None:
    async with office.client() as worker, office.client() as watcher:
        await open_shop(office, worker)
        await watcher.call(SUBSCRIBE, WatchSubscribe())

        async def fidget() -> None:
            while True:
                await worker.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="x"))
                await worker.call(seat.RESUME, ANNA)

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(fidget())
            snapshots, lines = await collect(watcher, 2.1)
            task.cancel()
    assert 6 <= len(snapshots) <= 9
    assert len(lines) > len(snapshots)


async def test_one_campaign_only(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Lato"))
        first = await client.call(SUBSCRIBE, WatchSubscribe(campaign="Lato"))
        assert [item.name for item in first.campaigns] == ["Lato"]
        assert first.agents == []
        await client.call(seat.PAUSE, seat.SeatPause(agent="1001", reason="x"))
        _snapshots, lines = await collect(client, 0.6)
        assert lines == []
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
        snapshots, lines = await collect(client, 0.6)
    assert (snapshots, lines) == ([], [])


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
            async with asyncio.timeout(10):
                async for item in client.news():
                    if isinstance(item, Snapshot) and item.agents[0].reason == "the last":
                        break
