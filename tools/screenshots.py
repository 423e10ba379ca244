"""The pictures of docs/pictures, taken of the real pages: `python tools/screenshots.py docs/pictures`.

A real daemon on the lab's Asterisk, a real call, Chromium. Customers, numbers and past work are made up (made_up.py).
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import made_up
from playwright.async_api import Page, async_playwright, expect
from png import small
from pydantic import SecretStr

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions
from minidialer.lab import Lab, Mix
from minidialer.lab.chromium import ensure_chromium
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.store.database import Database

LEADS, LOGIN, PASSWORD = 400, "1001", "right horse battery"
WIDTH, HEIGHT = 1080, 480  # at least so high
LARGEST = 150_000  # bytes of a picture
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--lang=en-GB",
]
MIX = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(58, 58), talk=(600, 600))
SETTINGS: dict[str, object] = {
    "agent_connection": "nailed_up",
    "private_leads": "manual",
    "ring_timeout": 60,
    "script": made_up.SCRIPT,
}


@dataclass(frozen=True)
class Camera:
    """Takes pictures of one page into a folder."""

    page: Page
    folder: Path

    async def take(self, name: str) -> None:
        """One picture, of the whole page."""
        file = self.folder / f"{name}.png"
        await self.page.mouse.move(0, 0)
        needed = await self.page.evaluate(
            "document.querySelector('main').getBoundingClientRect().bottom + scrollY - 32"
        )
        await self.page.set_viewport_size({"width": WIDTH, "height": max(HEIGHT, round(needed))})
        picture = small(await self.page.screenshot(animations="disabled", caret="hide"))
        if len(picture) > LARGEST:
            raise SystemExit(f"{file} is larger than {LARGEST // 1000} kB: show less in it.")
        file.write_bytes(picture)
        print(f"{file}: {len(picture) / 1000:.0f} kB")


async def set_up(daemon: DaemonProcess, home: Path) -> None:
    """The workshop: its customers, agents and campaign, and the work of the last days."""
    made_up.write_leads(home / "customers.csv", LEADS)
    files = str(home / "customers.csv"), "--list", made_up.LEAD_LIST, "--create-list"
    await run("--config", str(daemon.config), "import", *files)
    async with Client(daemon.socket, name="screenshots") as client:
        buttons = [await client.call(dispositions.ADD, button) for button in made_up.DISPOSITIONS]
        agent = await client.call(agents.ADD, agents.AgentAdd(login=LOGIN, name=made_up.AGENT))
        await client.call(agents.PASSWORD, agents.AgentPassword(login=LOGIN, password=SecretStr(PASSWORD)))
        asked = campaigns.CampaignAdd(
            name=made_up.CAMPAIGN, lead_list=made_up.LEAD_LIST, agents=[LOGIN], settings=SETTINGS
        )
        campaign = await client.call(campaigns.ADD, asked)
    await daemon.stop()
    async with Database.open(daemon.store) as database, database.write() as conn:
        names = {button.name: button.id for button in buttons}
        await made_up.Past(conn, agent.id, campaign.id, 1, names).write(datetime.now(UTC))
    await daemon.start()


async def run(*arguments: str) -> None:
    """One command of ours."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "minidialer", *arguments, stdout=quiet)
    if await process.wait() != 0:
        raise SystemExit(f"minidialer {' '.join(arguments)} failed.")


async def log_in(page: Page, url: str) -> None:
    """As a person does."""
    await page.goto(f"{url}/login")
    await page.get_by_label("SIP account").fill(LOGIN)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#bar")).to_be_visible()


async def a_call(camera: Camera, lab: Lab, client: Client) -> None:
    """Waiting; then the form, filled in; then saved."""
    page = camera.page
    await lab.carrier.force(made_up.HERO, ring=16)
    await client.call(campaigns.START, base.Named(name=made_up.CAMPAIGN))
    await page.get_by_role("button", name=f"Join: {made_up.CAMPAIGN}").click()
    await expect(page.locator("#clock")).to_have_text("00:12", timeout=20_000)
    await camera.take("waiting")
    form = page.locator("form.call")
    await expect(form).to_be_visible(timeout=20_000)
    await page.get_by_label("zadzwoń później").check()
    await page.get_by_role("button", name="+1 day").click()
    await page.get_by_label("Notes").fill("Rower już w domu. Chce znać cenę nowej kasety, oddzwonić jutro.")
    await expect(form.get_by_text("Everything typed is kept.")).to_be_visible()
    await expect(form.locator("[data-at=timer]")).to_have_text("00:34", timeout=40_000)
    await form.get_by_role("heading", level=1).focus()
    await camera.take("form")
    await page.keyboard.press("F8")
    await expect(form.get_by_text("The call is over")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#pill.ready")).to_be_visible()


async def the_other_tabs(camera: Camera, client: Client) -> None:
    """Connections with numbers got there, and the statistics in Polish."""
    page = camera.page
    await page.get_by_role("button", name="Connections").click()
    await page.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Get them").click()
    await expect(page.get_by_role("button", name="Give back")).to_have_count(2)
    await expect(page.locator("#since")).to_have_text("00:15", timeout=20_000)
    await page.locator("main").focus()
    await camera.take("connections")
    await client.call(agents.SET, agents.AgentSet(login=LOGIN, language="pl"))
    await page.reload()
    await page.get_by_role("button", name="Moje statystyki").click()
    async with page.expect_response("**/api/statistics?*"):
        await page.get_by_role("button", name="7 dni").click()
    await expect(page.locator("#counts tr")).to_have_count(len(made_up.DISPOSITIONS))
    await page.locator("main").focus()
    await camera.take("statistics")


@asynccontextmanager
async def window() -> AsyncIterator[Page]:
    """A browser window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(ensure_chromium(lambda line: print(line, file=sys.stderr))),
            args=FLAGS,
        )
        context = await browser.new_context(
            locale="en-GB", viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
        )
        try:
            yield await context.new_page()
        finally:
            await browser.close()


async def main(folder: Path) -> None:
    """All pictures."""
    with tempfile.TemporaryDirectory(prefix="minidialer-pictures-") as name:
        home = Path(name)
        async with (
            Lab(phones=1, seed=1, mix=MIX, phone_delay=0.2, home=home) as lab,
            DaemonProcess(lab, home) as daemon,
        ):
            await set_up(daemon, home)
            async with Client(daemon.socket, name="screenshots") as client, window() as page:
                await log_in(page, daemon.page_url)
                camera = Camera(page, folder)
                await a_call(camera, lab, client)
                await the_other_tabs(camera, client)
                await client.call(campaigns.STOP, base.Named(name=made_up.CAMPAIGN))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
