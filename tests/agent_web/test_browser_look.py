"""For everybody: labels, contrast, narrow windows, zoom, and no weight."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from minidialer.agent_web.services import LeadLine

from .conftest import window
from .site import Site
from .standin import DISPOSITIONS, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNNAMED = """() => [...document.querySelectorAll('button, summary, a, input, select, textarea')].filter(node => {
  if (!node.checkVisibility()) return false;
  const label = node.labels?.[0]?.textContent ?? node.getAttribute('aria-label') ?? node.textContent;
  return !label.trim();
}).map(node => node.outerHTML)"""

# WCAG 2.2: ratio of the relative luminances of a text and the nearest ground that is painted behind it.
PALE = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (part) => { part /= 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; };
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.5) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own && !node.matches('input, textarea, select')) continue;
    if (!node.checkVisibility() || node.closest(':disabled, .unseen, .skip')) continue;
    const [text, behind] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
    if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${node.outerHTML.slice(0, 120)}`);
  }
  return pale;
}"""


async def screens(page: Page, services: StandIn) -> AsyncIterator[str]:
    """Every screen in turn."""
    yield "campaigns"
    await services.ready()
    await expect(page.locator("#pill.ready")).to_be_visible()
    await page.locator("summary").first.click()
    yield "waiting"
    await page.keyboard.press("Escape")
    await services.connect(wrap_up_ends_at=datetime.now(UTC) + timedelta(minutes=2), default_disposition="zrezygnował")
    await expect(page.locator("form.call")).to_be_visible()
    await page.get_by_label("zadzwoń później").check()
    await page.locator("form.call summary").last.click()
    yield "call"
    await services.hold("token-0", on=True)
    await page.locator("form.call summary").first.click()
    yield "on hold"
    await services.customer_hangs_up()
    yield "wrap-up"
    await services.ready()
    services.lines = [
        LeadLine(1, "+48600100300", "Jan Kowalski", "callback", datetime.now(UTC), 7, "Wiosna", DISPOSITIONS[2]),
        LeadLine(2, "+48600100301", "", "handed_out", None, 7, "Wiosna", None),
    ]
    await page.locator("[data-tab=connections]").click()
    await expect(page.locator("#lines tbody tr")).to_have_count(2)
    yield "connections"
    await page.locator("[data-tab=statistics]").click()
    await expect(page.locator("#times tr")).to_have_count(5)
    yield "statistics"
    await services.end("taken_over")
    await expect(page.locator("#ended")).to_be_visible()
    yield "ended"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_has_a_name_and_contrast(
    browser: Browser, site: Site, scheme: Literal["light", "dark"]
) -> None:
    async with window(browser, site, color_scheme=scheme, reduced_motion="reduce") as page:
        async for screen in screens(page, site.services):
            assert (screen, await page.evaluate(UNNAMED)) == (screen, [])
            assert (screen, await page.evaluate(PALE)) == (screen, [])
            assert (screen, await page.locator("h1:visible").count()) == (screen, 1)
    async with window(browser, site, log_in=False, color_scheme=scheme) as page:
        await page.goto("/login?why=revoked")
        assert await page.evaluate(UNNAMED) + await page.evaluate(PALE) == []


@pytest.mark.parametrize("width", [320, 700, 1280])
async def test_nothing_is_cut_off_at_any_width(browser: Browser, site: Site, width: int) -> None:
    async with window(browser, site, viewport={"width": width, "height": 700}) as page:
        async for screen in screens(page, site.services):
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (screen, over) == (screen, 0)
            outside = await page.evaluate(
                "[...document.querySelectorAll('button, input, summary, a')].filter(node => node.checkVisibility()"
                " && !node.closest('.skip')).filter(node => { const box = node.getBoundingClientRect();"
                " return box.left < 0 || box.right > innerWidth + 1; }).map(node => node.outerHTML)"
            )
            assert (screen, outside) == (screen, [])


async def test_focus_goes_through_the_form_in_the_order_it_is_read(page: Page, site: Site) -> None:
    await site.services.connect()
    await expect(page.locator("form.call")).to_be_visible()
    order: list[str] = []
    while True:
        await page.keyboard.press("Tab")
        text = await page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
        order.append(text)
        if text.startswith("Save"):
            break
    assert order == [
        *("Hang up F8", "Hold F9", "Transfer", "Keypad"),
        *("imię", "nazwisko", "miasto", "uwagi z importu"),
        *("1 sprzedaż", "Notes", "Save Ctrl+Enter"),
    ]


async def test_changes_are_told_to_those_who_cannot_see(page: Page, site: Site) -> None:
    said = page.locator("#say")
    await expect(said).to_have_attribute("aria-live", "assertive")
    await site.services.ready()
    await expect(said).to_have_text("Waiting for a call The form opens by itself.")
    await site.services.connect()
    await expect(said).to_have_text("A call: Zażółć Gęśla")
    await page.wait_for_timeout(550)
    await page.keyboard.press("3")
    await expect(said).to_have_text("Date and time of the next call are needed.")
    await site.services.customer_hangs_up()
    await expect(said).to_have_text("The call is over")
