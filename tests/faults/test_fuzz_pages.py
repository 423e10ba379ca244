"""Every address of the agents' pages with hostile requests, on the real daemon behind them: no answer is a 500."""

import json
import random
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, CookieJar, web

from minidialer.agent_web.app import make_app, make_runner
from tests.daemon.pages.desk_of_pages import NUMBERS, PASSWORD, Shop, open_shop

TEXTS = [
    "", " ", "1001", PASSWORD, "<script>alert(1)</script>", "x' OR '1'='1", "${7*7}{{7*7}}",
    "\x00", "\ud800", "\r\nSet-Cookie: a=b",
    "a" * 300, "2026-01-01T10:00", "2026-03-29T02:30", "0001-01-01T00:00", "9999-12-31T23:59",
    "../../etc/passwd", "lunch", "200&PJSIP/x",
    "+48700100200", "+881600000000", "22 123 45 67", "\u202e", "=1+1", "#", "12",
]  # fmt: skip
VALUES: list[Any] = [None, True, False, 0, 1, -1, 2**63, 1e308, [], {}, {"a": "b"}, {"a": 1}, [1], *TEXTS]
NAMES = [
    "login", "password", "campaign_id", "reason", "on", "target", "digit", "disposition_id", "callback_at", "notes",
    "fields", "at", "count", "stream", "x", "__proto__",
]  # fmt: skip
TYPES = ["application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded",
         "multipart/form-data; boundary=x", "", "\x7f"]  # fmt: skip
ROUNDS = 400


class Attacker:
    """Asks for anything, by chance."""

    def __init__(self, seed: int, app: web.Application) -> None:
        self._chance = random.Random(seed)
        self._paths = sorted({resource.canonical for resource in app.router.resources()} - {"/api/events"})

    def request(self) -> tuple[str, str, dict[str, Any]]:
        chance = self._chance
        path = chance.choice(self._paths)
        for name in ("attempt", "lead", "name"):
            path = path.replace(f"{{{name}}}", chance.choice(["1", "0", "9" * 18, "app.js", "..%2fapp.py", "%00"]))
        method = chance.choice(["GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PROPFIND"])
        body = {chance.choice(NAMES): chance.choice(VALUES) for _ in range(chance.randint(0, 5))}
        raw = chance.choice(
            [json.dumps(body), json.dumps(body), json.dumps([body]), "{", "a=b&login=1", "\x00"]
        ).encode()
        query = {chance.choice(["search", "first", "last", "why", "v"]): chance.choice(TEXTS).replace("\ud800", "")}
        headers = {
            "Content-Type": chance.choice(TYPES).replace("\x7f", "a/b"),
            "Accept-Language": chance.choice(TEXTS[:5]),
        }
        headers = {
            name: value.encode("ascii", "ignore").decode().replace("\x00", "") for name, value in headers.items()
        }
        if chance.random() < 0.1:
            headers["X-Forwarded-For"] = "'; DROP TABLE agent; --"
        return method, path, {"data": raw, "params": query, "headers": headers, "allow_redirects": False}


async def attack(shop: Shop, session: ClientSession, attacker: Attacker) -> set[int]:
    """The statuses there were."""
    seen: set[int] = set()
    for _ in range(ROUNDS):
        method, path, more = attacker.request()
        try:
            async with session.request(method, path, **more) as answer:
                text = await answer.text()
        except (ClientError, ValueError):
            continue  # the client itself would not send, or could not read, what was asked for
        assert answer.status < 500, (method, path, more, text)
        assert "Traceback" not in text
        assert "<script>alert" not in text
        if path.startswith("/api/") and answer.status >= 400 and method != "HEAD":
            assert "error" in json.loads(text), (method, path, more, text)
        seen.add(answer.status)
    return seen


async def test_no_request_breaks_the_pages(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        app = make_app(shop.services)
        runner = make_runner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as stranger:
                assert {401, 404, 405} <= await attack(shop, stranger, Attacker(1, app))
            token = await shop.sign_in()
            await shop.talk(token)
            async with ClientSession(base, cookies={"minidialer": token}) as agent:
                assert {204, 400, 409} <= await attack(shop, agent, Attacker(2, app))
        finally:
            await runner.cleanup()
        assert await shop.office.desk.database.problems() == []
