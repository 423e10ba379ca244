"""Live subscriptions: snapshots that are newest, lines that are complete, rates that are bounded."""

import asyncio

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, lists, seat
from minidialer.control.models.watch import SUBSCRIBE, UNSUBSCRIBE, Line, Lines, Snapshot, WatchSubscribe
from minidialer.control.sentences import ControlError

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
