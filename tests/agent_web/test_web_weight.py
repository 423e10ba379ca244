"""Light, and alone: what a page loads is small, and nothing it does leaves the daemon's address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Browser, BrowserContext, Page, Request, Response, WebSocket, expect

from minidialer.agent_web.security import POLICY

from .site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOST = 60_000  # bytes of all files of a page, not compressed
LINKED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
TRY_TO_LEAVE = """async (elsewhere) => {
  const refused = [];
  addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  await fetch(`${elsewhere}/fetched`).catch(() => {});
  new Image().src = `${elsewhere}/picture`;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${elsewhere}/style` });
  document.head.append(style);
  await new Promise((done) => setTimeout(done, 100));
  return refused.sort();
}"""


@dataclass
class Heard:
    """What a browser's context asked for, and what documents came."""

    requests: list[str] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> Heard:
        """From now on."""
        heard = cls()

        def on_request(request: Request) -> None:
            heard.requests.append(request.url)

        def on_response(response: Response) -> None:
            if response.request.resource_type == "document":
                heard.documents.append(response)

        context.on("request", on_request)
        context.on("response", on_response)
        return heard


@pytest.mark.parametrize("language", ["pl", "en"])
async def test_all_files_of_the_page_with_a_full_form_are_light(
    client: ClientSession, site: Site, language: str
) -> None:
    await site.services.connect()
    headers = {"Accept-Language": language}
    parts: dict[str, int] = {}
    async with client.get("/", headers=headers) as answer:
        page = await answer.text()
        parts["/"] = len(page.encode())
    linked = set(LINKED.findall(page))
    assert {name.partition("?")[0] for name in linked} == {"/static/app.js", "/static/app.css", "/static/icon.svg"}
    for address in (*linked, "/api/view"):
        async with client.get(address, headers=headers) as answer:
            assert answer.status == 200, address
            parts[address] = len(await answer.read())
    assert parts["/api/view"] > 1000  # the form is in it
    assert sum(parts.values()) < MOST, parts


async def a_day(page: Page, site: Site) -> None:
    """Everything an agent opens: log-in, campaigns, form, connections, statistics, log-out."""
    await site.log_in(page)
    await page.get_by_role("button", name="Join: Wiosna").click()
    await expect(page.locator("#pill.ready")).to_be_visible()
    await site.services.connect()
    await expect(page.locator("form.call")).to_be_visible()
    await page.get_by_label("Notes").fill("x")
    await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()
    await page.get_by_label("sprzedaż").check()
    await page.keyboard.press("F8")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("form.call")).to_be_hidden()
    await page.get_by_role("button", name="Connections").click()
    await expect(page.locator("#found")).not_to_be_empty()
    await page.get_by_role("button", name="My statistics").click()
    await expect(page.locator("#totals")).not_to_be_empty()
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url("**/login*")


async def test_no_request_leaves_the_daemons_address(browser: Browser, site: Site) -> None:
    context = await browser.new_context(locale="en-GB", base_url=str(site.url))
    try:
        heard, page = Heard.of(context), await context.new_page()
        sockets: list[WebSocket] = []

        def on_socket(opened: WebSocket) -> None:
            sockets.append(opened)

        page.on("websocket", on_socket)
        await a_day(page, site)
    finally:
        await context.close()
    own = str(site.url)
    assert [url for url in heard.requests if not url.startswith(own)] == []
    assert sockets == []
    asked = {url.removeprefix(own).partition("?")[0] for url in heard.requests}
    assert {"login", "static/app.js", "api/events", "api/connections", "api/statistics"} <= asked
    assert len(heard.documents) >= 3  # log-in, page, log-in again
    assert {document.headers["content-security-policy"] for document in heard.documents} == {POLICY}


async def test_the_browser_itself_would_stop_one_that_tried(browser: Browser, site: Site) -> None:
    """Another origin, which can be reached and hears nothing of it."""
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/{anything:.*}", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    context = await browser.new_context(locale="en-GB", base_url=str(site.url))
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        elsewhere = f"http://127.0.0.1:{runner.addresses[0][1]}"
        page = await context.new_page()
        await site.log_in(page)
        assert await page.evaluate(TRY_TO_LEAVE, elsewhere) == ["connect-src", "img-src", "style-src-elem"]
        assert heard == []
        await page.goto(f"{elsewhere}/typed")
        assert "/typed" in heard
    finally:
        await context.close()
        await runner.cleanup()
