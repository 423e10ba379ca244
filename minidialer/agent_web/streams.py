"""Server-sent events: the whole view whenever it may have changed, and a beat so that a page notices silence.

A page that was away needs nothing replayed: the first view makes it right. The page answers the beats now and then
(`POST /api/here`), because a proxy between us keeps a connection open long after the page behind it has gone.
"""

import asyncio
import contextlib
import json
import logging
import secrets
from datetime import UTC, datetime

from aiohttp import web
from aiohttp_sse import EventSourceResponse

from minidialer.domain.sentence import RefusedError

from . import labels
from .keys import SERVICES, SETTINGS, STREAMS
from .services import Ended, Seat, Services
from .session import seat_of, token_of, words_of
from .settings import WebSettings
from .shown import Shown

log = logging.getLogger(__name__)

_NEVER = 1e6  # seconds between the pings we do not need
_ANSWERED = 6  # every so many beats; see app.js


class Stream:
    """One page's stream. `end` may be called by anybody; the page is told why."""

    def __init__(self, services: Services, settings: WebSettings, token: str) -> None:
        self.id = secrets.token_urlsafe(12)
        self._services = services
        self._settings = settings
        self._token = token
        self._wake = asyncio.Event()
        self._changed = False
        self._ended = ""
        self._answered_at = 0.0

    def answered(self) -> None:
        """The page said that it is there."""
        self._answered_at = asyncio.get_running_loop().time()

    def end(self, why: str) -> None:
        """Tell the page why, and no more. With "" it is told nothing and comes again."""
        self._ended = self._ended or why or "again"
        self._wake.set()

    async def run(self, response: EventSourceResponse, seat: Seat, request: web.Request) -> None:
        """Feed the page until it goes, falls silent, or the session ends."""
        self.answered()
        hello = {"stream": self.id, "beat": self._settings.beat, "answer_within": self._settings.answer_within}
        await response.send(json.dumps(hello), event="hello")
        async with asyncio.TaskGroup() as tasks:
            watcher = tasks.create_task(self._watch())
            try:
                await self._feed(response, seat, request)
            finally:
                watcher.cancel()
        if self._silent():
            overdue = self._unanswered() - _ANSWERED * self._settings.beat
            with contextlib.suppress(Ended):
                await self._services.was_silent(self._token, max(0.0, overdue))

    async def _watch(self) -> None:
        changes = self._services.changes(self._token)
        try:
            async for _version in changes:
                self._changed = True
                self._wake.set()
            self.end("")  # the daemon is going down
        except Ended as ended:
            self.end(ended.why)

    async def _feed(self, response: EventSourceResponse, seat: Seat, request: web.Request) -> None:
        seat_seen = True
        while not self._silent():
            await self._rest()
            if self._ended:
                break
            try:
                if self._changed:
                    self._changed = seat_seen = False
                    view = await self._services.view(self._token)
                    shown = Shown(seat, words_of(request), datetime.now(UTC)).view(view)
                    await response.send(dumped(shown), event="view", id=str(view.version))
                else:
                    await response.send("", event="beat")
                    if not seat_seen:
                        seat, seat_seen = await self._seat_now(seat, request), True
            except Ended as ended:
                self.end(ended.why)
                break
            except RefusedError:  # the store cannot be read now: once more at the next beat
                self._changed = True
                await response.send("", event="beat")
        if self._ended and self._ended != "again":
            await response.send(dumped(ending(self._ended, request)), event="ended")

    async def _seat_now(self, before: Seat, request: web.Request) -> Seat:
        """A supervisor may have given other tabs or language. Looked at in a quiet moment: no form waits for it."""
        seat = await seat_of(request)
        if seat != before:
            self._changed = True
            self._wake.set()
        return seat

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.beat):
                await self._wake.wait()
        self._wake.clear()

    def _silent(self) -> bool:
        return self._unanswered() > self._settings.answer_within

    def _unanswered(self) -> float:
        return asyncio.get_running_loop().time() - self._answered_at


class Streams:
    """The live streams: one for each session, the newest page wins."""

    def __init__(self) -> None:
        self._by_token: dict[str, Stream] = {}

    def add(self, token: str, stream: Stream) -> None:
        """A page has come; an older one of the same session is told so."""
        older = self._by_token.get(token)
        if older is not None:
            older.end("other_page")
        self._by_token[token] = stream

    def remove(self, token: str, stream: Stream) -> None:
        """A page has gone."""
        if self._by_token.get(token) is stream:
            del self._by_token[token]

    def answered(self, token: str, stream_id: str) -> bool:
        """The page of this stream is there; False when the stream is not."""
        stream = self._by_token.get(token)
        if stream is None or stream.id != stream_id:
            return False
        stream.answered()
        return True

    async def end_all(self, _app: web.Application) -> None:
        """The daemon stops: let all pages try again."""
        for stream in self._by_token.values():
            stream.end("")


async def events(request: web.Request) -> web.StreamResponse:
    """GET /api/events. An ended session is told as an event too: EventSource cannot read a status."""
    settings, streams = request.app[SETTINGS], request.app[STREAMS]
    why, token = "", ""
    seat: Seat | None = None
    try:
        token = token_of(request)
        seat = await seat_of(request)
    except Ended as ended:
        why = ended.why
    response = EventSourceResponse(send_timeout=settings.patience, ping_interval=_NEVER)
    await response.prepare(request)
    async with response:
        if seat is None:
            await response.send(dumped(ending(why, request)), event="ended")
        else:
            stream = Stream(request.app[SERVICES], settings, token)
            streams.add(token, stream)
            try:
                await stream.run(response, seat, request)
            except* (ConnectionError, TimeoutError):
                log.debug("the page of %s has gone", seat.login, extra={"action": "web.page_gone"})
            except* Exception:  # the answer has begun: it ends, and the page comes again
                log.exception("The stream of %s failed", seat.login, extra={"action": "web.failed"})
            finally:
                streams.remove(token, stream)
        response.stop_streaming()
    return response


def ending(why: str, request: web.Request) -> dict[str, str]:
    """Why the session is over, as JSON."""
    return {"why": why, "error": words_of(request).gettext(labels.ENDED.get(why, labels.ENDED["unknown"]))}


def dumped(value: object) -> str:
    """JSON on one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
