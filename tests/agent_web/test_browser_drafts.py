"""Nothing typed is lost: drafts are kept within a second, come back, and no later view overwrites them."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from minidialer.agent_web.services import Draft

from .cable import cable
from .conftest import window
from .site import Site
from .standin import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def services(site: Site) -> StandIn:
    return site.services


async def test_what_is_typed_is_kept_within_a_second(page: Page, services: StandIn) -> None:
    await services.connect()
    notes = page.get_by_label("Notes")
    await notes.click()
    begun, typed_by, longest = time.monotonic(), [(0.0, 0)], 0.0
    while time.monotonic() - begun < 3:  # no pause for the page to wait for
        await page.keyboard.type("ab")
        elapsed = time.monotonic() - begun
        kept = len(services.form.draft.notes) if services.form.draft is not None else 0
        longest = max(longest, elapsed - typed_by[-1][0])  # a machine that stalls takes longer to type, too
        assert kept >= max(count for at, count in typed_by if at <= max(0, elapsed - 1 - longest))
        typed_by.append((elapsed, typed_by[-1][1] + 2))
    await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()
    assert services.form.draft == Draft(notes=await notes.input_value())
    await page.get_by_label("miasto").fill("Gdańsk")
    await page.get_by_label("zadzwoń później").check()
    await page.get_by_label("Date", exact=True).fill("2031-01-02")
    await page.get_by_label("Time", exact=True).fill("")
    typed = await notes.input_value()
    wanted = Draft(disposition_id=3, callback_at="2031-01-02", notes=typed, fields={"miasto": "Gdańsk"})
    await services.until(lambda: services.form.draft == wanted, "all of it is kept")


async def test_it_comes_back_after_a_closed_tab_and_on_another_machine(
    browser: Browser, site: Site, services: StandIn
) -> None:
    async with window(browser, site) as page:
        await services.connect()
        await page.get_by_label("zadzwoń później").check()
        await page.get_by_label("Date", exact=True).fill("2031-01-02")
        await page.get_by_label("miasto").fill("Gdańsk")
        await page.get_by_label("Notes").fill("half a sen")
        await page.close(run_before_unload=False)  # at once: nothing has been sent yet
    wanted = {"miasto": "Gdańsk"}
    await services.until(lambda: services.form.draft is not None and services.form.draft.fields == wanted, "it is kept")
    assert services.form.draft is not None
    assert services.form.draft.notes == "half a sen"
    async with window(browser, site) as page:
        await expect(page.get_by_label("Notes")).to_have_value("half a sen")
        await expect(page.get_by_label("miasto")).to_have_value("Gdańsk")
        await expect(page.get_by_label("zadzwoń później")).to_be_checked()
        await expect(page.get_by_label("Date", exact=True)).to_have_value("2031-01-02")
        await page.get_by_label("miasto").fill("Łódź")  # what it was at first is a change too
        await services.until(lambda: services.form.draft is not None and not services.form.draft.fields, "it is kept")
        await page.reload()
        await expect(page.get_by_label("miasto")).to_have_value("Łódź")


async def test_a_later_view_never_overwrites_what_was_typed(page: Page, services: StandIn) -> None:
    await services.connect(autosave=False)
    await page.get_by_label("Notes").fill("mine")
    await page.get_by_label("imię").focus()
    other = Draft(disposition_id=2, notes="theirs", fields={"imię": "theirs", "miasto": "theirs"})
    await services.connect(autosave=False, draft=other)
    await expect(page.get_by_label("miasto")).to_have_value("theirs")  # nobody is there
    await expect(page.get_by_label("zrezygnował")).to_be_checked()
    await expect(page.get_by_label("Notes")).to_have_value("mine")
    await expect(page.get_by_label("imię")).to_have_value("Zażółć")
    await services.customer_hangs_up()
    await expect(page.locator("form.call").get_by_text("The call is over")).to_be_visible()
    await expect(page.get_by_label("Notes")).to_have_value("mine")


async def test_without_autosave_only_save_keeps(page: Page, services: StandIn) -> None:
    await services.connect(autosave=False, talking=False)
    await page.get_by_label("Notes").fill("typed")
    await expect(page.get_by_text("Kept only when you save.")).to_be_visible()
    await page.wait_for_timeout(900)
    assert services.asked("keep_draft") == []
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.evaluate("location.reload()")
    await services.until(lambda: asked == ["beforeunload"], "the browser asks first")
    await page.get_by_label("sprzedaż").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("form.call")).to_be_hidden()
    assert services.asked("save")[0][3] == "typed"


async def test_a_slow_daemon_gets_the_last_word_last(page: Page, services: StandIn) -> None:
    services.delay = 0.4
    await services.connect()
    notes = page.get_by_label("Notes")
    await notes.click()
    begun = time.monotonic()
    for _ in range(8):
        await page.keyboard.type("word ")
        await page.wait_for_timeout(150)
    wanted = await notes.input_value()
    await services.until(lambda: services.form.draft is not None and services.form.draft.notes == wanted, "all is kept")
    assert len(services.asked("keep_draft")) <= (time.monotonic() - begun) / services.delay + 1, "one at a time"


@pytest.mark.parametrize("how", ["pull", "cut"])
async def test_what_is_typed_and_saved_without_a_connection_goes_out_when_it_is_back(
    browser: Browser, site: Site, services: StandIn, how: str
) -> None:
    async with cable(site.port) as line, window(browser, site, base_url=f"http://127.0.0.1:{line.port}") as page:
        opened = await services.connect(talking=False)
        await expect(page.locator("form.call")).to_be_visible()
        getattr(line, how)()
        await expect(page.get_by_text("The connection is lost.")).to_be_visible()
        await page.get_by_label("Notes").fill("typed in the dark")
        await expect(page.get_by_text("Not kept yet: no connection.")).to_be_visible()
        assert services.asked("keep_draft") == []
        line.mend()
        await expect(page.get_by_text("The connection is lost.")).to_be_hidden()
        await services.until(lambda: services.form.draft == Draft(notes="typed in the dark"), "it is kept")
        getattr(line, how)()
        await page.get_by_label("sprzedaż").check()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("it is saved as soon as it is back")).to_be_visible()
        line.mend()
        await expect(page.get_by_role("heading", name="Waiting for a call")).to_be_visible()
        assert services.asked("save") == [(opened.attempt_id, 1, None, "typed in the dark", {})]
