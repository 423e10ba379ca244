"""The demonstration on a terminal: a person takes the free seat among the robots, and the books balance."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys

import pytest
from playwright.async_api import Browser, expect

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
SEAT = re.compile(
    r"open (?P<url>http://\S+).*Log in as (?P<login>\d+) with the password (?P<password>\S+)\s", re.DOTALL
)


async def narration(terminal: int) -> asyncio.StreamReader:
    """What is written to the other end of a terminal."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(terminal, "rb", buffering=0)
    )
    return reader


async def test_a_person_takes_calls_among_the_robots(browser: Browser) -> None:
    ours, theirs = os.openpty()
    options = ("--leads", "60", "--agents", "2", "--duration", "45", "--seed", "4", "--json", "--headless")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "minidialer", "--lang", "en", "demo", *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    said = await narration(ours)
    lines, seat = "", None
    while seat is None:
        lines += (await said.readline()).decode()
        seat = SEAT.search(lines)
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(seat["url"])
    await page.get_by_label("SIP account").fill(seat["login"])
    await page.get_by_label("Password").fill(seat["password"])
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("button", name="Join: demo").click()
    for _ in range(2):
        await expect(page.locator("form.call")).to_be_visible()
        await expect(page.locator("form.call").get_by_text("Dzień dobry, czy rozmawiam z")).to_be_visible()
        await page.get_by_label("zrezygnował").check()
        await page.keyboard.press("F8")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("form.call")).to_be_hidden()
    await context.close()
    assert process.stdout is not None
    output, _rest = await asyncio.gather(process.stdout.read(), _to_the_end(said))
    assert await process.wait() == 0, output.decode()
    result = json.loads(output)
    assert result["reconciled"] is True
    assert (result["differences"], result["stuck_agents"], result["open_channels"]) == ([], 0, 0)
    assert result["dispositions"]["zrezygnował"] >= 2


async def _to_the_end(reader: asyncio.StreamReader) -> None:
    """A terminal whose other end is closed answers with an error."""
    try:
        while await reader.read(1000):
            pass
    except OSError:
        return
