"""Everything around the call: campaigns, waiting, pauses, Connections, My statistics, in two languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect

from minidialer.agent_web.services import Calling, LeadLine, Today
from minidialer.domain.sentence import sentence

from .conftest import window
from .site import Site
from .standin import CAMPAIGNS, DISPOSITIONS, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")
LINES = [
    LeadLine(
        11,
        "+48600100300",
        "Jan Kowalski",
        "callback",
        datetime(2026, 1, 5, 9, tzinfo=UTC),
        7,
        "Wiosna",
        DISPOSITIONS[2],
    ),
    LeadLine(12, "+48600100301", "<b>Anna</b>", "private", datetime(2099, 1, 5, 9, tzinfo=UTC), 7, "Wiosna", None),
    LeadLine(13, "+48600100302", "", "handed_out", None, 8, "Jesień", None),
]


@pytest.fixture
def services(site: Site) -> StandIn:
    return site.services


async def test_join_wait_pause_and_leave(page: Page, services: StandIn) -> None:
    headline = page.locator("#headline")
    await expect(headline).to_have_text("You are in no campaign")
    items = page.locator("#campaigns li")
    assert "running · your phone is called when you join" in await items.nth(0).inner_text()
    assert "stopped" in await items.nth(1).inner_text()
    await page.get_by_role("button", name="Join: Wiosna").click()
    await expect(headline).to_have_text("Waiting for a call")
    await expect(page.get_by_text("3 calls · 12 min 34 s of talk · 1 success")).to_be_visible()
    await expect(page.locator("#since")).to_have_text(re.compile(r"00:(0[1-9]|[1-5]\d)"))  # it runs
    await page.locator("summary", has_text="Pause").click()
    await page.get_by_role("button", name="lunch").click()
    await expect(headline).to_have_text("You are paused")
    await expect(page.locator("#why")).to_have_text("lunch")
    await page.get_by_role("button", name="Back to work").click()
    await expect(headline).to_have_text("Waiting for a call")
    await page.get_by_role("button", name="Leave the campaign").click()
    await expect(page.get_by_role("button", name="Join: Wiosna")).to_be_visible()
    assert [call[0] for call in services.calls] == ["join", "pause", "resume", "leave"]
    assert services.asked("join") == [(7,)]
    assert services.asked("pause") == [("lunch",)]


async def test_a_refused_join_is_told_and_can_be_closed(page: Page, services: StandIn) -> None:
    services.refuse["join"] = sentence("The list of campaign “{campaign}” is blocked for you.", campaign="Wiosna")
    await page.get_by_role("button", name="Join: Wiosna").click()
    await expect(page.get_by_role("alert")).to_contain_text("The list of campaign “Wiosna” is blocked for you.")
    await page.get_by_role("button", name="Close the message").click()
    await expect(page.get_by_role("alert")).to_be_hidden()


async def test_the_phone_is_told_in_words(page: Page, services: StandIn) -> None:
    headline = page.locator("#headline")
    await services.change(state="paused", reason="calling_phone", campaign="Wiosna", phone="calling")
    await expect(headline).to_have_text("Your phone is being called")
    await expect(page.get_by_role("button", name="Back to work")).to_be_hidden()
    await services.change(reason="phone_no_answer", phone="down")
    await expect(headline).to_have_text("Your phone did not answer")
    await page.get_by_role("button", name="Call my phone again").click()
    await services.until(lambda: len(services.asked("resume")) == 1, "it is called again")
    await services.change(state="reserved", reason="", phone="calling")
    await expect(headline).to_have_text("Your phone is ringing")


async def test_a_pause_during_a_call_comes_after_it_and_can_be_taken_back(page: Page, services: StandIn) -> None:
    await services.connect()
    await page.locator("summary", has_text="Pause").click()
    await page.get_by_role("button", name="break").click()
    await expect(page.get_by_text("Pause after this call")).to_be_visible()
    await expect(page.locator("form.call")).to_be_visible()
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("Pause after this call")).to_be_hidden()


async def test_near_days_have_names(client: ClientSession, services: StandIn) -> None:
    now = datetime.now(ZoneInfo("Europe/Warsaw"))
    at = [now.replace(hour=9, minute=5) + timedelta(days=days) for days in (0, 1, 2)]
    services.lines = [replace(LINES[0], lead_id=number, due_at=moment) for number, moment in enumerate(at)]
    shown: dict[str, list[str]] = {}
    for language in ("pl", "en"):
        async with client.get("/api/connections", headers={"Accept-Language": language}) as answer:
            shown[language] = [line["due_text"] for line in (await answer.json())["lines"]]
    assert shown == {
        "pl": ["dzisiaj 09:05", "jutro 09:05", f"{at[2]:%d.%m.%Y} 09:05"],
        "en": ["today 09:05", "tomorrow 09:05", f"{at[2]:%Y-%m-%d} 09:05"],
    }


async def test_connections_are_found_and_called(page: Page, services: StandIn) -> None:
    services.lines = list(LINES)
    await page.get_by_role("button", name="Connections").click()
    rows = page.locator("#lines tbody tr")
    await expect(page.get_by_text("3 numbers")).to_be_visible()
    assert "2026-01-05 10:00due now" in (await rows.nth(0).inner_text()).replace("\t", "").replace("\n", "")
    assert "<b>Anna</b>" in await rows.nth(1).inner_text()
    await page.get_by_label("Search in number").fill("Jan")
    await expect(rows).to_have_count(1)
    await page.get_by_label("Search in number").fill("")
    await expect(rows).to_have_count(3)
    await page.get_by_role("button", name="Give back").click()
    await expect(rows).to_have_count(2)
    await page.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Get them").click()
    await expect(rows).to_have_count(3)
    await page.get_by_role("button", name="Dial: Jan Kowalski").click()
    await expect(page.get_by_role("heading", name="Your phone is ringing")).to_be_visible()
    await services.change(calling=Calling(11, "+48600100300", "customer"))
    await expect(page.get_by_role("heading", name="The customer is being called")).to_be_visible()
    await services.change(calling=None)
    await services.connect(name="Jan Kowalski")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Jan Kowalski")
    assert services.asked("release") == [(13,)]
    assert services.asked("take_leads") == [(7, 2)]
    assert services.asked("call") == [(11, 7)]


async def test_a_callback_that_becomes_due_comes_by_itself(browser: Browser, site: Site, services: StandIn) -> None:
    async with window(browser, site, log_in=False) as page:
        quick = "const wait = setInterval; window.setInterval = (act, time) => wait(act, time >= 5000 ? 300 : time);"
        await page.add_init_script(quick)
        await site.log_in(page)
        await page.get_by_role("button", name="Connections").click()
        await expect(page.get_by_text("Nothing here.")).to_be_visible()
        services.lines = list(LINES)
        await expect(page.locator("#lines tbody tr")).to_have_count(3)


async def test_a_call_by_hand_can_be_given_up(page: Page, services: StandIn) -> None:
    services.lines = list(LINES)
    await page.get_by_role("button", name="Connections").click()
    await page.get_by_role("button", name="Dial: Jan Kowalski").click()
    await page.get_by_role("button", name="Cancel the call").click()
    await services.until(lambda: services.asked("hang_up") == [()], "it is given up")
    await expect(page.get_by_role("button", name="Dial: Jan Kowalski")).to_be_enabled()


async def test_statistics_of_chosen_days(page: Page, services: StandIn) -> None:
    await page.get_by_role("button", name="My statistics").click()
    await expect(page.get_by_text("22 calls · 4 successes · logged in 2 h 00 min")).to_be_visible()
    await expect(page.get_by_role("row", name="Talking 50 min 00 s")).to_be_visible()
    await expect(page.get_by_role("row", name="lunch 14 min 00 s")).to_be_visible()
    await expect(page.get_by_role("row", name="zrezygnował 15")).to_be_visible()
    await page.get_by_role("button", name="7 days").click()
    await services.until(lambda: len(services.asked("statistics")) == 2, "they are asked for")
    first, last = services.asked("statistics")[1]
    assert last - first == timedelta(days=6)
    await page.get_by_label("From").fill("2031-05-06")
    await page.get_by_label("From").blur()
    await expect(page.get_by_role("alert")).to_contain_text("The last day comes before the first")
    await page.get_by_label("To", exact=True).fill("2031-05-07")
    await services.until(lambda: (date(2031, 5, 6), date(2031, 5, 7)) in services.asked("statistics"), "they are shown")
    await expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("tabs", [{"dialer"}, {"connections"}, {"statistics", "connections"}])
async def test_blocked_tabs_are_not_there(browser: Browser, site: Site, services: StandIn, tabs: set[str]) -> None:
    services.tabs = frozenset(tabs)
    async with window(browser, site) as page:
        names = {"dialer": "Dialer", "connections": "Connections", "statistics": "My statistics"}
        for tab, name in names.items():
            await expect(page.get_by_role("navigation").get_by_text(name)).to_have_count(int(tab in tabs))
        await expect(page.locator("main > section:visible")).to_have_count(1)
        await services.connect()
        await expect(page.locator("form.call")).to_be_visible()
        await services.ready()
        await expect(page.locator("form.call")).to_be_hidden()
        await expect(page.locator("main > section:visible")).to_have_count(1)


async def test_tabs_and_language_change_in_an_open_page_but_not_under_a_form(page: Page, services: StandIn) -> None:
    await services.connect()
    await page.get_by_label("Notes").fill("typed")
    services.tabs, services.language = frozenset({"dialer"}), "pl"
    await services.change()
    await page.wait_for_timeout(700)
    await expect(page.get_by_label("Notes")).to_have_value("typed")
    await services.ready()
    await expect(page.get_by_role("heading", name="Oczekiwanie na połączenie")).to_be_visible()
    await expect(page.locator("nav button:visible")).to_have_text(["Dialer"])


async def test_the_page_speaks_the_browsers_language_or_the_agents_own(
    browser: Browser, site: Site, services: StandIn
) -> None:
    await services.change(today=Today(22, 60, 5))
    async with window(browser, site, locale="pl-PL") as page:
        await expect(page.get_by_text("22 połączenia · 1 min 00 s rozmów · 5 sukcesów")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("lang", "pl")
        await services.connect()
        await expect(page.get_by_role("button", name="Rozłącz")).to_be_visible()
        await services.ready()
    services.language = "pl"
    async with window(browser, site, locale="en-GB") as page:
        await expect(page.get_by_role("heading", name="Oczekiwanie na połączenie")).to_be_visible()


async def test_what_changes_meanwhile_leaves_the_focus_alone(page: Page, services: StandIn) -> None:
    join = page.get_by_role("button", name="Join: Wiosna")
    await join.focus()
    await services.change(campaigns=[*CAMPAIGNS, replace(CAMPAIGNS[0], id=9, name="Lato")])
    await expect(page.get_by_role("button", name="Join: Lato")).to_be_visible()
    await expect(join).to_be_focused()
