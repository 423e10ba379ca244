"""Clients that break the rules are answered or dropped, and nobody else notices."""

import asyncio
import json
import socket
from pathlib import Path

import pytest

from minidialer.control.models.base import Nothing
from minidialer.control.models.system import STATUS
from minidialer.control.protocol import MESSAGE_LIMIT
from minidialer.daemon.control import connection

from .office import LONGEST, Office, RawClient, open_office, until

HELLO = b'{"jsonrpc":"2.0","id":1,"method":"system.hello","params":{"protocol":1}}\n'

BROKEN = [
    (b"hello\n", -32700, "parse_error", None),
    (b"\xff\xfe\n", -32700, "parse_error", None),
    (b"[" * 100_000 + b"\n", -32700, "parse_error", None),
    (b'{"jsonrpc":"2.0","id":NaN,"method":"x"}\n', -32700, "parse_error", None),
    (b"[]\n", -32600, "invalid_request", None),
    (b"7\n", -32600, "invalid_request", None),
    (b'{"id":3,"method":"system.status"}\n', -32600, "invalid_request", 3),
    (b'{"jsonrpc":"2.0","id":{},"method":"system.status"}\n', -32600, "invalid_request", None),
    (b'{"jsonrpc":"2.0","id":true,"method":"system.status"}\n', -32600, "invalid_request", None),
    (b'{"jsonrpc":"2.0","id":4}\n', -32600, "invalid_request", 4),
    (b'{"jsonrpc":"2.0","id":5,"method":"system.status","params":[1]}\n', -32602, "invalid_params", 5),
    (b'{"jsonrpc":"2.0","id":6,"method":"system.statsu"}\n', -32601, "unknown_method", 6),
    (b'{"jsonrpc":"2.0","id":"a","method":"agents.add","params":{"login":"a b"}}\n', -32602, "invalid_params", "a"),
    (b'{"jsonrpc":"2.0","id":7,"method":"agents.add","params":{"login":"a\\r\\nb"}}\n', -32602, "invalid_params", 7),
    (b'{"jsonrpc":"2.0","id":8,"method":"agents.add","params":{"login":"a","x":1}}\n', -32602, "invalid_params", 8),
    (b'{"jsonrpc":"2.0","id":9,"method":"lists.add","params":{"name":"\\ud800"}}\n', -32602, "invalid_params", 9),
    (b'{"jsonrpc":"2.0","id":1,"method":"imports.undo","params":{"id":%d}}\n' % 2**63, -32602, "invalid_params", 1),
    (b'{"jsonrpc":"2.0","id":1e999,"method":"system.status"}\n', -32600, "invalid_request", None),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "number", "code", "identity"), BROKEN)
async def test_a_broken_message_is_answered_and_the_connection_goes_on(
    office: Office, sent: bytes, number: int, code: str, identity: object
) -> None:
    client = await RawClient.connect(office.socket)
    answer = await client.ask(sent)
    assert answer["error"]["code"] == number
    assert answer["error"]["data"]["code"] == code
    assert answer["id"] == identity
    assert (await client.ask(HELLO))["result"]["protocol"] == 1
    client.close()


async def test_an_error_carries_what_another_language_needs(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    answer = await client.ask(b'{"jsonrpc":"2.0","id":1,"method":"agents.add","params":{"login":"a","nmae":"x"}}\n')
    assert answer["error"]["message"] == "There is no nmae: did you mean name?"
    assert answer["error"]["data"] == {
        "code": "invalid_params",
        "template": "There is no {key}: did you mean {near}?",
        "values": {"key": "nmae", "near": "name"},
    }
    client.close()


async def test_a_batch_is_answered_as_a_batch(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    one = {"jsonrpc": "2.0", "id": 1, "method": "system.status"}
    silent = {"jsonrpc": "2.0", "method": "lists.add", "params": {"name": "A"}}
    answers = await client.ask(json.dumps([one, silent, 3]).encode() + b"\n")
    assert [answer.get("id") for answer in answers] == [1, None]
    too_many = await client.ask(json.dumps([one] * 51).encode() + b"\n")
    assert too_many["error"]["message"] == "A batch holds 1 to 50 requests."
    client.close()


async def test_a_notification_is_done_and_not_answered(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    await client.say(b'{"jsonrpc":"2.0","method":"lists.add","params":{"name":"A"}}\n')
    answer = await client.ask(b'{"jsonrpc":"2.0","id":2,"method":"lists.list"}\n')
    assert [item["name"] for item in answer["result"]["lists"]] == ["A"]
    client.close()


async def test_an_oversized_message_is_answered_and_the_client_dropped(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    client.writer.write(b"x" * (MESSAGE_LIMIT + 10))
    answer = await client.hear()
    assert answer["error"]["data"]["code"] == "too_large"
    assert await client.hear() is None
    client.close()


async def test_a_message_just_within_the_limit_is_taken(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    request = {"jsonrpc": "2.0", "id": 1, "method": "system.status", "params": {}, "_": "x" * (MESSAGE_LIMIT - 200)}
    assert "result" in await client.ask(json.dumps(request).encode() + b"\n")
    client.close()


async def test_a_client_that_stops_reading_is_dropped_and_others_are_served(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    deaf = socket.socket(socket.AF_UNIX)
    deaf.setblocking(False)
    deaf.connect(str(office.socket))
    loop = asyncio.get_running_loop()
    sending = b'{"jsonrpc":"2.0","id":"' + b"i" * 200_000 + b'","method":"system.status"}\n'
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        async with asyncio.timeout(LONGEST):
            while True:
                await loop.sock_sendall(deaf, sending)  # each answer repeats the id
    deaf.close()
    async with office.client() as other:
        assert (await other.call(STATUS, Nothing())).link.up is False


async def test_a_watcher_that_stops_reading_is_dropped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    monkeypatch.setattr("minidialer.daemon.control.watch.SHORTEST", 0.0)
    monkeypatch.setattr("minidialer.daemon.control.watch.LONGEST", 0.001)
    deaf = await RawClient.connect(office.socket)
    deaf.reader._transport.pause_reading()  # type: ignore[attr-defined]  # there is no public way not to read
    await deaf.say(HELLO + b'{"jsonrpc":"2.0","id":2,"method":"watch.subscribe"}\n')
    listeners = office.desk.engine._listeners
    await until(lambda: bool(listeners))
    await until(lambda: not listeners)
    deaf.close()


async def test_a_client_gone_in_the_middle_of_a_message_is_forgotten(office: Office) -> None:
    client = await RawClient.connect(office.socket)
    await client.say(b'{"jsonrpc":"2.0","id":1')
    client.close()
    async with office.client() as other:
        await other.call(STATUS, Nothing())


async def test_a_hundred_clients_at_once(office: Office) -> None:
    async def one() -> object:
        async with office.client() as client:
            for _ in range(5):
                status = await client.call(STATUS, Nothing())
            return status.protocol

    answers = await asyncio.gather(*(one() for _ in range(100)))
    assert answers == [1] * 100


async def test_idle_clients_make_room_and_watching_ones_stay(tmp_path: Path) -> None:
    async with open_office(tmp_path, most_clients=3) as office:
        idle = await RawClient.connect(office.socket)
        await idle.ask(HELLO)
        watching = await RawClient.connect(office.socket)
        await watching.ask(HELLO)
        await watching.ask(b'{"jsonrpc":"2.0","id":2,"method":"watch.subscribe"}\n')
        others = []
        for _ in range(4):
            client = await RawClient.connect(office.socket)
            await client.ask(HELLO)
            others.append(client)
        assert await idle.hear() is None
        assert (await watching.hear())["method"] == "watch.snapshot"
        for client in (idle, watching, *others):
            client.close()


async def test_when_everybody_watches_a_newcomer_is_told(tmp_path: Path) -> None:
    async with open_office(tmp_path, most_clients=1) as office:
        watching = await RawClient.connect(office.socket)
        await watching.ask(b'{"jsonrpc":"2.0","id":2,"method":"watch.subscribe"}\n')
        newcomer = await RawClient.connect(office.socket)
        assert (await newcomer.hear())["error"]["data"]["code"] == "too_many_clients"
        watching.close()
        newcomer.close()
