"""The manager protocol in its plainest form, so that these tests depend on nothing of the product but the lab."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Self

from minidialer.lab.pbx import ManagerAccess

Message = dict[str, str]
LIMIT = 30.0
"""Seconds until something comes; most of it comes in milliseconds, unless the machine does something else."""

_serials = count(1)


def leg(kind: str = "") -> str:
    """A leg's name no other test has: a customer's, or with "nailed-12-" or "ring-12-" an agent's."""
    return f"{kind}{73 * 10**11 + next(_serials)}"


class Wire:
    """One login; every message received is kept in `seen`, in order."""

    def __init__(self, access: ManagerAccess) -> None:
        self.access = access
        self.seen: list[Message] = []
        self._arrived = asyncio.Event()
        self._ids = count(1)

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self.access.host, self.access.port)
        await self._reader.readline()  # the banner
        self._pump = asyncio.get_running_loop().create_task(self._receive())
        reply = await self.ask("Login", Username=self.access.user, Secret=self.access.secret)
        assert reply["Response"] == "Success", reply
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pump.cancel()
        self._writer.close()
        await asyncio.wait([self._pump])

    async def ask(self, action: str, *variables: str, **headers: object) -> Message:
        """Send an action and return its response."""
        action_id = f"t{next(self._ids)}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        lines += [f"{key}: {value}" for key, value in headers.items()] + [f"Variable: {item}" for item in variables]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self.until(lambda m: m.get("ActionID") == action_id and "Response" in m)

    async def event(self, name: str, uniqueid: str, limit: float = LIMIT, nth: int = 1) -> Message:
        """The nth event of that name about that leg, past ones included; UserEvents go by their own name."""
        return await self.until(
            lambda m: name in (m.get("Event"), m.get("UserEvent")) and m.get("Uniqueid") == uniqueid, limit, nth
        )

    def names(self, uniqueid: str) -> list[str]:
        """Names of the events about one leg so far."""
        return [m.get("UserEvent", m.get("Event", "")) for m in self.seen if m.get("Uniqueid") == uniqueid]

    async def until(self, fits: Callable[[Message], bool], limit: float = LIMIT, nth: int = 1) -> Message:
        """The nth message that fits; TimeoutError after `limit` seconds."""
        async with asyncio.timeout(limit):
            while True:
                fitting = [message for message in self.seen if fits(message)]
                if len(fitting) >= nth:
                    return fitting[nth - 1]
                self._arrived.clear()
                await self._arrived.wait()

    async def originate(self, channel: str, name: str, context: str, *variables: str, ring: float = 20) -> None:
        """Start a call the way the daemon does."""
        headers = {"Channel": channel, "ChannelId": name, "Context": context, "Exten": "s", "Priority": 1}
        reply = await self.ask("Originate", *variables, Timeout=int(ring * 1000), Async="true", **headers)
        assert reply["Response"] == "Success", reply

    async def redirect(self, name: str, context: str, exten: str = "s") -> None:
        """Send a leg elsewhere in the dialplan."""
        reply = await self.ask("Redirect", Channel=name, Context=context, Exten=exten, Priority=1)
        assert reply["Response"] == "Success", reply

    async def hang_up(self, name: str) -> None:
        """End a leg."""
        reply = await self.ask("Hangup", Channel=name)
        assert reply["Response"] == "Success", reply

    async def _receive(self) -> None:
        while not self._reader.at_eof():
            message: Message = {}
            while line := (await self._reader.readline()).decode().rstrip("\r\n"):
                key, _, value = line.partition(": ")
                message[key] = value
            self.seen.append(message)
            self._arrived.set()
