"""A day of work: browsers, the daemon as a user runs it, and a real Asterisk with phones and customers."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from minidialer.control.sentences import ControlError
from minidialer.domain.sentence import RefusedError
from minidialer.lab import Lab, Mix
from tests.pbx.site import site as call_centre

from .cable import cable
from .office import FIRST, SECOND, Office

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
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


@asynccontextmanager
async def window(browser: Browser) -> AsyncIterator[Page]:
    """A browser of its own."""
    context = await browser.new_context(locale="en-GB")
    try:
        yield await context.new_page()
    finally:
        await context.close()


def form(page: Page) -> Locator:
    return page.locator("form.call")


def waiting(page: Page) -> Locator:
    return page.get_by_role("heading", name="Waiting for a call")


async def test_a_morning_of_calls(browser: Browser, office: Office) -> None:
    """Log in, join, form by itself, callback with date, private disposition, plain save, next calls."""
    here = office.here
    await here.lab.carrier.force(SECOND, talk=5.0)
    await office.open_up(script="Dzień dobry, {imię} {nazwisko}!", private_leads="manual")
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await expect(page.get_by_role("heading", name="You are in no campaign")).to_be_visible()
        await office.join(page)
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Zażółć Gęśla")
        await expect(form(page).get_by_text("+48 600 100 201")).to_be_visible()
        await expect(form(page).get_by_text("Dzień dobry, Zażółć Gęśla!")).to_be_visible()
        await expect(form(page).get_by_text("A/17", exact=True)).to_be_visible()
        await page.get_by_label("miasto").fill("Gdynia")
        await page.get_by_label("2 later").check()
        at = datetime.now(UTC) + timedelta(days=3)
        await page.get_by_label("Date", exact=True).fill(at.strftime("%Y-%m-%d"))
        await page.get_by_label("Time", exact=True).fill("10:15")
        await page.get_by_label("Notes").fill("zadzwonić w czwartek")
        await page.keyboard.press("F8")
        await expect(form(page).get_by_text("The call is over")).to_be_visible()
        await page.keyboard.press("Control+Enter")
        await expect(form(page).get_by_role("heading", level=1)).to_have_text('<b>Jan</b> O\'Neil "x"')
        (line,) = await here.history(FIRST)
        assert (line.disposition, line.notes, line.agent) == ("later", "zadzwonić w czwartek", "1001")
        assert line.callback_at is not None
        assert line.callback_at.minute == 15
        assert (await here.lead(FIRST)).fields["miasto"] == "Gdynia"
        await page.get_by_label("3 mine private").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved. It takes effect when the talk ends.")).to_be_visible()  # the customer's
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Anna Nowak", timeout=10_000)
        assert (await here.lead(SECOND)).owner == "1001"
        await page.get_by_label("sale").check()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("Saved. It takes effect when the talk ends.")).to_be_visible()
        await page.keyboard.press("F8")
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Ewa Lis")
        await expect(page.get_by_role("button", name="Hang up")).to_be_enabled()


async def test_hold_keys_and_transfer_reach_the_phone(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up()
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await office.join(page)
        await expect(form(page)).to_be_visible()
        await page.keyboard.press("F9")
        await expect(form(page).get_by_text("On hold")).to_be_visible()
        await page.keyboard.press("F9")
        await expect(form(page).get_by_text("On hold")).to_be_hidden()
        await page.locator("summary", has_text="Keypad").click()
        await page.get_by_role("button", name="5", exact=True).click()
        await page.keyboard.press("Escape")
        await page.locator("summary", has_text="Transfer").click()
        await page.get_by_label("Extension or number").fill("666")
        await page.get_by_role("button", name="Transfer and end my part").click()
        await expect(page.locator("#problem")).to_be_visible()
        await page.get_by_label("Extension or number").fill("1002")
        await page.get_by_role("button", name="Transfer and end my part").click()
        await expect(form(page).get_by_text("The call is over")).to_be_visible()
        await expect(page.locator("#problem")).to_be_hidden()


async def test_two_agents_have_a_call_each(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up(phones=2)
    await here.start()
    async with window(browser) as ola, window(browser) as jan:
        await office.log_in(ola, "1001")
        await office.log_in(jan, "1002")
        await office.join(ola)
        await expect(form(ola)).to_be_visible()
        await office.join(jan)
        await expect(form(jan)).to_be_visible()
        names = {await form(page).get_by_role("heading", level=1).inner_text() for page in (ola, jan)}
        assert len(names) == 2
        await ola.get_by_label("Notes").fill("about Ola's customer")
        await jan.get_by_label("Notes").fill("about Jan's customer")
        for page in (ola, jan):
            await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()
        await ola.reload()
        await expect(ola.get_by_label("Notes")).to_have_value("about Ola's customer")


async def test_a_call_goes_on_through_everything(browser: Browser, office: Office) -> None:
    """Tab closed and opened again, another machine, no network, daemon restarted: one call, one form, every word."""
    here = office.here
    await office.open_up()
    await here.start()
    async with window(browser) as first, window(browser) as second:
        await office.log_in(first)
        await office.join(first)
        await expect(form(first)).to_be_visible()
        await first.get_by_label("Notes").fill("one")
        await first.close()
        first = await first.context.new_page()  # noqa: PLW2901  # the same browser, the tab opened again
        await first.goto(office.url)
        await expect(first.get_by_label("Notes")).to_have_value("one")
        await first.get_by_label("Notes").fill("one two")
        await expect(first.get_by_text("Everything typed is kept.")).to_be_visible()
        await office.log_in(second)
        await expect(first.get_by_text("Your session was taken over")).to_be_visible()
        await expect(second.get_by_label("Notes")).to_have_value("one two")
        await second.context.set_offline(True)
        await second.get_by_label("Notes").fill("one two three")
        await expect(second.get_by_text("The connection is lost.")).to_be_visible()
        await second.context.set_offline(False)
        await expect(second.get_by_text("Everything typed is kept.")).to_be_visible()
        stopped = time.monotonic()
        await here.restart()
        async with here.connected():
            await expect(second.get_by_text("The connection is lost.")).to_be_hidden(timeout=10_000)
            assert time.monotonic() - stopped < 15
            await expect(second.get_by_label("Notes")).to_have_value("one two three")
            await expect(second.get_by_role("button", name="Hang up")).to_be_visible()
            await second.get_by_label("Notes").fill("one two three four")
            await second.get_by_label("sale").check()
            await second.keyboard.press("F8")
            await expect(form(second).get_by_text("The call is over")).to_be_visible()
            await second.keyboard.press("Control+Enter")
            await expect(form(second).get_by_role("heading", level=1)).not_to_have_text("Zażółć Gęśla")
            assert [(line.disposition, line.notes) for line in await here.history(FIRST)] == [
                ("sale", "one two three four")
            ]


async def test_a_call_that_ended_while_the_page_was_away_is_put_right(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up()
    await here.start()
    async with window(browser) as page, cable(here.daemon.page_port) as line:
        behind = Office(here, line.port)
        await behind.log_in(page)
        await behind.join(page)
        await expect(form(page)).to_be_visible()
        line.pull()
        await expect(page.get_by_text("The connection is lost.")).to_be_visible(timeout=2000)
        await here.lab.carrier.hang_up_everybody()
        await here.until_agent("1001", "wrap_up")
        line.mend()
        await expect(form(page).get_by_text("The call is over")).to_be_visible()


async def test_a_page_that_is_gone_gets_no_calls(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up()
    here.daemon.config.write_text(here.daemon.config.read_text().replace("[web]", "[web]\npage_grace = 2"))
    await here.restart()
    async with here.connected(), window(browser) as page:
        await here.linked()
        await here.start()
        await office.log_in(page)
        await office.join(page)
        await expect(form(page)).to_be_visible()
        await here.stop()
        await page.get_by_label("sale").check()
        await page.keyboard.press("F8")
        await page.keyboard.press("Control+Enter")
        await expect(form(page)).to_be_hidden()
        await page.goto("about:blank")
        agent = await here.until_agent("1001", "paused")
        assert agent.reason == "page_gone"
        await page.goto(office.url)
        await expect(page.locator("#pill")).to_be_visible()


async def test_a_pause_asked_for_during_a_call_comes_after_it(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up()
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await office.join(page)
        await expect(form(page)).to_be_visible()
        await page.locator("summary", has_text="Pause").click()
        await page.get_by_role("button", name="lunch").click()
        await expect(page.get_by_text("Pause after this call")).to_be_visible()
        await page.get_by_label("sale").check()
        await page.keyboard.press("F8")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()
        await expect(page.locator("#why")).to_have_text("lunch")
        await page.get_by_role("button", name="Back to work").click()
        await expect(form(page)).to_be_visible()


async def test_a_private_lead_is_called_by_a_click(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up(private_leads="manual")
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await office.join(page)
        await expect(form(page)).to_be_visible()
        await page.locator("summary", has_text="Pause").click()
        await page.get_by_role("button", name="break").click()
        await page.get_by_label("3 mine private").check()
        await page.keyboard.press("F8")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()
        await page.get_by_role("button", name="Connections").click()
        await page.get_by_label("Search in number").fill("Gęśla")
        await page.get_by_role("button", name="Dial: Zażółć Gęśla").click()
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Zażółć Gęśla")
        await expect(form(page).get_by_text("answered: mine")).to_be_visible()
        await page.get_by_label("sale").check()
        await page.keyboard.press("F8")
        await page.keyboard.press("Control+Enter")
        await expect(form(page)).to_be_hidden()
        await expect(page.get_by_role("heading", name="Connections")).to_be_visible()
        await expect(page.locator("#lines tbody tr")).to_have_count(1)
        await page.get_by_role("button", name="My statistics").click()
        await expect(page.get_by_role("row", name="sale 1")).to_be_visible()
        assert [line.disposition for line in await here.history(FIRST)] == ["mine", "sale"]


async def test_a_phone_that_does_not_answer_is_told_and_called_again(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up(agent_ring_timeout=5)
    await here.lab.carrier.phone_rings_on("1001")
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await page.get_by_role("button", name="Join: test").click()
        await expect(page.get_by_role("heading", name="Your phone is being called")).to_be_visible()
        await expect(page.get_by_role("heading", name="Your phone did not answer")).to_be_visible(timeout=10_000)
        await here.lab.carrier.reset_phones()
        await page.get_by_role("button", name="Call my phone again").click()
        await expect(form(page)).to_be_visible()


async def test_nothing_is_reached_by_a_number_made_up(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up(phones=2)
    await here.start()
    async with window(browser) as ola, window(browser) as jan:
        await office.log_in(ola, "1001")
        await office.log_in(jan, "1002")
        await office.join(ola)
        await expect(form(ola)).to_be_visible()
        await ola.get_by_label("Notes").fill("not for Jan")
        attempt = (await here.history(FIRST))[0].attempt_id
        lead = (await here.lead(FIRST)).id
        typed: dict[str, object] = {"disposition_id": None, "callback_at": "", "notes": "stolen", "fields": {}}
        for path, data in (
            (f"forms/{attempt}/draft", typed),
            (f"forms/{attempt}/save", {**typed, "disposition_id": 1}),
            (f"forms/{attempt}/callback", {"at": "2031-01-01T10:00"}),
            (f"leads/{lead}/call", {"campaign_id": 1}),
            (f"leads/{lead}/release", {}),
            ("call/hang-up", {}),
            ("call/hold", {"on": True}),
            ("call/digit", {"digit": "1"}),
            ("call/transfer", {"target": "1002"}),
        ):
            answer = await jan.request.post(f"{office.url}/api/{path}", data=data, headers={"Origin": office.url})
            assert answer.status == 409, (path, await answer.text())
        found = await jan.request.get(f"{office.url}/api/connections?search=G%C4%99%C5%9Bla")
        assert (await found.json())["lines"] == []
        await expect(ola.get_by_label("Notes")).to_have_value("not for Jan")
        await expect(ola.get_by_role("button", name="Hang up")).to_be_visible()
