"""A day of work: browsers, the daemon as a user runs it, and a real Asterisk with phones and customers."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from minidialer.control.models import dispositions
from minidialer.control.models.base import Named
from tests.pbx.site import Site, until

from .hostile import HOSTILE
from .office import FIRST, PASSWORD, SECOND, Office, form, kept, save_by_keys, window

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def _changed_buttons_come_at_once(here: Site, page: Page) -> None:
    """A supervisor adds, renames and removes a disposition while the form is open; what is typed stays."""
    await page.get_by_label("Notes").fill("meanwhile")
    await here.client.call(dispositions.ADD, dispositions.DispositionAdd(name="brand new"))
    await expect(page.get_by_label("5 brand new")).to_be_visible(timeout=10_000)
    await here.client.call(dispositions.SET, dispositions.DispositionSet(name="brand new", new_name="renamed"))
    await expect(page.get_by_label("5 renamed")).to_be_visible(timeout=10_000)
    await here.client.call(dispositions.REMOVE, Named(name="renamed"))
    await expect(page.get_by_label("5 renamed")).to_be_hidden(timeout=10_000)
    await expect(page.get_by_label("Notes")).to_have_value("meanwhile")


async def _times_are_looked_at(here: Site, page: Page) -> None:
    """The default can be saved; a time outside the calling window is warned of, one in the past refused."""
    date, clock = page.get_by_label("Date", exact=True), page.get_by_label("Time", exact=True)
    zone = ZoneInfo("Europe/Warsaw")
    default = datetime.fromisoformat(f"{await date.input_value()}T{await clock.input_value()}").replace(tzinfo=zone)
    assert timedelta(minutes=59) < default - datetime.now(UTC) < timedelta(minutes=76)
    await here.change(calling_window="mon-sun 9:00-9:15")
    await date.fill((datetime.now(zone) + timedelta(days=3)).strftime("%Y-%m-%d"))
    await clock.fill("12:00")
    await expect(page.get_by_text("does not call at that time, only Mon–Sun 9:00-9:15.")).to_be_visible()
    await clock.fill("09:05")
    await expect(page.get_by_text("does not call at that time")).to_be_hidden()
    await date.fill((datetime.now(zone) - timedelta(days=1)).strftime("%Y-%m-%d"))
    await expect(page.get_by_text("is in the past: choose a later one")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#problem")).to_contain_text("is in the past: choose a later one")
    await page.get_by_role("button", name="Close the message").click()
    await here.change(calling_window="")


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
        await _changed_buttons_come_at_once(here, page)
        await page.get_by_label("2 later").check()
        await _times_are_looked_at(here, page)
        at = datetime.now(UTC) + timedelta(days=3)
        await page.get_by_label("Date", exact=True).fill(at.strftime("%Y-%m-%d"))
        await page.get_by_label("Time", exact=True).fill("10:15")
        await page.get_by_label("Notes").fill("zadzwonić w czwartek")
        await save_by_keys(page)
        await expect(form(page).get_by_role("heading", level=1)).to_have_text('<b>Jan</b> O\'Neil "x"')
        (line,) = await here.history(FIRST)
        assert (line.disposition, line.notes, line.agent) == ("later", "zadzwonić w czwartek", "1001")
        assert line.callback_at is not None
        assert line.callback_at.minute == 15
        assert (await here.lead(FIRST)).fields["miasto"] == "Gdynia"
        await page.get_by_label("3 mine private").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved. It takes effect when the talk ends.")).to_be_visible()  # the customer's
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Anna Nowak")
        assert (await here.lead(SECOND)).owner == "1001"
        await page.get_by_label("sale").check()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("Saved. It takes effect when the talk ends.")).to_be_visible()
        await page.keyboard.press("F8")
        await expect(form(page).get_by_role("heading", level=1)).to_have_text("Ewa Lis")
        await expect(page.get_by_role("button", name="Hang up")).to_be_enabled()


async def _keys_heard(here: Site) -> Path:
    """Where the customers' end notes the keys it hears."""
    file = here.lab.carrier.home / "log" / "keys"
    await here.lab.carrier.rx(f"logger add channel {file} dtmf")
    return file


async def _said(file: Path, text: str) -> bool:
    return text in await asyncio.to_thread(file.read_text)


async def _rings(here: Site, phone: str) -> bool:
    return phone in await here.lab.carrier.rx("core show channels concise")


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
        keys = await _keys_heard(here)
        await page.get_by_role("button", name="5", exact=True).click()
        await until(lambda: _said(keys, "'5'"), lambda: "the customer hears the key")
        await page.keyboard.press("Escape")
        await page.locator("summary", has_text="Transfer").click()
        await page.get_by_label("Extension or number").fill("666")
        await page.get_by_role("button", name="Transfer and end my part").click()
        await expect(page.locator("#problem")).to_be_visible()
        await page.get_by_label("Extension or number").fill("1002")
        await page.get_by_role("button", name="Transfer and end my part").click()
        await until(lambda: _rings(here, "phone1002"), lambda: "the phone of 1002 is called")
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


async def test_the_keyboard_alone_does_it_all(browser: Browser, office: Office) -> None:
    """A wrong password, the right one, join, a callback, a plain save, leave, log out."""
    here = office.here
    await office.open_up()
    await here.start()
    async with window(browser) as page:
        keys = page.keyboard
        await page.goto(office.url)
        await expect(page.get_by_label("SIP account")).to_be_focused()
        await keys.type("1001")
        await keys.press("Tab")
        await keys.type("not the password")
        await keys.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("The account or the password is wrong.")
        await expect(page.get_by_label("Password")).to_be_focused()
        await keys.type(PASSWORD)
        await keys.press("Enter")
        await expect(page.locator("#bar")).to_be_visible()
        await _tab_to(page, "Join")
        await keys.press("Enter")
        await expect(form(page)).to_be_visible()
        await page.wait_for_timeout(550)  # the first moments belong to what was being typed elsewhere
        await keys.press("2")
        await expect(page.get_by_label("Date", exact=True)).to_be_visible()
        await _tab_to(page, "Notes")
        await keys.type("2 razy pytał o cenę")
        await save_by_keys(page)
        await expect(form(page).get_by_role("heading", level=1)).to_contain_text("Jan")
        await page.wait_for_timeout(550)
        await keys.press("1")
        await _tab_to(page, "Leave the campaign", back=True)
        await keys.press("Enter")
        await expect(page.get_by_text("Leaving after this call")).to_be_visible()
        await save_by_keys(page)
        await expect(page.get_by_role("heading", name="You are in no campaign")).to_be_visible()
        await _tab_to(page, "Log out")
        await keys.press("Enter")
        await expect(page.get_by_label("Password")).to_be_visible()
        (first,), (second,) = await here.history(FIRST), await here.history(SECOND)
        assert (first.disposition, first.notes, second.disposition) == ("later", "2 razy pytał o cenę", "sale")
        assert first.callback_at is not None
        assert first.callback_at > datetime.now(UTC)


async def _tab_to(page: Page, text: str, *, back: bool = False) -> None:
    """Press Tab until the control with this text has the focus."""
    for _ in range(40):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = await page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent")
        if focused.strip().startswith(text):
            return
    raise AssertionError(f"Tab does not come to {text}")


async def test_hostile_fields_are_text_and_come_back_unharmed(browser: Browser, office: Office) -> None:
    """From file to form and from form to store. Invisible marks are typed here, because the import drops them."""
    here, (script, image, quotes, braces, backwards, long, emoji, address) = office.here, HOSTILE
    row = {
        "telefon": FIRST,
        "imię": script,
        "nazwisko": address,
        "miasto": long,
        "ulica": quotes,
        "firma": "👩‍👩‍👧‍👦",
        "umowa <b>": image,
        "uwagi": braces,
    }
    await office.open_up(csv=as_csv(row), script="{imię} | {umowa <b>} | {uwagi}")
    await here.start()
    before = dict((await here.lead(FIRST)).fields)
    assert before == {name: value for name, value in row.items() if name != "telefon"}
    async with window(browser) as page:
        await office.log_in(page)
        await office.join(page)
        await expect(form(page).get_by_role("heading", level=1)).to_contain_text(script)
        for text in (image, braces):
            await expect(form(page).get_by_text(text).first).to_be_visible()
        for name in ("imię", "nazwisko", "miasto", "ulica", "firma"):
            await expect(page.get_by_label(name, exact=True)).to_have_value(row[name])
        assert await form(page).locator(":is(script, img, b b)").count() == 0
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        typed = {"nazwisko": backwards, "miasto": long[:-1] + "x", "firma": emoji}
        for name, text in typed.items():
            await page.get_by_label(name, exact=True).fill(text)
        await page.get_by_label("Notes").fill("\n".join(HOSTILE))
        await kept(page)
        await page.reload()
        await expect(page.get_by_label("Notes")).to_have_value("\n".join(HOSTILE))
        await expect(page.get_by_label("nazwisko", exact=True)).to_have_value(backwards)
        await page.get_by_label("1 sale").check()
        await save_by_keys(page)
        await expect(form(page)).to_be_hidden()
        lead = await here.lead(FIRST)
        assert lead.fields == before | typed
        assert lead.notes == "\n".join(HOSTILE)
        assert "owned" not in await page.title()


def as_csv(row: dict[str, str]) -> str:
    """Names and one line of values."""
    file = io.StringIO()
    writer = csv.DictWriter(file, row, delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    return file.getvalue()
