"""Trouble on a day of work: closed tabs, lost networks, a daemon that dies, phones nobody picks up, curious agents."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import Browser, expect

from .cable import cable
from .office import FIRST, SECOND, Office, form, kept, window

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def test_a_call_goes_on_through_everything(browser: Browser, office: Office) -> None:
    """Tab closed and opened again, another machine, no network, daemon stopped, daemon killed: one call, one form."""
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
            await expect(second.get_by_text("The connection is lost.")).to_be_hidden()
            assert time.monotonic() - stopped < 40
            await expect(second.get_by_label("Notes")).to_have_value("one two three")
            await expect(second.get_by_role("button", name="Hang up")).to_be_visible()
        await here.daemon.kill()
        await expect(second.get_by_text("The connection is lost.")).to_be_visible()
        await second.get_by_label("Notes").fill("one two three four")
        await here.daemon.start()
        async with here.connected():
            await expect(second.get_by_text("The connection is lost.")).to_be_hidden()
            await kept(second)
            await here.linked()
            await second.reload()
            await expect(second.get_by_label("Notes")).to_have_value("one two three four")
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
        await expect(page.get_by_text("The connection is lost.")).to_be_visible()
        await here.lab.carrier.hang_up_everybody()
        await here.until_agent("1001", "wrap_up")
        line.mend()
        await expect(form(page).get_by_text("The call is over")).to_be_visible()


async def test_a_page_that_is_gone_gets_no_calls_and_its_talk_goes_on(browser: Browser, office: Office) -> None:
    """The form is saved by itself after the wrap-up limit; seen or not, the page says as what."""
    here = office.here
    await office.open_up(wrap_up_limit=6, default_disposition="sale")
    here.daemon.config.write_text(here.daemon.config.read_text().replace("[web]", "[web]\npage_grace = 1"))
    await here.restart()
    async with here.connected(), window(browser) as page:
        await here.linked()
        await here.start()
        await office.log_in(page)
        await office.join(page)
        await expect(form(page)).to_be_visible()
        await page.get_by_label("Notes").fill("before the page went")
        await page.goto("about:blank")
        await page.wait_for_timeout(2000)
        assert (await here.agent("1001")).state == "in_call"
        assert "minidialer-join" in await here.lab.pbx.rx("core show channels concise"), "the talk goes on"
        await office.customer_hangs_up()
        agent = await here.until_agent("1001", "paused")
        assert agent.reason == "page_gone"
        assert [(line.disposition, line.notes) for line in await here.history(FIRST)] == [
            ("sale", "before the page went")
        ]
        await page.wait_for_timeout(700)
        assert await here.history(SECOND) == [], "nobody is called for a page that is gone"
        await page.goto(office.url)
        await expect(form(page).get_by_role("heading", level=1)).to_contain_text("Jan")
        await page.get_by_label("Notes").fill("too slow")
        await page.keyboard.press("F8")
        await expect(page.get_by_text("Saved by itself in 00:0")).to_contain_text("sale")
        await expect(page.get_by_text("The form was saved by itself as “sale”.")).to_be_visible()
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Anna Nowak")
        assert [(line.disposition, line.notes) for line in await here.history(SECOND)] == [("sale", "too slow")]


async def test_a_phone_that_does_not_answer_is_told_and_called_again(browser: Browser, office: Office) -> None:
    here = office.here
    await office.open_up(agent_ring_timeout=5)
    await here.lab.carrier.phone_rings_on("1001")
    await here.start()
    async with window(browser) as page:
        await office.log_in(page)
        await page.get_by_role("button", name="Join: test").click()
        await expect(page.get_by_role("heading", name="Your phone is being called")).to_be_visible()
        await expect(page.get_by_role("heading", name="Your phone did not answer")).to_be_visible()
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
