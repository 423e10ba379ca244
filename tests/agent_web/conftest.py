"""Pages on a free port of the loopback interface, and a real browser to look at them. All on one event loop."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from playwright.async_api import Browser, Page, async_playwright, expect

from minidialer.agent_web.app import make_app, make_runner
from minidialer.agent_web.settings import WebSettings
from minidialer.control.sentences import ControlError
from minidialer.domain.sentence import RefusedError
from minidialer.lab import Lab, Mix
from tests.pbx.site import site as call_centre

from .browser import FLAGS, chromium
from .office import Office
from .site import Site, session_of
from .standin import PASSWORD, StandIn

expect.set_options(timeout=30_000)  # ms: what comes, comes in a few, unless the machine does something else
Sites = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def serve() -> Sites:
    """Pages with settings of one's own: `async with serve(public_origin=…) as site`."""

    @asynccontextmanager
    async def serving(port: int = 0, services: StandIn | None = None, **settings: Any) -> AsyncIterator[Site]:
        services = services or StandIn()
        runner = make_runner(make_app(services, WebSettings(**settings)))
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield Site(services, runner)
        finally:
            await runner.cleanup()

    return serving


@pytest_asyncio.fixture(loop_scope="session")
async def site(serve: Sites) -> AsyncIterator[Site]:
    """Pages with a stand-in behind them."""
    async with serve() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(site: Site) -> AsyncIterator[ClientSession]:
    """An HTTP client that is no browser, logged in."""
    async with session_of(site) as session:
        async with session.post("/api/session", json={"login": "1001", "password": PASSWORD}) as answer:
            assert answer.status == 200
        yield session


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield running
        finally:
            await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """A window of its own, logged in, with the first view shown. Nothing may go wrong in it unseen."""
    async with window(browser, site) as opened:
        yield opened


@asynccontextmanager
async def window(browser: Browser, site: Site, *, log_in: bool = True, **options: Any) -> AsyncIterator[Page]:
    """A browser window of its own: cookies, language, size."""
    context = await browser.new_context(**{"locale": "en-GB", "base_url": str(site.url), **options})
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        if log_in:
            await site.log_in(page)
        yield page
    finally:
        with contextlib.suppress(Exception):
            await context.close()
    assert wrong == []


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def office_lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """Customers answer at once and talk long; phones answer after 0.3 s."""
    mix = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.2, 0.3), talk=(60, 60))
    async with Lab(phones=3, seed=3, mix=mix, phone_delay=0.3, home=tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def office(office_lab: Lab, tmp_path: Path) -> AsyncIterator[Office]:
    """A call centre with nothing in it; afterwards the lab is quiet again."""
    async with call_centre(office_lab, tmp_path) as here:
        yield Office(here)
        with contextlib.suppress(ControlError, RefusedError):
            await here.stop()
        await office_lab.carrier.hang_up_everybody()
    await office_lab.pbx.wait_for("core show channels count", "0 active channels")
    await office_lab.carrier.wait_for("core show channels count", "0 active channels")
    await office_lab.carrier.unforce()
    await office_lab.carrier.reset_phones()
