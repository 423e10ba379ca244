"""Who guesses passwords is seen, who floods the pages is turned away, and who is slow is cut off."""

import asyncio
import resource
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from minidialer.agent_web.limits import limit_connections
from minidialer.control.models.base import Nothing
from minidialer.control.models.system import STATUS
from minidialer.daemon import web_server
from minidialer.daemon.pages.guesses import HOUR, MANY, MANY_FOR_ONE, Guesses
from minidialer.daemon.web_server import most_connections, serving_pages
from minidialer.domain.sentence import RefusedError
from tests.agent_web.conftest import Sites, serve
from tests.agent_web.site import session_of
from tests.agent_web.standin import PASSWORD as STANDIN_PASSWORD
from tests.daemon.pages.desk_of_pages import PASSWORD, open_shop
from tests.daemon.test_web_server import settings_of

__all__ = ["serve"]  # a fixture
LOGIN = {"login": "1001", "password": STANDIN_PASSWORD}


def test_what_people_mistype_is_no_alarm() -> None:
    guesses = Guesses()
    for number in range(MANY - 1):
        guesses.failed(str(number), f"10.0.0.{number}", float(number))
    assert guesses.alarm(100.0) is None
    guesses.failed("", "10.0.0.7", 100.0)
    said = guesses.alarm(100.0)
    assert said is not None
    assert f"{MANY} log-ins" in str(said)
    assert "10.0.0.7" in str(said)
    assert guesses.alarm(100.0 + HOUR + 1) is None


async def test_guessing_at_one_account_is_told_by_status_until_it_is_an_hour_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_shop(tmp_path) as shop:
        for _ in range(MANY_FOR_ONE):  # most of them are slowed down, and are guesses all the same
            with pytest.raises(RefusedError):
                await shop.services.sign_in("1001", "marker-of-a-guess", "203.0.113.9")
        await shop.services._look()
        (alarm,) = (await shop.client.call(STATUS, Nothing())).alarms
        assert "203.0.113.9" in str(alarm)
        assert "1001" in str(alarm)
        assert "marker-of-a-guess" not in str(alarm)
        monkeypatch.setattr("minidialer.daemon.pages.guesses.HOUR", -1.0)
        await shop.services._look()
        assert (await shop.client.call(STATUS, Nothing())).alarms == []


async def test_a_session_that_was_planted_before_the_log_in_is_worth_nothing(tmp_path: Path, port: int) -> None:
    """Session fixation: the token is made at the log-in, and one that a browser brings along is not taken."""
    async with open_shop(tmp_path) as shop:
        settings = settings_of(tmp_path, port=port)
        async with (
            serving_pages(shop.services, settings),
            ClientSession(settings.page_url, cookies={"minidialer": "planted"}) as victim,
            ClientSession(settings.page_url, cookies={"minidialer": "planted"}) as attacker,
        ):
            login = {"login": "1001", "password": PASSWORD}
            async with victim.post("/login", data=login, allow_redirects=False) as answer:
                assert answer.status == 303
                given = answer.cookies["minidialer"].value
            assert given != "planted"
            async with attacker.get("/api/seat") as answer:
                assert answer.status == 401


async def test_a_flood_is_turned_away_and_those_who_are_there_stay(serve: Sites) -> None:
    async with serve(patience=30) as site:
        assert site.runner.server is not None
        limit_connections(site.runner.server, 20, 1000, lambda _address: True)
        async with session_of(site) as agent:
            async with agent.post("/api/session", json=LOGIN) as answer:
                assert answer.status == 200
            flood = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(60)]
            refused = 0
            for reader, writer in flood[19:]:
                async with asyncio.timeout(30):
                    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                        await reader.readexactly(1)
                refused += 1
                writer.close()
            assert refused == 41
            async with agent.get("/api/view") as answer:
                assert answer.status == 200
            async with session_of(site) as newcomer:
                with pytest.raises(ClientError):
                    await newcomer.get("/login")
            for _reader, writer in flood[:19]:
                writer.close()
            async with asyncio.timeout(30), session_of(site) as newcomer:
                while True:
                    try:
                        async with newcomer.get("/login") as answer:
                            assert answer.status == 200
                            break
                    except ClientError:
                        await asyncio.sleep(0.05)


async def test_one_address_does_not_take_all(serve: Sites) -> None:
    async with serve() as site:
        assert site.runner.server is not None
        limit_connections(site.runner.server, 1000, 2, lambda _address: False)
        held = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(2)]
        async with session_of(site) as third:
            with pytest.raises(ClientError):
                await third.get("/login")
        for _reader, writer in held:
            writer.close()


async def test_who_drips_headers_or_a_body_is_cut_off(serve: Sites) -> None:
    """Slowloris: a byte now and then is no sign of life."""
    begun = [b"GET /login HTTP/1.1\r\nHost: x\r\n", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n"
             b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"]  # fmt: skip
    async with serve(patience=0.5) as site:

        async def drip(first: bytes) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            reading = asyncio.get_running_loop().create_task(reader.read())
            writer.write(first)
            while not reading.done():
                writer.write(b"x")
                await asyncio.sleep(0.05)
            writer.close()

        async with asyncio.timeout(30):
            await asyncio.gather(*(drip(first) for first in begun * 5))


def test_the_pages_leave_files_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _what: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _what, pair: limits.append(pair))
    assert most_connections() == 512
    limits.append((1024, 524288))
    assert most_connections() == web_server.MOST_CONNECTIONS
    assert limits[-1] == (web_server.MOST_FILES, 524288)
