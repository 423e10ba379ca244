"""A call centre on the lab with agents who have passwords: the daemon as a user runs it, its pages in a browser."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Locator, Page, expect

from minidialer.control.models import agents
from tests.pbx.site import LIST, Site

PASSWORD = "right horse battery"
CSV = (
    "telefon;imię;nazwisko;miasto;umowa\n"
    "+48600100201;Zażółć;Gęśla;Łódź;A/17\n"
    '+48600100202;<b>Jan</b>;"O\'Neil ""x""";Gdańsk;B/18\n'
    "+48600100203;Anna;Nowak;Kraków;C/19\n"
    "+48600100204;Ewa;Lis;Toruń;D/20\n"
)
FIRST, SECOND = "+48600100201", "+48600100202"


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


async def kept(page: Page) -> None:
    """Everything typed so far is with the daemon."""
    await expect(page.get_by_text("Everything typed is kept.")).to_be_visible()


async def save_by_keys(page: Page) -> None:
    """Hang up and save; a disposition is chosen."""
    await page.keyboard.press("F8")
    await expect(form(page).get_by_text("The call is over")).to_be_visible()
    await page.keyboard.press("Control+Enter")


@dataclass(frozen=True)
class Office:
    """What a test does to it."""

    here: Site
    port: int = 0  # of something before the daemon

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.port else self.here.daemon.page_url

    async def open_up(self, phones: int = 1, csv: str = CSV, **settings: object) -> None:
        """Leads with fields (four, unless given), agents with passwords, a stopped campaign."""
        await self._import(csv)
        await self.here.set_up(FIRST, phones=phones, **settings)
        for login in self.here.lab.pbx.phones[:phones]:
            await self.here.client.call(agents.PASSWORD, agents.AgentPassword(login=login, password=PASSWORD))

    async def _import(self, csv: str) -> None:
        command = ("--config", str(self.here.daemon.config), "import", "-", "--list", LIST, "--create-list")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "minidialer", *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _output, errors = await process.communicate(csv.encode())
        assert process.returncode == 0, errors.decode()

    async def log_in(self, page: Page, login: str = "1001") -> None:
        """As a person does."""
        await page.goto(f"{self.url}/login")
        await page.get_by_label("SIP account").fill(login)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("#bar")).to_be_visible()

    async def customer_hangs_up(self) -> None:
        """Every customer puts the receiver down; the agents' phones stay up."""
        for line in (await self.here.lab.carrier.rx("core show channels concise")).splitlines():
            channel, *rest = line.split("!")
            if rest and not rest[7].startswith("phone"):  # the account code
                await self.here.lab.carrier.rx(f"channel request hangup {channel}")

    async def join(self, page: Page) -> None:
        """Join the only campaign; it must run. A customer may be there before anybody sees the agent ready."""
        await page.get_by_role("button", name="Join: test").click()
        await expect(page.locator("#pill:is(.ready, .in_call)")).to_be_visible()
