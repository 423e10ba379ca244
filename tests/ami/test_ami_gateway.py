"""The gateway: LinkUp before what follows, LinkDown once, commands that are never sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import Any

import pytest

from minidialer.ami import gateway as gateway_module
from minidialer.ami.gateway import ORIGINATE_LAG, Gateway
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.commands import (
    CallCustomer,
    CallPhone,
    Command,
    HangUpLeg,
    Hold,
    JoinLegs,
    LetGo,
    Resync,
    SaveAttempt,
)
from minidialer.domain.events import (
    AttemptRefused,
    CustomerAnswered,
    CustomerGone,
    CustomerRinging,
    Event,
    Fate,
    LinkDown,
    LinkUp,
    LiveLeg,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.outcome import Outcome
from minidialer.domain.trunk import Trunk

from .happened import LIMIT, Happened
from .linked import now
from .peer import Connection, Peer, first

CALL = CallCustomer(730, "+48600100200", Trunk("main", "PJSIP/{number}@carrier"), CampaignSettings())
PHONE = CallPhone(12, "ring-12-730", "1001", 15, auto_answer=False, caller="+48600100200")


def channel(leg: str, state: int = 6) -> dict[str, Any]:
    """An item of CoreShowChannels."""
    return {"Event": "CoreShowChannel", "Uniqueid": leg, "ChannelState": state, "Context": "c", "BridgeId": ""}


@asynccontextmanager
async def running(
    peer: Peer, *, believed: Callable[[], Collection[int]] = tuple, **settings: Any
) -> AsyncIterator[tuple[Gateway, Happened]]:
    """A gateway that runs until the end of the `with`."""
    happened = Happened()
    gateway = Gateway(peer.settings(**settings), happened.take, PurePosixPath("/rec"), now=now, believed=believed)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(gateway.run())
        try:
            yield gateway, happened
        finally:
            task.cancel()


@asynccontextmanager
async def up(**settings: Any) -> AsyncIterator[tuple[Gateway, Happened, Connection, Peer]]:
    """The same, and the first LinkUp has come, without legs."""
    async with Peer() as peer, running(peer, **settings) as (gateway, happened):
        connection = await peer.connection()
        connection.reply_list(await connection.expect("CoreShowChannels"))
        await happened.until(lambda: bool(happened.events))
        happened.events.clear()
        yield gateway, happened, connection, peer


async def test_link_up_stands_between_what_it_does_not_know_and_what_came_after() -> None:
    async with Peer() as peer, running(peer) as (_, happened):
        started = now()
        connection = await peer.connection()
        action = await connection.expect("CoreShowChannels")
        connection.event("Hangup", Uniqueid=730, Cause=17)  # on its way when the list was made
        connection.event("UserEvent", Uniqueid=731, UserEvent="MinidialerAnswered")
        connection.reply_list(action, channel("731"), channel("nailed-1-1"), channel("1764000000.1"))
        connection.event("Hangup", Uniqueid=731, Cause=16)
        await happened.until(lambda: len(happened.events) == 4)
        gone, link_up, answered, hung_up = happened.events
        assert gone == CustomerGone(730, 17)
        assert isinstance(link_up, LinkUp)
        assert link_up.legs == (LiveLeg("731", "c", up=True), LiveLeg("nailed-1-1", "c", up=True))
        assert started - ORIGINATE_LAG <= link_up.asked_at <= now() - ORIGINATE_LAG
        assert (answered, hung_up) == (CustomerAnswered(731), CustomerGone(731, 16))


async def test_events_come_in_the_order_of_asterisk() -> None:
    async with up() as (_, happened, connection, _peer):
        for number in range(1000):
            connection.event("Newstate", Uniqueid=number, ChannelState=5)
            connection.event("Hangup", Uniqueid=number, Cause=17)
        await happened.until(lambda: len(happened.events) == 2000)
        expected: list[Event] = []
        for number in range(1000):
            expected += [CustomerRinging(number), CustomerGone(number, 17)]
        assert happened.events == expected


async def test_link_down_is_said_once_and_the_next_link_begins_with_a_resync() -> None:
    async with up() as (gateway, happened, connection, peer):
        connection.event("Newchannel", Uniqueid=730)
        connection.close()
        await happened.until(lambda: bool(happened.events))
        assert happened.events == [LinkDown()]
        second = await peer.connection()
        await second.expect("CoreShowChannels")
        second.close()  # lost again before the list: LinkDown is not repeated
        third = await peer.connection()
        third.reply_list(await third.expect("CoreShowChannels"), channel("730"))
        await happened.until(lambda: len(happened.events) == 2)
        assert isinstance(happened.events[1], LinkUp)
        assert gateway.state.connected


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (CALL, AttemptRefused(730, "Asterisk refused Originate: Permission denied.")),
        (PHONE, PhoneGone(12, "ring-12-730", 0, "Asterisk refused Originate: Permission denied.")),
    ],
)
async def test_refused_originate_becomes_an_event(command: Command, event: Event) -> None:
    async with up() as (gateway, happened, connection, _):
        gateway.execute(command)
        connection.reply(await connection.expect("Originate"), "Error", Message="Permission denied")
        await happened.until(lambda: happened.events == [event])


async def test_an_answer_that_overtakes_the_news_of_its_channel_refuses_nothing() -> None:
    async with up() as (gateway, happened, connection, _):
        for attempt in (730, 731):
            connection.event("OriginateResponse", Uniqueid=attempt, Response="Failure", Reason=0, Channel="PJSIP/x")
        connection.event("Newchannel", Uniqueid=730)
        connection.event("Hangup", Uniqueid=730, Cause=17)
        await happened.until(lambda: len(happened.events) == 2)
        gone, refused = happened.events
        assert gone == CustomerGone(730, 17)
        assert isinstance(refused, AttemptRefused)
        assert refused.attempt_id == 731
        assert len(gateway._translator) == 0


async def test_call_that_cannot_be_written_down_becomes_an_event_but_not_from_within() -> None:
    async with up() as (gateway, happened, _, _peer):
        gateway.execute(CallCustomer(730, "600\r\nAction: x", CALL.trunk, CALL.settings))
        gateway.execute(CallCustomer(731, CALL.number, Trunk("bad", "PJSIP/{nummer}"), CALL.settings))
        assert happened.events == []
        await happened.until(lambda: len(happened.events) == 2)
        assert happened.kinds() == ["AttemptRefused"] * 2


async def test_call_sent_into_a_lost_link_is_unknown_and_not_repeated() -> None:
    async with up() as (gateway, happened, connection, peer):
        gateway.execute(CALL)
        await connection.expect("Originate")
        connection.close()
        await happened.until(lambda: happened.events == [LinkDown()])
        gateway.execute(PHONE)  # while down: neither sent nor kept
        after = await peer.connection()
        after.reply_list(await after.expect("CoreShowChannels"))
        await happened.until(lambda: len(happened.events) == 2)
        gateway.execute(HangUpLeg("730"))
        await after.expect("Hangup")
        assert "Originate" not in after.names()
        assert happened.kinds() == ["LinkDown", "LinkUp"]


async def test_originate_without_an_answer_is_unknown() -> None:
    async with up(action_timeout=1.0) as (gateway, happened, connection, _):
        gateway.execute(CALL)
        await connection.expect("Originate")
        async with asyncio.timeout(LIMIT):
            while gateway.unanswered:  # noqa: ASYNC110 — until it is given up, which nobody is told
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        assert happened.events == []


async def test_recording_is_named_by_day_and_attempt() -> None:
    async with up() as (gateway, _, connection, _peer):
        before = now()
        gateway.execute(CallCustomer(730, CALL.number, CALL.trunk, CampaignSettings(recording=True)))
        days = {f"{moment:%Y-%m-%d}" for moment in (before, now())}  # two at midnight
        action = await connection.expect("Originate")
        assert {f"MD_RECORDING=/rec/{day}/730.wav" for day in days} & set(action["variable"])


async def test_refusal_of_steering_is_no_event() -> None:
    async with up() as (gateway, happened, connection, _):
        joined = JoinLegs(730, "ring-1-730", nailed_up=False)
        steps: list[tuple[Command, str]] = [
            (joined, "Redirect"),
            (Hold(730), "Redirect"),
            (LetGo(730), "Redirect"),
            (HangUpLeg("730"), "Hangup"),
        ]
        for command, name in steps:
            gateway.execute(command)
            action = await connection.expect(name)
            assert first(action, "Channel") == "730"
            connection.reply(action, "Error", Message="No such channel")
        connection.event("UserEvent", Uniqueid="nailed-1-1", UserEvent="MinidialerAgentIdle")
        await happened.until(lambda: bool(happened.events))
        assert happened.events == [PhoneIdle(1, "nailed-1-1")]


async def test_command_that_is_not_for_asterisk_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with up() as (gateway, happened, _, _peer):
        gateway.execute(SaveAttempt.__new__(SaveAttempt))
        await asyncio.sleep(0)
        assert happened.events == []
    assert "no command for Asterisk" in caplog.text


async def test_resyncs_wished_for_together_are_one() -> None:
    async with up() as (gateway, happened, connection, _):
        for _ in range(3):
            gateway.execute(Resync())
        gateway.resync()
        action = await connection.expect("CoreShowChannels")
        connection.event("Newchannel", Uniqueid=730)
        connection.event("Newstate", Uniqueid=730, ChannelState=5)
        connection.event("Hangup", Uniqueid=731, Cause=17)
        await asyncio.sleep(0.05)
        assert happened.events == []  # events wait for the list
        connection.reply_list(action, channel("730", 5))
        await happened.until(lambda: len(happened.events) == 3)
        assert happened.kinds() == ["CustomerGone", "LinkUp", "CustomerRinging"]
        await asyncio.sleep(0.05)
        assert connection.names().count("CoreShowChannels") == 2  # the first at the start


async def test_resync_that_is_refused_drops_the_link_and_says_why() -> None:
    async with Peer() as peer, running(peer, reconnect_min=0.3) as (gateway, happened):
        connection = await peer.connection()
        connection.reply(await connection.expect("CoreShowChannels"), "Error", Message="Permission denied")
        await asyncio.wait_for(connection.ended.wait(), LIMIT)
        await asyncio.sleep(0)
        assert str(gateway.state.error) == (
            f"The link to Asterisk at 127.0.0.1:{peer.port} is down: it could not be asked for its channels "
            "(Asterisk refused CoreShowChannels: Permission denied)."
        )
        assert happened.events == []
        await peer.connection()  # and tries again


async def test_flood_during_a_resync_drops_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "MOST_HELD", 100)
    async with Peer() as peer, running(peer) as (_, happened):
        connection = await peer.connection()
        await connection.expect("CoreShowChannels")
        for number in range(200):
            connection.event("Hangup", Uniqueid=number, Cause=17)
        await asyncio.wait_for(connection.ended.wait(), LIMIT)
        assert happened.events == []
        again = await peer.connection()
        again.reply_list(await again.expect("CoreShowChannels"))
        await happened.until(lambda: happened.kinds() == ["LinkUp"])


async def test_asterisk_is_asked_now_and_then_so_that_lost_news_does_not_stay_lost() -> None:
    async with up(check_interval=0.05) as (_, happened, connection, _peer):
        for legs in (("730",), ()):  # nobody is told of either change
            connection.reply_list(await connection.expect("CoreShowChannels"), *(channel(leg) for leg in legs))
        await happened.until(lambda: len(happened.events) == 2)
        first_list, second_list = happened.events
        assert isinstance(first_list, LinkUp)
        assert isinstance(second_list, LinkUp)
        assert (first_list.legs, second_list.legs) == ((LiveLeg("730", "c", up=True),), ())


async def test_of_calls_that_are_over_asterisk_is_asked_how_they_ended() -> None:
    believed = (1234567, 7300001, 7300002, 7300003)
    async with Peer() as peer, running(peer, believed=lambda: believed) as (_, happened):
        connection = await peer.connection()
        connection.reply_list(await connection.expect("CoreShowChannels"), channel("1234567"))
        for key, noted in (
            ("0001", "7300001 answered nailed-12-5"),
            ("0002", "999990002 abandoned"),  # another call, with the same last digits
        ):
            action = await connection.expect("DBGet")
            assert (first(action, "Family"), first(action, "Key")) == ("minidialer", key)
            connection.reply_list(action, {"Event": "DBGetResponse", "Key": key, "Val": noted})
        connection.reply(await connection.expect("DBGet"), "Error", Message="Database entry not found")
        await happened.until(lambda: bool(happened.events))
        (link_up,) = happened.events
        assert isinstance(link_up, LinkUp)
        assert link_up.fates == (Fate(7300001, Outcome.ANSWERED, "nailed-12-5"),)
