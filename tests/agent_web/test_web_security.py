"""What the pages refuse, and what every answer carries. No browser is needed to attack."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from ipaddress import ip_network

import pytest
from aiohttp import ClientResponse, ClientSession

from minidialer.domain.sentence import sentence

from .conftest import Sites
from .site import Site, session_of
from .standin import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOGIN = {"login": "1001", "password": PASSWORD}
PATHS = ["/", "/login", "/api/view", "/api/events", "/nowhere", "/api/nowhere", "/static/nothing.js", "/static/app.js"]


async def error(answer: ClientResponse) -> str:
    return str((await answer.json())["error"])


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_is_locked_down(site: Site, path: str) -> None:
    async with session_of(site) as stranger, stranger.get(path, allow_redirects=False) as answer:
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in answer.headers
        if not path.startswith("/static/app"):
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),  # no browser
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "OWN"}, 204),
        ({"Origin": "http://elsewhere.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.test"}, 403),
    ],
)
async def test_other_sites_cannot_press_buttons(
    site: Site, client: ClientSession, headers: dict[str, str], status: int
) -> None:
    if headers.get("Origin") == "OWN":
        headers = {"Origin": str(site.url).rstrip("/")}
    async with client.post("/api/leave", headers=headers) as answer:
        assert answer.status == status
    assert len(site.services.asked("leave")) == (status == 204)


@pytest.mark.parametrize("path", ["/api/session", "/login"])
async def test_another_site_cannot_log_anybody_in(site: Site, path: str) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    async with session_of(site) as stranger, stranger.post(path, data=LOGIN, headers=foreign) as answer:
        assert answer.status == 403
    assert site.services.addresses == []


@pytest.mark.parametrize(
    "settings", [{"tls": True, "names": {"dialer.test"}}, {"public_origin": "https://dialer.test"}]
)
async def test_the_cookie_is_kept_from_scripts_and_other_sites(serve: Sites, settings: dict[str, object]) -> None:
    async with serve() as site, session_of(site) as browser, browser.post("/api/session", json=LOGIN) as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie == "minidialer=token-0; HttpOnly; Path=/; SameSite=Strict"
    host = {"Host": "dialer.test"}
    async with serve(**settings) as site, session_of(site) as browser:
        answer = await browser.post("/api/session", json=LOGIN, headers=host)
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie == "__Host-minidialer=token-0; HttpOnly; Path=/; SameSite=Strict; Secure"
        assert "Strict-Transport-Security" in answer.headers


async def test_only_the_configured_name_is_answered(serve: Sites) -> None:
    async with serve(public_origin="https://dialer.test") as site, session_of(site) as browser:
        async with browser.get("/login") as answer:
            assert answer.status == 403
        async with browser.get("/login", headers={"Host": "dialer.test"}) as answer:
            assert answer.status == 200
        async with browser.post(
            "/api/session", json=LOGIN, headers={"Host": "dialer.test", "Origin": "https://dialer.test"}
        ) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("192.168.1.5:8080", 200),
        ("[::1]:8080", 200),
        ("[2001:db8::1]", 200),
        ("localhost:9", 200),
        ("LOCALHOST", 200),
        ("Dialer.Office", 200),
        ("dialer.office:8080", 200),
        ("rebound.test:8080", 403),
        ("127.0.0.1.rebound.test", 403),
        ("localhost.rebound.test", 403),
        ("rebound.test:127.0.0.1", 403),
        ("[rebound.test]", 403),
        ("[localhost]", 403),
        ("user@127.0.0.1", 403),
        ("", 403),
    ],
)
async def test_a_foreign_name_turned_to_this_address_is_refused(serve: Sites, host: str, status: int) -> None:
    """DNS rebinding: to the browser the foreign page and these are of one origin."""
    async with serve(names=frozenset({"dialer.office", ""})) as site, session_of(site) as browser:
        headers = {"Host": host, "Origin": f"http://{host.lower()}", "Sec-Fetch-Site": "same-origin"}
        async with browser.post("/api/session", json=LOGIN, headers=headers) as answer:
            assert answer.status == status
            if status == 403:
                assert "set web.public_url" in await error(answer)
        assert len(site.services.addresses) == (status == 200)
        async with browser.get("/login", headers={"Host": host}) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ((), "203.0.113.9", "127.0.0.1"),
        (("127.0.0.0/8",), "203.0.113.9", "203.0.113.9"),
        (("127.0.0.0/8",), "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # only the last hop is the proxy's word
        (("127.0.0.0/8", "10.0.0.0/8"), "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        (("127.0.0.0/8",), "nonsense", "127.0.0.1"),
        (("127.0.0.0/8",), "[2001:db8::1]", "2001:db8::1"),
        (("10.0.0.0/8",), "203.0.113.9", "127.0.0.1"),
    ],
)
async def test_only_a_configured_proxy_says_who_comes(
    serve: Sites, trusted: tuple[str, ...], forwarded: str, seen: str
) -> None:
    networks = tuple(ip_network(text) for text in trusted)
    async with serve(trusted_proxies=networks) as site, session_of(site) as browser:
        headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
        async with browser.post("/api/session", json=LOGIN, headers=headers) as answer:
            assert ("Secure" in answer.headers["Set-Cookie"]) is ("127.0.0.0/8" in trusted)
        assert site.services.addresses == [seen]


async def test_without_a_session_nothing_is_told(site: Site) -> None:
    async with session_of(site) as stranger:
        for path in ("/api/view", "/api/seat", "/api/connections", "/api/statistics"):
            async with stranger.get(path) as answer:
                assert answer.status == 401
                assert (await answer.json())["why"] == "unknown"
        for path in ("/api/join", "/api/leads/1/call", "/api/forms/1/save", "/api/forms/1/draft", "/api/here"):
            async with stranger.post(path, json={}) as answer:
                assert answer.status == 401
        async with stranger.get("/", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert site.services.calls == []


async def test_an_ended_session_is_told_why_and_forgotten(site: Site, client: ClientSession) -> None:
    await site.services.end("taken_over")
    async with client.get("/", allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/login?why=taken_over"
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
    async with client.get("/login?why=taken_over") as answer:
        assert "was taken over" in await answer.text()
    async with client.get("/login?why=<script>") as answer:
        assert "<script>" not in await answer.text()


async def test_a_refusal_is_one_sentence_in_the_readers_language(site: Site, client: ClientSession) -> None:
    site.services.refuse["call"] = sentence("There is no lead {id}.", id=5)
    async with client.post("/api/leads/5/call", json={"campaign_id": 7}) as answer:
        assert (answer.status, await error(answer)) == (409, "There is no lead 5.")
    headers = {"Accept-Language": "de, pl;q=0.9, en;q=0.1"}
    async with client.post("/api/leads/5/call", json={"campaign_id": 7}, headers=headers) as answer:
        assert await error(answer) == "Nie ma numeru 5."
    site.services.language = "pl"
    async with client.get("/api/view") as answer:
        assert (await answer.json())["today"]["calls_text"] == "3 połączenia"


async def test_forms_of_others_stay_closed(site: Site, client: ClientSession) -> None:
    opened = await site.services.connect()
    draft: dict[str, object] = {"disposition_id": None, "callback_at": "", "notes": "mine now", "fields": {}}
    for path, body in (
        ("draft", draft),
        ("save", {**draft, "disposition_id": 1}),
        ("callback", {"at": "2030-01-01T10:00"}),
    ):
        async with client.post(f"/api/forms/{opened.attempt_id + 1}/{path}", json=body) as answer:
            assert answer.status == 409
            assert (await error(answer)).startswith("This form is not open any more")
    assert site.services.form.draft is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"reason": 1}', "application/json", 400),
        (b'{"reason": "\\ud800"}', "application/json", 400),
        (b'{"reason": "a\\u0000b"}', "application/json", 400),
        (b'{"reason": "a\\nb"}', "application/json", 400),
        (b'{"reason": "x", "more": 1}', "application/json", 400),
        (b'{"reason": "x"}', "text/plain", 400),
        (b'{"reason": "x"}', "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/json", 400),
        (json.dumps({"reason": "x" * 61}).encode(), "application/json", 400),
        (json.dumps({"reason": "x" * 2_000_000}).encode(), "application/json", 413),
        (json.dumps({"reason": "x"}).encode(), "application/json", 204),
    ],
)
async def test_what_no_page_sends_is_refused(
    site: Site, client: ClientSession, body: bytes, kind: str, status: int
) -> None:
    async with client.post("/api/pause", data=BytesIO(body), headers={"Content-Type": kind}) as answer:
        assert answer.status == status, await answer.text()
        if status != 204:
            assert (await error(answer)).endswith(".")
    assert len(site.services.asked("pause")) == (status == 204)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/leave", 405),
        ("PUT", "/api/leave", 405),
        ("POST", "/api/forms/x/save", 404),
        ("POST", "/api/forms/99999999999999999999/save", 404),
        ("POST", "/api/leads/-1/call", 404),
        ("GET", "/static/..%2fapp.py", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
    ],
)
async def test_no_other_doors(client: ClientSession, method: str, path: str, status: int) -> None:
    async with client.request(method, path) as answer:
        assert answer.status == status


async def test_a_log_in_is_small_and_its_password_is_not_shown_again(site: Site) -> None:
    async with session_of(site) as browser:
        async with browser.post("/login", data={"login": '"><script>', "password": "s3cret-guess"}) as answer:
            text = await answer.text()
            assert answer.status == 409
            assert "Account or password is wrong" in text
            assert "s3cret-guess" not in text
            assert "<script>" not in text
        async with browser.post("/login", data={"login": "x" * 10_000, "password": "y"}) as answer:
            assert answer.status == 409
        assert len(site.services.addresses) == 1
        async with browser.post("/api/session", json={"login": "x", "password": "y" * 5000}) as answer:
            assert answer.status == 413


async def test_headers_without_end_are_cut_off(site: Site) -> None:
    for headers in ({"X-Long": "x" * 10_000}, {f"X-{number}": "y" for number in range(100)}):
        async with session_of(site) as browser, browser.get("/login", headers=headers) as answer:
            assert answer.status == 400


async def test_the_slow_are_cut_off_and_nobody_waits_for_them(serve: Sites) -> None:
    async with serve(patience=5) as site:
        slow = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(50)]
        for number, (_reader, writer) in enumerate(slow):
            writer.write(
                [b"", b"GET / HTTP/1.1\r\nHos", b"POST /login HTTP/1.1\r\nContent-Length: 50\r\n\r\nab"][number % 3]
            )
        async with asyncio.timeout(4), session_of(site) as browser, browser.get("/login") as answer:
            assert answer.status == 200
        async with asyncio.timeout(30):
            for reader, writer in slow:
                await reader.read()
                writer.close()


async def test_files_may_be_kept_for_ever_under_their_own_name(site: Site, client: ClientSession) -> None:
    async with client.get("/") as answer:
        page = await answer.text()
    address = page.split('<script src="')[1].split('"')[0]
    async with client.get(address) as answer:
        assert answer.headers["Cache-Control"].startswith("public")
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type == "text/javascript"
    async with client.get("/static/app.js?v=older") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


async def test_an_error_of_ours_tells_nothing_but_that(
    site: Site, client: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(token: str) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site.services, "leave", broken)
    async with client.post("/api/leave") as answer:
        assert answer.status == 500
        assert "secret" not in await answer.text()
