"""The stream of events: what it tells, who may have it, and when it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from minidialer.domain.sentence import RefusedError

from .conftest import Sites
from .site import Site, session_of
from .standin import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
Event = tuple[str, Any]


async def read(answer: ClientResponse) -> AsyncIterator[Event]:
    """Name and data of each event until the stream ends."""
    name, data = "", ""
    async for line in answer.content:
        key, _, value = line.decode().rstrip("\r\n").partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            data = value
        elif not key:
            yield name, json.loads(data or "null")


async def until(events: AsyncIterator[Event], name: str) -> Any:
    """The data of the next event of this name."""
    async with asyncio.timeout(30):
        async for kind, data in events:
            if kind == name:
                return data
    raise AssertionError(f"the stream ended without {name}")


async def test_it_begins_with_the_whole_view_and_goes_on_with_each_change(site: Site, client: ClientSession) -> None:
    async with client.get("/api/events") as answer:
        assert answer.content_type == "text/event-stream"
        events = read(answer)
        hello = await anext(events)
        assert hello[0] == "hello"
        assert (await until(events, "view"))["state"] == "paused"
        opened = await site.services.connect()
        view = await until(events, "view")
        assert view["state"] == "in_call"
        assert view["form"]["attempt_id"] == opened.attempt_id
        assert {"name": "umowa", "value": "A/17/2026", "editable": False} in view["form"]["fields"]
        assert len(view["form"]["callback_local"]) == len("2026-11-24T14:30")
        await until(events, "beat")


async def test_a_burst_of_changes_is_one_view_the_last(site: Site, client: ClientSession) -> None:
    async with client.get("/api/events") as answer:
        events = read(answer)
        await until(events, "view")
        for _ in range(200):
            await site.services.change(campaign="not yet")
        await site.services.change(campaign="at last")
        seen = 0
        async with asyncio.timeout(30):
            async for name, data in events:
                seen += name == "view"
                if name == "view" and data["campaign"] == "at last":
                    break
        assert seen < 50


@pytest.mark.parametrize("why", ["taken_over", "revoked", "expired"])
async def test_the_end_of_a_session_is_told(site: Site, client: ClientSession, why: str) -> None:
    async with client.get("/api/events") as answer:
        events = read(answer)
        await until(events, "view")
        await site.services.end(why)
        ended = await until(events, "ended")
        assert ended["why"] == why
        assert ended["error"]
        assert [event async for event in events] == []
    async with client.get("/api/events") as answer:
        assert [event async for event in read(answer)] == [("ended", ended)]


async def test_a_stranger_is_told_to_log_in(site: Site) -> None:
    async with session_of(site) as stranger, stranger.get("/api/events") as answer:
        ((name, data),) = [event async for event in read(answer)]
        assert (name, data["why"]) == ("ended", "unknown")


async def test_a_view_that_cannot_be_read_follows_with_a_beat(site: Site, client: ClientSession) -> None:
    async with client.get("/api/events") as answer:
        events = read(answer)
        await until(events, "view")
        site.services.failures += [RefusedError("The store cannot be read.")] * 2
        opened = await site.services.connect()
        assert [(await anext(events))[0] for _ in range(2)] == ["beat", "beat"]
        assert (await until(events, "view"))["form"]["attempt_id"] == opened.attempt_id


async def test_a_stream_that_fails_ends_and_the_page_comes_again(
    site: Site, client: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async with client.get("/api/events") as answer:
        events = read(answer)
        await until(events, "view")
        site.services.failures.append(ZeroDivisionError("a mistake of ours"))
        await site.services.change(campaign="x")
        async with asyncio.timeout(30):
            assert {name async for name, _data in events} <= {"beat"}
    assert "a mistake of ours" in caplog.text
    async with client.get("/api/events") as answer:
        assert (await until(read(answer), "view"))["campaign"] == "x"


async def test_the_newest_page_of_a_session_has_the_stream(site: Site, client: ClientSession) -> None:
    async with client.get("/api/events") as first:
        older = read(first)
        await until(older, "view")
        async with client.get("/api/events") as second:
            newer = read(second)
            await until(newer, "view")
            assert (await until(older, "ended"))["why"] == "other_page"
            await site.services.change(campaign="x")
            assert (await until(newer, "view"))["campaign"] == "x"
    await site.services.until(lambda: site.services.watching == 0, "both have gone")


async def test_a_silent_page_is_taken_for_gone_and_an_answering_one_is_not(serve: Sites) -> None:
    async with serve(beat=0.1, answer_within=2.0) as site, session_of(site) as browser:
        async with browser.post("/api/session", json={"login": "1001", "password": PASSWORD}):
            pass
        async with browser.get("/api/events") as answer:
            events = read(answer)
            stream = (await until(events, "hello"))["stream"]
            for _ in range(10):
                await until(events, "beat")
                async with browser.post("/api/here", json={"stream": stream}) as here:
                    assert here.status == 204
            async with asyncio.timeout(30):
                async for _event in events:  # no more answers
                    pass
        await site.services.until(lambda: site.services.silences != [], "the page is taken for gone")
        assert site.services.watching == 0
        (gone_for,) = site.services.silences  # the grace begins when the answer was due
        assert 2.0 - 6 * 0.1 <= gone_for < 2.0 - 6 * 0.1 + 10
        async with browser.post("/api/here", json={"stream": stream}) as here:
            assert here.status == 400


async def test_a_page_that_goes_is_noticed_at_the_next_beat(site: Site, client: ClientSession) -> None:
    async with client.get("/api/events") as answer:
        await until(read(answer), "view")
        assert site.services.watching == 1
        assert answer.connection is not None
        transport = answer.connection.transport
        assert transport is not None
        transport.abort()
    await site.services.until(lambda: site.services.watching == 0, "it is noticed", limit=8)
    assert site.services.silences == []


async def test_a_stopping_daemon_lets_go_of_all_streams_at_once(serve: Sites) -> None:
    async with serve() as site, session_of(site) as browser:
        async with browser.post("/api/session", json={"login": "1001", "password": PASSWORD}):
            pass
        async with browser.get("/api/events") as answer:
            events = read(answer)
            await until(events, "view")
            async with asyncio.timeout(4):
                await site.runner.cleanup()
            assert "ended" not in [name async for name, _data in events]
