"""An agent's page without a browser: what docs/agent.md describes, for the robots."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self, cast

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, CookieJar

Json = dict[str, Any]

ANSWER_EVERY = 6  # beats
_AGAIN_AFTER = 0.5  # seconds between two tries to reach the daemon


class PageError(RuntimeError):
    """The page was refused something; the message is the sentence a person would read."""


class SessionEndedError(PageError):
    """The session is over, and why."""


class PageClient:
    """`async with PageClient(url) as page`: then `sign_in`, and `views` for as long as the shift lasts."""

    def __init__(self, url: str) -> None:
        self._session = ClientSession(
            url,
            cookie_jar=CookieJar(unsafe=True),  # else it keeps no cookie of an address
            timeout=ClientTimeout(total=None, sock_connect=10),
            headers={"Accept-Language": "en"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def sign_in(self, login: str, password: str) -> None:
        """Raises PageError when it is refused."""
        await self.post("session", login=login, password=password)

    async def sign_out(self) -> None:
        """At once, or after the present call and form."""
        async with self._session.delete("/api/session") as answer:
            await _checked(answer)

    async def post(self, path: str, **values: object) -> Json:
        """Ask for something. Raises PageError when it is refused."""
        async with self._session.post(f"/api/{path}", json=values) as answer:
            return await _checked(answer)

    async def get(self, path: str) -> Json:
        """Look at something. Raises PageError when it is refused."""
        async with self._session.get(f"/api/{path}") as answer:
            return await _checked(answer)

    async def views(self) -> AsyncIterator[Json]:
        """Every view, through lost connections too; ends by raising SessionEndedError."""
        while True:
            with contextlib.suppress(ClientError, ConnectionError, TimeoutError):
                async with self._session.get("/api/events", timeout=ClientTimeout(sock_read=5)) as answer:
                    async for view in self._views_of(answer):
                        yield view
            await asyncio.sleep(_AGAIN_AFTER)

    async def _views_of(self, answer: ClientResponse) -> AsyncIterator[Json]:
        stream, beats = "", 0
        async for name, data in events(answer):
            if name == "view":
                yield data
            elif name == "hello":
                stream = str(data["stream"])
            elif name == "ended":
                raise SessionEndedError(str(data["error"]))
            else:
                beats += 1
                if beats % ANSWER_EVERY == 0:
                    with contextlib.suppress(PageError):
                        await self.post("here", stream=stream)


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, Json]]:
    """Name and data of each server-sent event; a view may be longer than any line limit of the client."""
    name, data, rest = "", "", b""
    async for part in answer.content.iter_any():
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            key, _, value = line.decode().rstrip("\r").partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                data = value
            elif not key:
                yield name, json.loads(data or "{}")
                name, data = "", ""


async def _checked(answer: ClientResponse) -> Json:
    body = cast(Mapping[str, Any], await answer.json()) if answer.status != 204 else {}
    if answer.status == 401:
        raise SessionEndedError(str(body.get("error", "")))
    if not answer.ok:
        raise PageError(str(body.get("error", answer.status)))
    return dict(body)
