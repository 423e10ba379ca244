"""Every address of the agents' pages with hostile requests, on the real daemon behind them: no answer is a 500."""

import json
import random
from pathlib import Path

from aiohttp import ClientError, ClientSession, CookieJar, web

from minidialer.agent_web.app import make_app, make_runner
from minidialer.lab.hostile.requests import Attacker
from tests.daemon.pages.desk_of_pages import NUMBERS, PASSWORD, Shop, open_shop

ROUNDS = 400


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
                assert {401, 404, 405} <= await attack(shop, stranger, Attacker(random.Random(1), PASSWORD))
            token = await shop.sign_in()
            await shop.talk(token)
            async with ClientSession(base, cookies={"minidialer": token}) as agent:
                assert {204, 400, 409} <= await attack(shop, agent, Attacker(random.Random(2), PASSWORD))
        finally:
            await runner.cleanup()
        assert await shop.office.desk.database.problems() == []
