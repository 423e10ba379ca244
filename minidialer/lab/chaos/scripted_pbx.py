"""A scripted PBX: a manager interface in a process of its own that answers as Asterisk does, without the telephony.

The daemon finds the actions of docs/call-flow.md and the events of a real Asterisk, header by header, at the rate of
the calls; so a machine carries hundreds of live calls that no two Asterisks on it could. Customers behave as those of
the carrier (`lab.customer`), and their calls are written down as the carrier does (`lab.call_record`).

`python -m minidialer.lab.chaos.scripted_pbx` reads one JSON object on standard input, tells its port, and then its
figures for every line it is sent; it ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from minidialer.lab.customer import Mix

from .scripted_dialplan import Dialplan
from .scripted_wire import Received, block, complete, list_item, parse, reply

_GREETING = b"Asterisk Call Manager/11.0.0\r\n"
_VERSION = "22.10.1"


@dataclass(frozen=True)
class Script:
    """How customers behave, and the file their calls are written down in."""

    seed: int
    mix: Mix
    record: Path


@dataclass(frozen=True)
class Figures:
    """joins: attempt and seconds from the answer written to the join read, since the last time; waits: seconds that
    customers nobody took had waited, likewise; late: seconds by which the machine made this process itself late,
    likewise. most_live: customers' calls at once, since the last time.
    """

    calls: int
    answered: int
    joined: int
    live: int
    most_live: int
    events: int
    unsent: int
    joins: list[tuple[int, float]]
    waits: list[float]
    late: list[float]
    faults: list[str]


class ScriptedPbx:
    """Serves managers; what they ask is done by the dialplan."""

    def __init__(self, seed: int, mix: Mix, record: Path) -> None:
        self._links: set[_Link] = set()
        self._events = 0
        self.dialplan = Dialplan(seed, mix, record, self._send)

    def figures(self) -> Figures:
        """What happened since the last time."""
        plan = self.dialplan
        counts = plan.counts
        unsent = sum(link.unsent for link in self._links)
        figures = Figures(
            counts["calls"],
            counts["answered"],
            counts["joined"],
            plan.live,
            plan.most_live,
            self._events,
            unsent,
            plan.joins[:],
            plan.waits[:],
            plan.late[:],
            plan.faults[:],
        )
        plan.joins.clear()
        plan.waits.clear()
        plan.late.clear()
        plan.most_live = plan.live
        return figures

    def close(self) -> None:
        """End the call record."""
        self.dialplan.close()

    def link(self) -> asyncio.Protocol:
        """A new connection."""
        return _Link(self)

    def joined(self, link: _Link) -> None:
        """It has logged in: from now on it hears of everything."""
        self._links.add(link)

    def left(self, link: _Link) -> None:
        """It has gone."""
        self._links.discard(link)

    def _send(self, message: bytes) -> None:
        self._events += 1
        for link in self._links:
            link.write(message)

    def answer(self, action: Received, link: _Link) -> None:
        """Do what a manager asks."""
        name = action.get("action", "").lower()
        if name == "login":
            link.write(reply(action, Message="Authentication accepted"))
            link.write(block(Event="FullyBooted", Privilege="system,all", Status="Fully Booted"))
            self.joined(link)
        elif name == "ping":
            link.write(reply(action, Ping="Pong"))
        elif name == "coresettings":
            link.write(reply(action, AsteriskVersion=_VERSION))
        elif name == "coreshowchannels":
            self._list_channels(action, link)
        elif name == "dbget":
            self._fate(action, link)
        elif name == "originate":
            self._originate(action, link)
        else:
            self._steer(name, action, link)

    def _originate(self, action: Received, link: _Link) -> None:
        link.write(reply(action, Message="Originate successfully queued"))
        if not self.dialplan.originate(action):
            failed = {"Event": "OriginateResponse", "ActionID": action["actionid"], "Response": "Failure"}
            link.write(block(**failed, Reason=0, Uniqueid=action["channelid"]))

    def _steer(self, name: str, action: Received, link: _Link) -> None:
        leg = self.dialplan.legs.get(action.get("channel", ""))
        if leg is None:
            link.write(reply(action, "Error", Message="No such channel"))
        elif name == "redirect":
            link.write(reply(action, Message="Redirect successful"))
            self.dialplan.redirect(leg, action["context"], action["exten"])
        elif name == "hangup":
            link.write(reply(action, Message="Channel Hungup"))
            self.dialplan.hang_up(leg)
        else:
            link.write(reply(action, "Error", Message="Invalid/unknown command"))

    def _list_channels(self, action: Received, link: _Link) -> None:
        legs = list(self.dialplan.legs.values())
        link.write(reply(action, EventList="start", Message="Channels will follow"))
        for leg in legs:
            link.write(list_item(leg, action["actionid"]))
        link.write(complete("CoreShowChannelsComplete", action["actionid"], len(legs)))

    def _fate(self, action: Received, link: _Link) -> None:
        value = self.dialplan.fates.get(action["key"])
        if value is None:
            link.write(reply(action, "Error", Message="Database entry not found"))
            return
        about = {"ActionID": action["actionid"], "Family": action["family"], "Key": action["key"], "Val": value}
        link.write(reply(action, EventList="start", Message="Result will follow"))
        link.write(block(Event="DBGetResponse", **about))
        link.write(complete("DBGetComplete", action["actionid"], 1))


class _Link(asyncio.Protocol):
    """One manager's connection."""

    def __init__(self, pbx: ScriptedPbx) -> None:
        self._pbx = pbx
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    @property
    def unsent(self) -> int:
        """Bytes the manager has not read."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self.write(_GREETING)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._pbx.left(self)

    def data_received(self, data: bytes) -> None:
        *actions, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for raw in actions:
            self._pbx.answer(parse(raw), self)

    def write(self, message: bytes) -> None:
        if self._transport is not None:
            self._transport.write(message)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    script = TypeAdapter(Script).validate_json(await lines.readline())
    pbx = ScriptedPbx(script.seed, script.mix, script.record)
    server = await loop.create_server(pbx.link, "127.0.0.1", 0)
    _tell(json.dumps(server.sockets[0].getsockname()[1]))
    while await lines.readline():
        _tell(json.dumps(asdict(pbx.figures())))
    server.close()
    pbx.close()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve())
