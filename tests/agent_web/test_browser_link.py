"""The connection of a page: its loss is shown, and whatever happened meanwhile is put right."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import Browser, Page, expect

from minidialer.lab.chaos.context import is_busy

from .cable import cable
from .conftest import Sites, window
from .site import Site
from .standin import PASSWORD, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOST = "The connection is lost."
WITHIN = 2.0  # seconds


@pytest.fixture
def services(site: Site) -> StandIn:
    return site.services


@pytest.mark.parametrize("how", ["pull", "cut"])
async def test_a_lost_connection_shows_within_two_seconds_and_heals(
    browser: Browser, site: Site, services: StandIn, how: str
) -> None:
    async with cable(site.port) as line, window(browser, site, base_url=f"http://127.0.0.1:{line.port}") as page:
        await services.connect()
        await expect(page.locator("form.call")).to_be_visible()
        took = []
        for name in ("Następny Klient", "Jeszcze Jeden"):
            await page.wait_for_timeout(1500)
            await expect(page.get_by_text(LOST)).to_be_hidden()
            lost = time.monotonic()
            getattr(line, how)()
            await expect(page.get_by_text(LOST)).to_be_visible()
            took.append(time.monotonic() - lost)
            await services.ready()  # the call ended, the form was saved, and the next call came
            await services.connect(attempt_id=7300000000009 + len(took), name=name)
            line.mend()
            await expect(page.get_by_role("heading", level=1)).to_have_text(name)
            await expect(page.get_by_text(LOST)).to_be_hidden()
        # The browser, too, has to get a core; whatever else delays it, such as a machine that stalls, does so once.
        assert min(took) < WITHIN * (3 if is_busy() else 1), took


async def test_a_browser_that_goes_offline_shows_it_at_once(browser: Browser, serve: Sites) -> None:
    """It does not wait for a sign of life: three of them are missed only after three minutes here."""
    async with serve(beat=60.0) as site, window(browser, site) as page:
        await page.context.set_offline(True)
        await expect(page.get_by_text(LOST)).to_be_visible()
        await site.services.ready()
        await page.context.set_offline(False)
        await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()
        await expect(page.get_by_text(LOST)).to_be_hidden()


async def test_a_restarted_daemon_is_found_again(browser: Browser, serve: Sites, port: int) -> None:
    services = StandIn()
    async with serve(port=port, services=services) as site:
        page_of = window(browser, site)
        page = await page_of.__aenter__()
        await services.connect()
        await page.get_by_label("Notes").fill("before")
        await services.until(lambda: services.form.draft is not None, "it is kept")
    try:
        await expect(page.get_by_text(LOST)).to_be_visible()
        await page.get_by_label("Notes").fill("before and during")
        async with serve(port=port, services=services):
            await expect(page.get_by_text(LOST)).to_be_hidden()
            await expect(page.get_by_label("Notes")).to_have_value("before and during")
            await services.until(
                lambda: services.form.draft is not None and services.form.draft.notes == "before and during",
                "it is kept",
            )
    finally:
        await page_of.__aexit__(None, None, None)


async def test_a_second_log_in_takes_over_and_the_first_page_says_so(
    browser: Browser, site: Site, services: StandIn
) -> None:
    async with window(browser, site) as first:
        await services.connect(autosave=False)
        await first.get_by_label("Notes").fill("not kept anywhere")
        async with window(browser, site) as second:
            await expect(first.get_by_text("Your session was taken over")).to_be_visible()
            await expect(first.locator("form.call")).to_be_hidden()
            await expect(first.get_by_label("What was not kept yet:")).to_have_value("not kept anywhere")
            await expect(second.locator("form.call")).to_be_visible()
            await first.get_by_role("link", name="Log in").click()
            await expect(first.get_by_text("Your session was taken over")).to_be_visible()
            await first.get_by_label("SIP account").fill("1001")
            await first.get_by_label("Password").fill(PASSWORD)
            await first.get_by_role("button", name="Log in").click()
            await expect(first.locator("form.call")).to_be_visible()
            await expect(second.get_by_text("Your session was taken over")).to_be_visible()


async def test_a_second_tab_takes_the_page_over_and_gives_it_back(page: Page, services: StandIn) -> None:
    second = await page.context.new_page()
    await second.goto("/")
    await expect(second.locator("#bar")).to_be_visible()
    await expect(page.get_by_text("open in another tab")).to_be_visible()
    await page.get_by_role("link", name="Use this page").click()
    await expect(page.locator("#bar")).to_be_visible()
    await expect(second.get_by_text("open in another tab")).to_be_visible()


async def test_a_session_nobody_knows_any_more_loses_no_word(page: Page, services: StandIn) -> None:
    await services.connect(autosave=False)
    await page.get_by_label("Notes").fill("not kept anywhere")
    await services.end("unknown")
    await expect(page.get_by_label("What was not kept yet:")).to_have_value("not kept anywhere")


@pytest.mark.parametrize("why", ["revoked", "expired", "signed_out"])
async def test_an_ended_session_shows_why(page: Page, services: StandIn, why: str) -> None:
    await services.end(why)
    if why == "signed_out":
        await expect(page.get_by_label("Password")).to_be_visible()
    else:
        await expect(page.get_by_role("heading", name="This page has ended")).to_be_focused()


async def test_logging_out_ends_it_at_once_or_after_the_form(page: Page, services: StandIn) -> None:
    await services.connect()
    await expect(page.locator("form.call")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Log out").click()
    await services.until(lambda: len(services.asked("sign_out")) == 1, "it is asked for")
    await expect(page.locator("form.call")).to_be_visible()
    await services.ready()
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_label("Password")).to_be_visible()
