"""Hostile requests for the agents' pages."""

from __future__ import annotations

import json
import random
from typing import Any

from aiohttp import web

from minidialer.agent_web import api, pages

TEXTS = [
    "", " ", "1001", "<script>alert(1)</script>", "x' OR '1'='1", "${7*7}{{7*7}}",
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


def page_paths() -> list[str]:
    """Every address of the pages but the stream, which never ends."""
    app = web.Application()
    app.add_routes([*pages.routes, *api.routes, web.get("/static/{name}", _nothing)])
    return sorted({resource.canonical for resource in app.router.resources()} - {"/api/events"})


async def _nothing(_request: web.Request) -> web.Response:
    """Nobody is asked: only the addresses count."""
    return web.Response()


class Attacker:
    """Asks for anything, by chance. known: texts it has got hold of, such as a password."""

    def __init__(self, dice: random.Random, *known: str) -> None:
        self._chance = dice
        self._values = [*VALUES, *known]
        self._paths = page_paths()

    def request(self) -> tuple[str, str, dict[str, Any]]:
        """Method, path and what aiohttp's client takes beside them."""
        chance = self._chance
        path = chance.choice(self._paths)
        for name in ("attempt", "lead", "name"):
            path = path.replace(f"{{{name}}}", chance.choice(["1", "0", "9" * 18, "app.js", "..%2fapp.py", "%00"]))
        method = chance.choice(["GET", "POST", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PROPFIND"])
        body = {chance.choice(NAMES): chance.choice(self._values) for _ in range(chance.randint(0, 5))}
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
