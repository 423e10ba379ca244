"""A call centre on the lab with agents who have passwords: the daemon as a user runs it, its pages in a browser."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from playwright.async_api import Page, expect

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


@dataclass(frozen=True)
class Office:
    """What a test does to it."""

    here: Site
    port: int = 0  # of something before the daemon

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.port else self.here.daemon.page_url

    async def open_up(self, phones: int = 1, **settings: object) -> None:
        """Four leads with fields, agents with passwords, a stopped campaign."""
        await self._import()
        await self.here.set_up(FIRST, phones=phones, **settings)
        for login in self.here.lab.pbx.phones[:phones]:
            await self.here.client.call(agents.PASSWORD, agents.AgentPassword(login=login, password=PASSWORD))

    async def _import(self) -> None:
        command = ("--config", str(self.here.daemon.config), "import", "-", "--list", LIST, "--create-list")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "minidialer", *command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _output, errors = await process.communicate(CSV.encode())
        assert process.returncode == 0, errors.decode()

    async def log_in(self, page: Page, login: str = "1001") -> None:
        """As a person does."""
        await page.goto(f"{self.url}/login")
        await page.get_by_label("SIP account").fill(login)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator("#bar")).to_be_visible()

    async def join(self, page: Page) -> None:
        """Join the only campaign; it must run. A customer may be there before anybody sees the agent ready."""
        await page.get_by_role("button", name="Join: test").click()
        await expect(page.locator("#pill:is(.ready, .in_call)")).to_be_visible()
