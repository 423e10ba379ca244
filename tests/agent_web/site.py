"""Running pages, and the way into them."""

from dataclasses import dataclass

from aiohttp import ClientSession, CookieJar, web
from playwright.async_api import Page, expect
from yarl import URL

from .standin import PASSWORD, StandIn


@dataclass(frozen=True)
class Site:
    """Pages that run, with the stand-in behind them."""

    services: StandIn
    runner: web.AppRunner

    @property
    def port(self) -> int:
        return int(self.runner.addresses[0][1])

    @property
    def url(self) -> URL:
        return URL(f"http://127.0.0.1:{self.port}/")

    async def log_in(self, page: Page) -> None:
        """Log in as a person does, and wait for the first view."""
        await page.goto("/login")
        await page.get_by_label("SIP account").or_(page.get_by_label("Konto SIP")).fill("1001")
        await page.locator("input[type=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("#bar")).to_be_visible()


def session_of(site: Site) -> ClientSession:
    """An HTTP client that is no browser."""
    return ClientSession(site.url, cookie_jar=CookieJar(unsafe=True))  # else it keeps no cookie of an address
