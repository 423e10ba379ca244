"""The link's words: what it says when it cannot connect, and that no peer can fill the memory."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from minidialer.ami import protocol
from minidialer.ami.errors import AmiDownError, AmiRefusedError
from minidialer.ami.reader import LARGEST_MESSAGE
from minidialer.ami.session import UnreachableError, open_session
from minidialer.ami.settings import AmiSettings

from .linked import LIMIT, connected, running
from .peer import Peer, block

BRIEF = 1.0  # seconds a test waits in vain; what comes before must come within them too


async def _error(settings: AmiSettings) -> str:
    """Why no session can be opened."""
    with pytest.raises(UnreachableError) as caught:
        await open_session(settings, lambda _: None, lambda _: None)
    return str(caught.value)


async def test_nobody_listens() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await _error(AmiSettings("u", "s", port=port)) == (
        f"Asterisk at 127.0.0.1:{port} takes no connection (Connection refused): start it, enable its manager "
        "interface, or check [asterisk] host and port."
    )


async def test_another_server_listens() -> None:
    async with Peer(greeting=b"SSH-2.0-OpenSSH_9.2\r\n") as peer:
        assert await _error(peer.settings()) == (
            f"The server at 127.0.0.1:{peer.port} is no Asterisk manager interface (it said 'SSH-2.0-OpenSSH_9.2'): "
            "check [asterisk] host and port."
        )


async def test_a_server_that_says_nothing() -> None:
    async with Peer(greeting=b"") as peer:
        assert "says nothing" in await _error(peer.settings(connect_timeout=BRIEF))


async def test_a_server_that_never_answers_the_login() -> None:
    async with Peer("login") as peer:
        assert "did not answer the login" in await _error(peer.settings(connect_timeout=BRIEF))
        await asyncio.wait_for((await peer.connection()).ended.wait(), LIMIT)


async def test_state_tells_since_when_and_the_version() -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        await link.action("Ping")
        up = link.state
        assert (up.connected, up.error, up.version) == (True, None, "22.10.1")
        await peer.stop_listening()
        connection.close()
        await told.until(lambda: len(told.words) == 2)
        down = link.state
        assert (down.connected, down.version) == (False, "")
        assert down.since >= up.since
        assert str(down.error) == (
            f"The link to Asterisk at 127.0.0.1:{peer.port} is down: Asterisk closed the connection."
        )


async def test_an_asterisk_that_still_boots_is_waited_for() -> None:
    async with Peer("login") as peer, running(peer.settings()) as (_, told):
        connection = await peer.connection()
        connection.reply(await connection.expect("Login"))
        await asyncio.sleep(0.1)
        assert told.words == []
        connection.event("FullyBooted")
        await told.until(lambda: told.words == ["up"])


async def test_a_user_who_is_not_told_of_the_boot_gets_on() -> None:
    async with Peer("login") as peer, running(peer.settings(connect_timeout=BRIEF)) as (_, told):
        connection = await peer.connection()
        connection.reply(await connection.expect("Login"))
        await told.until(lambda: told.words == ["up"])


async def test_a_message_without_end_is_skipped_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Peer() as peer, connected(peer.settings()) as (link, told):
        connection = await peer.connection()
        await link.action("Ping")  # what is answered at the start is out of the way
        assert link._session is not None
        protocol, taken = link._session._protocol, list[int]()
        take = protocol.data_received

        def count(data: bytes) -> None:
            take(data)
            taken.append(len(data))

        monkeypatch.setattr(protocol, "data_received", count)
        huge = b"Event: Huge\r\nX: " + b"y" * (3 * LARGEST_MESSAGE)
        connection.write(huge)
        async with asyncio.timeout(LIMIT):
            while sum(taken) < len(huge):  # noqa: ASYNC110 — nobody is told
                await asyncio.sleep(0.01)
        assert len(protocol._reader._buffer) < 10
        connection.write(b"\r\n\r\n", block(Event="Small"))
        await told.until(lambda: told.events == ["Small"])


async def test_a_list_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_LIST", 10_000)
    async with Peer() as peer, connected(peer.settings()) as (link, _):
        connection = await peer.connection()
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(link.list_action("CoreShowChannels"))
                action = await connection.expect("CoreShowChannels")
                connection.reply_list(action, *[{"Event": "CoreShowChannel"}] * 1000, complete=False)
        assert isinstance(caught.value.exceptions[0], AmiRefusedError)
        await link.action("Ping")


async def test_a_peer_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_UNSENT", 0)
    async with Peer("ping") as peer, connected(peer.settings()) as (link, told):
        failures: list[Exception] = []
        for _ in range(10_000):  # more than the kernel's own buffers take while nobody gets to read
            link.send("Ping", {"Pad": "x" * 900}, failures.append)
        assert told.words == ["up"]  # not from within
        await told.until(lambda: len(told.words) >= 2)
        assert told.words[1] == "down: Asterisk does not read what it is sent"
        async with asyncio.timeout(LIMIT):
            while not failures:  # noqa: ASYNC110 — whoever hears of it is this list
                await asyncio.sleep(0.01)
        assert {type(failure) for failure in failures} == {AmiDownError}
