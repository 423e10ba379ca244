"""What panoramisk 1.4 gets wrong, one test a case: with ours, each comes out right."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from minidialer.ami.errors import AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from minidialer.ami.message import Message

from .linked import LIMIT, Told, connected, new_link, running
from .peer import Peer, block, first

ORIGINATE = {"Channel": "PJSIP/1", "Context": "c", "Exten": "s", "Priority": "1"}


async def test_link_lost_with_an_unanswered_originate_is_not_sent_again() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        before = await peer.connection()
        failures: list[Exception] = []
        link.send("Originate", {**ORIGINATE, "Async": "true"}, failures.append)
        await before.expect("Originate")
        before.close()
        await told.until(lambda: told.words.count("up") == 2)
        after = await peer.connection()
        await link.action("Ping")
        assert "Originate" not in after.names()
        assert [type(failure) for failure in failures] == [AmiDownError]


async def test_action_sent_while_down_fails_at_once_and_is_never_delivered() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        await peer.stop_listening()
        connection.close()
        await told.until(lambda: len(told.words) == 2)
        started = time.monotonic()
        with pytest.raises(AmiDownError):
            await link.action("Originate", ORIGINATE)
        failures: list[Exception] = []
        link.send("Hangup", {"Channel": "1"}, failures.append)
        assert failures == []  # never from within
        await asyncio.sleep(0)
        assert [type(failure) for failure in failures] == [AmiDownError]
        assert time.monotonic() - started < LIMIT / 3, "it was waited for"
        await peer.listen_again()
        await told.until(lambda: told.words.count("up") == 2)
        await link.action("Ping")
        assert {"Originate", "Hangup"}.isdisjoint((await peer.connection()).names())


async def test_action_sent_before_the_first_connect_fails_at_once() -> None:
    async with Peer() as peer:
        link = new_link(peer.settings(), Told())
        with pytest.raises(AmiDownError):
            await link.action("Ping")
        with pytest.raises(AmiDownError):
            await link.list_action("CoreShowChannels")
        assert link.state.connected is False


async def test_no_response_ever_ends_in_a_timeout_and_leaves_nothing_behind() -> None:
    async with Peer() as peer, connected(peer.settings(action_timeout=0.1)) as (link, told):
        connection = await peer.connection()
        with pytest.raises(AmiTimeoutError, match=r"Asterisk did not answer Originate in 0\.1 seconds\."):
            await link.action("Originate", ORIGINATE)
        action = await connection.expect("Originate")
        connection.reply(action)  # too late: harms nothing
        await link.action("Ping", wait=LIMIT)
        assert link._session is not None
        assert link._session._protocol._pending == {}
        assert told.words == ["up"]


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, _):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await link.action("Originate", ORIGINATE)
        await link.action("Ping")
        assert link._session is not None
        assert link._session._protocol._pending == {}


async def test_originate_without_an_async_header_is_answered() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(link.action("Originate", ORIGINATE))
            connection.reply(await connection.expect("Originate"), Message="Originate successfully queued")
        assert answer.result().text("Message") == "Originate successfully queued"
        assert told.words == ["up"]


async def test_exception_in_a_callback_is_logged_and_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(message: Message) -> None:
        if message.name == "Bad":
            raise KeyError("a bug of ours")

    async with Peer() as peer, connected(peer.settings()) as (link, told):
        told.on_message = fail
        connection = await peer.connection()
        connection.write(block(Event="Bad"), block(Event="Good", Number=1), block(Event="Good", Number=2))
        await told.until(lambda: told.events.count("Good") == 2)
        await link.action("Ping")
        assert told.words == ["up"]
    assert "a bug of ours" in caplog.text


async def test_utf8_letter_split_over_two_segments_is_kept() -> None:
    raw = block(Event="Newchannel", CallerIDName="Łukasz Żółć")
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        await link.action("Ping")  # what is answered at the start is out of the way
        cut = raw.index("Ł".encode()) + 1
        await connection.write_slowly(raw[:cut], raw[cut:])
        await told.until(lambda: "Newchannel" in told.events)
        message = told.all[-1]
        assert isinstance(message, Message)
        assert message.text("CallerIDName") == "Łukasz Żółć"


async def test_bytes_that_are_no_utf8_are_replaced() -> None:
    async with Peer() as peer, connected(peer.settings()) as (_, told):
        (await peer.connection()).write(b"Event: Newchannel\r\nCallerIDName: a\xffb\r\n\r\n")
        await told.until(lambda: "Newchannel" in told.events)
        message = told.all[-1]
        assert isinstance(message, Message)
        assert message.text("CallerIDName") == "a\ufffdb"


@pytest.mark.parametrize("value", ["x\r\nAction: Hangup", "x\ny", "x\ry", "x\0y", "x" * 2000, "\ud800"])
async def test_line_break_in_a_header_value_is_refused_before_anything_is_sent(value: str) -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, _):
        for headers in ({"Channel": value}, {"Variable": ("a=1", value)}):
            with pytest.raises(UnsafeValueError):
                await link.action("Originate", headers)
        with pytest.raises(UnsafeValueError):
            await link.action("Originate", {"Channel: 1\r\nX": "y"})
        await link.action("Ping")
        assert set((await peer.connection()).names()) == {"Login", "CoreSettings", "Ping"}


async def test_error_reply_to_a_list_action_ends_it() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, _):
        connection = await peer.connection()
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(link.list_action("CoreShowChannels"))
                connection.reply(await connection.expect("CoreShowChannels"), "Error", Message="Permission denied")
        (error,) = caught.value.exceptions
        assert isinstance(error, AmiRefusedError)
        assert str(error) == "Asterisk refused CoreShowChannels: Permission denied."


async def test_lost_link_in_the_middle_of_a_list_ends_it() -> None:
    async with Peer() as peer, connected(peer.settings(action_timeout=60)) as (link, _):
        connection = await peer.connection()
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(link.list_action("CoreShowChannels"))
                connection.reply_list(
                    await connection.expect("CoreShowChannels"), {"Event": "CoreShowChannel"}, complete=False
                )
                connection.close()
        assert isinstance(caught.value.exceptions[0], AmiDownError)


async def test_item_named_complete_does_not_end_the_list() -> None:
    items = [{"Event": "TransferComplete", "Uniqueid": 1}, {"Event": "CoreShowChannel", "Uniqueid": 2}]
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(link.list_action("CoreShowChannels"))
            action = await connection.expect("CoreShowChannels")
            connection.reply_list(action, *items, complete=False)
            connection.event("CoreShowChannelsComplete", EventList="Complete")  # of somebody else
            connection.write(block(Event="Done", EventList="Complete", ActionID=first(action, "ActionID")))
        assert [item.text("Uniqueid") for item in answer.result()] == ["1", "2"]
        assert told.events == ["CoreShowChannelsComplete"]


async def test_list_without_items_is_empty() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, _):
        connection = await peer.connection()
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(link.list_action("CoreShowChannels"))
            connection.reply_list(await connection.expect("CoreShowChannels"))
        assert answer.result() == []


async def test_reconnect_backs_off_to_the_longest_pause() -> None:
    async with Peer("login") as peer, running(peer.settings(reconnect_min=0.1, reconnect_max=0.8)):
        for _ in range(6):
            (await peer.connection()).close()
        pauses = [late - early for early, late in zip(peer.accepted_at, peer.accepted_at[1:], strict=False)]
        assert pauses[0] < min(pauses[3:]), pauses  # a busy machine makes pauses longer, none shorter
        assert all(pause > 0.75 for pause in pauses[3:]), pauses


async def test_wrong_password_is_said_once_and_retried_slowly(caplog: pytest.LogCaptureFixture) -> None:
    async with Peer("login") as peer, running(peer.settings(login_pause=0.3)) as (link, told):
        for _ in range(3):
            connection = await peer.connection()
            connection.reply(await connection.expect("Login"), "Error", Message="Authentication failed")
        pauses = [late - early for early, late in zip(peer.accepted_at, peer.accepted_at[1:], strict=False)]
        assert all(pause > 0.25 for pause in pauses), pauses
        await asyncio.sleep(0.05)
        sentence = (
            f"Asterisk at 127.0.0.1:{peer.port} refused the AMI user minidialer: check [asterisk] user and secret."
        )
        assert str(link.state.error) == sentence
        assert told.all == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [sentence]
    assert "s3cret" not in caplog.text
    assert "s3cret" not in repr(peer.settings())


async def test_an_asterisk_that_shuts_down_is_no_wrong_password() -> None:
    async with Peer("login") as peer, running(peer.settings(login_pause=60)) as (link, _told):
        for _ in range(3):  # it is tried again soon, not after the pause of a wrong password
            connection = await peer.connection()
            connection.reply(await connection.expect("Login"), "Error", Message="Asterisk is shutting down")
        await asyncio.sleep(0.05)
        assert str(link.state.error) == f"Asterisk at 127.0.0.1:{peer.port} is shutting down: start it again."


async def test_half_open_peer_is_noticed_by_an_unanswered_ping() -> None:
    peer = Peer("ping")
    async with peer, connected(peer.settings(ping_interval=0.1, action_timeout=0.1)) as (link, told):
        await (await peer.connection()).expect("Ping")
        await told.until(lambda: len(told.words) == 2)
        assert told.words[1] == "down: Asterisk stopped answering"
        assert link.state.connected is False
        await told.until(lambda: told.words.count("up") == 2)


async def test_no_reconnect_after_the_link_was_closed() -> None:
    async with Peer() as peer:
        async with connected(peer.settings(reconnect_min=0.01, reconnect_max=0.02)) as (link, told):
            connection = await peer.connection()
        await asyncio.wait_for(connection.ended.wait(), LIMIT)
        await asyncio.sleep(0.2)
        assert len(peer.accepted_at) == 1
        assert told.words == ["up", "down: the daemon closed it"]
        with pytest.raises(AmiDownError):
            await link.action("Ping")


async def test_originate_response_reaches_the_event_callback() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        failures: list[Exception] = []
        link.send("Originate", {**ORIGINATE, "Async": "true"}, failures.append, tag="originate/7")
        action = await connection.expect("Originate")
        assert first(action, "ActionID") == "originate/7"
        early = {"ActionID": "originate/7", "Response": "Failure", "Reason": 0}
        connection.event("OriginateResponse", **early)  # before the answer, and after it
        connection.reply(action, Message="Originate successfully queued")
        connection.event("OriginateResponse", **early)
        await told.until(lambda: told.events == ["OriginateResponse"] * 2)
        assert failures == []
