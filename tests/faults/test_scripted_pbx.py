"""The scripted PBX says what Asterisk said when it was recorded: the same events of our legs, in the same order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from minidialer.ami.message import Message
from minidialer.ami.reader import MessageReader
from minidialer.lab.chaos.scripted_pbx import ScriptedPbx
from minidialer.lab.customer import Mix

RECORDED = Path(__file__).parents[1] / "ami" / "recorded"
ASIDE = {"OriginateResponse", "DialEnd"}  # Asterisk gives these two in either order
ORIGINATE = {
    "Channel": "PJSIP/+48600100200@carrier",
    "Context": "minidialer-customer",
    "Exten": "s",
    "Priority": "1",
    "Timeout": "700",
    "Async": "true",
}
MIXES = {
    "answer": Mix(1, 0, 0, 0, 0, 0),
    "busy": Mix(0, 0, 1, 0, 0, 0),
    "no_answer": Mix(0, 0, 0, 1, 0, 0),
    "invalid": Mix(0, 0, 0, 0, 1, 0),
    "congestion": Mix(0, 0, 0, 0, 0, 1),
}
"""Everybody behaves so."""


class Manager:
    """Asks, and reads all it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._messages = MessageReader()
        self.told: list[Message] = []

    def ask(self, name: str, **headers: str) -> None:
        given = {"Action": name, "ActionID": name, **headers}
        lines = [f"{header}: {value}" for header, value in given.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def until(self, event: str, count: int = 1) -> None:
        """Until it has come so often."""
        async with asyncio.timeout(20):
            while sum(message.name == event for message in self.told) < count:
                self.told += self._messages.feed(await self._reader.read(65536))

    def close(self) -> None:
        self._writer.close()


@pytest.fixture
async def customer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Manager]:
    """A manager at a PBX whose customers all do the same."""
    pbx = ScriptedPbx(1, MIXES[request.param], tmp_path / "calls.csv")
    server = await asyncio.get_running_loop().create_server(pbx.link, "127.0.0.1", 0)
    manager = Manager(*await asyncio.open_connection(*server.sockets[0].getsockname()))
    manager.ask("Login", Username="x", Secret="y")
    yield manager
    manager.close()
    server.close()
    pbx.close()


def recorded(name: str, leg: str) -> list[str]:
    """The events of a leg, as Asterisk sent them."""
    raw = (RECORDED / f"{name}.ami").read_bytes()
    messages = MessageReader().feed(b"Asterisk Call Manager/11.0.0\r\n" + raw)
    return events(messages, leg)


def events(messages: list[Message], leg: str) -> list[str]:
    """Their names, of those that name the leg."""
    found = []
    for message in messages:
        ours = leg in (message.text("Uniqueid"), message.text("DestUniqueid"))
        if ours and message.is_event and message.name not in ASIDE:
            found.append(message.name + message.text("UserEvent"))
    return found


@pytest.mark.parametrize(
    ("customer", "leg"),
    [
        ("busy", "7300000000003"),
        ("congestion", "7300000000006"),
        ("invalid", "7300000000005"),
        ("no_answer", "7300000000004"),
    ],
    indirect=["customer"],
)
async def test_calls_nobody_answers(customer: Manager, leg: str, request: pytest.FixtureRequest) -> None:
    outcome = request.node.callspec.params["customer"]
    customer.ask("Originate", ActionID=f"originate/{leg}", ChannelId=leg, **ORIGINATE)
    await customer.until("Hangup")
    assert events(customer.told, leg) == recorded(outcome, leg)
    cause = {"busy": 17, "congestion": 34, "invalid": 1, "no_answer": 19}[outcome]
    assert next(message for message in customer.told if message.name == "Hangup").number("Cause") == cause


@pytest.mark.parametrize("customer", ["answer"], indirect=True)
async def test_a_talk_with_a_nailed_up_agent(customer: Manager) -> None:
    agent, leg = "nailed-12-1764000000000", "7300000000030"
    place = {**ORIGINATE, "Channel": "PJSIP/1001", "Context": "minidialer-agent"}
    customer.ask("Originate", ActionID=f"originate/{agent}", ChannelId=agent, **place)
    await customer.until("MusicOnHoldStart")
    patient = {**ORIGINATE, "Timeout": "9000", "Variable": "MD_ANSWER_WAIT=9"}
    customer.ask("Originate", ActionID=f"originate/{leg}", ChannelId=leg, **patient)
    await customer.until("UserEvent", 2)
    customer.ask("Redirect", Channel=leg, Context="minidialer-join", Exten=agent, Priority="1")
    await customer.until("BridgeEnter", 2)
    customer.ask("Hangup", Channel=leg)
    await customer.until("MusicOnHoldStart", 2)
    customer.ask("Hangup", Channel=agent)
    await customer.until("Hangup", 2)
    assert events(customer.told, leg) == recorded("nailed_up", leg)
    idle_music_ended = events(customer.told, agent)
    ended_by_pbx = recorded("nailed_up", agent)
    assert idle_music_ended == [name for place, name in enumerate(ended_by_pbx) if place != len(ended_by_pbx) - 3]
