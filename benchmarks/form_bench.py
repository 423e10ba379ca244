"""From customer and agent hearing each other to the call's form on the agent's screen, on a real Asterisk.

Run: python -m benchmarks.form_bench [CALLS]; 50 calls by default, two seconds each. The beginning is the daemon's own
moment of joining (`connected_at`). The end is the first frame that shows the form: an observer put into the page from
outside waits for that frame and for what comes after it. The floor, measured between the calls, is the same way for one
short server-sent event on an empty page: from the moment it is sent to the frame after it has changed the text.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect
from pydantic import SecretStr

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions
from minidialer.lab import Lab, Mix
from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.leads_file import write_leads
from tests.agent_web.browser import FLAGS, chromium
from tests.pbx.site import until

LOGIN, PASSWORD, NAME = "1001", "right horse battery", "bench"
CALLS, LIMIT = 50, 150.0  # calls; milliseconds the 95th percentile may take
MIX = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.1, 0.4), talk=(1.0, 1.2))
SETTINGS: dict[str, object] = {
    "agent_connection": "nailed_up",
    "max_attempts_per_5s": 100,
    "script": "Dzień dobry, czy rozmawiam z {Imię} {Nazwisko}?",
}
PAINTED = """() => {
  window.frames_of = [];
  window.now = () => performance.timeOrigin + performance.now();
  window.painted = (began) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => frames_of.push([began, now()]);
    after.port2.postMessage(0);
  });
}"""
WATCH_FORM = """() => new MutationObserver(() => {
  if (document.querySelector("#tab-call > form.call")) painted(form.data.connected_at);
}).observe(document.querySelector("#tab-call"), { childList: true }) && undefined"""
EMPTY_PAGE = """<!doctype html><title>floor</title><body><script>
const source = new EventSource("/events");
source.onmessage = (event) => { document.body.textContent = event.data; painted(event.data); };
source.onopen = () => { document.body.textContent = "open"; };
</script>"""


class Floor:
    """A server with one empty page, whose text an event sets to the moment at which it was sent."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._streams: list[web.StreamResponse] = []

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The page is open for the time of the context."""
        app = web.Application()
        app.router.add_get("/", self._empty)
        app.router.add_get("/events", self._events)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            await self._page.add_init_script(f"({PAINTED})()")
            await self._page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            await expect(self._page.locator("body")).to_have_text("open")
            yield
        finally:
            await runner.cleanup()

    async def event(self) -> None:
        """Send one, and wait for the frame that shows it."""
        seen = len(await frames(self._page))
        await self._streams[-1].write(f"data: {time.time() * 1000}\n\n".encode())
        await until(lambda: _more(self._page, seen), lambda: "the empty page shows its event")

    async def times(self) -> list[float]:
        """Milliseconds of every event."""
        return [shown - float(sent) for sent, shown in await frames(self._page)]

    async def _empty(self, _request: web.Request) -> web.Response:
        return web.Response(text=EMPTY_PAGE, content_type="text/html")

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(b": \n\n")
        self._streams.append(stream)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return stream


async def frames(page: Page) -> list[tuple[str, float]]:
    """What began when, and the page's time at which it had been painted, in milliseconds of the epoch."""
    return [tuple(pair) for pair in await page.evaluate("frames_of")]


async def _more(page: Page, seen: int) -> bool:
    return len(await frames(page)) > seen


async def prepare(client: Client, daemon: DaemonProcess, home: Path, leads: int) -> None:
    """Leads with fields, two dispositions, one agent, a running campaign."""
    file = home / "leads.csv"
    write_leads(file, leads, seed=1)
    await run("--config", str(daemon.config), "import", str(file), "--list", NAME, "--create-list")
    await client.call(dispositions.ADD, dispositions.DispositionAdd(name="sprzedaż", success=True))
    await client.call(dispositions.ADD, dispositions.DispositionAdd(name="zadzwoń później", asks_callback=True))
    await client.call(agents.ADD, agents.AgentAdd(login=LOGIN, name="Ola"))
    await client.call(agents.PASSWORD, agents.AgentPassword(login=LOGIN, password=SecretStr(PASSWORD)))
    await client.call(
        campaigns.ADD, campaigns.CampaignAdd(name=NAME, lead_list=NAME, agents=[LOGIN], settings=SETTINGS)
    )
    await client.call(campaigns.START, base.Named(name=NAME))


async def run(*arguments: str) -> None:
    """One command of ours."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "minidialer", *arguments, stdout=quiet)
    if await process.wait() != 0:
        raise SystemExit(f"minidialer {' '.join(arguments)} failed.")


async def join(page: Page, url: str) -> None:
    """Log in and join, as a person does."""
    await page.goto(f"{url}/login")
    await page.get_by_label("SIP account").fill(LOGIN)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#bar")).to_be_visible()
    await page.evaluate(PAINTED)
    await page.evaluate(WATCH_FORM)
    await page.get_by_role("button", name=f"Join: {NAME}").click()


async def take_calls(page: Page, floor: Floor, calls: int) -> None:
    """Fill in and save every form during its talk; meanwhile the empty page gets one event."""
    for number in range(calls):
        await until(partial(_more, page, number), lambda: "the next form is shown", limit=30)
        await page.get_by_label("sprzedaż").check()
        await page.keyboard.press("Control+Enter")
        await floor.event()


async def skew(page: Page) -> float:
    """Milliseconds by which the page's clock may differ from ours: both ask the same machine."""
    found = []
    for _ in range(20):
        before = time.time() * 1000
        theirs = float(await page.evaluate("now()"))
        found.append(max(before - theirs, theirs - time.time() * 1000, 0.0))
    return max(found)


def figures(what: str, times: list[float]) -> tuple[float, float]:
    """Print p50, p95 and max by nearest rank; gives the first two."""
    ordered = sorted(times)
    p50, p95 = (ordered[-(-len(ordered) * percent // 100) - 1] for percent in (50, 95))
    print(f"{what:<44} p50 {p50:6.1f}  p95 {p95:6.1f}  max {ordered[-1]:6.1f} ms  (n {len(ordered)})")
    return p50, p95


async def measure(browser: Browser, lab: Lab, home: Path, calls: int) -> None:
    """All of it."""
    async with DaemonProcess(lab, home) as daemon, Client(daemon.socket, name="bench") as client:
        await prepare(client, daemon, home, calls + 10)
        contexts = [await browser.new_context(locale="en-GB") for _ in range(2)]
        page, empty = [await context.new_page() for context in contexts]
        floor = Floor(empty)
        async with floor.serving():
            await join(page, daemon.page_url)
            await take_calls(page, floor, calls)
            print(f"the page's clock differs from ours by at most {await skew(page):.1f} ms")
            least, _ = figures("floor: an event shown by an empty page", await floor.times())
            shown = await frames(page)
        taken = [at - datetime.fromisoformat(joined).timestamp() * 1000 for joined, at in shown[:calls]]
        median, p95 = figures("form: from joined to visible in the browser", taken)
        print(f"{'ratio of the medians':<44} {median / least:10.1f}")
        print(f"{'limit of the p95':<44} {LIMIT:10.1f} ms: {'kept' if p95 < LIMIT else 'BROKEN'}")


async def main(calls: int) -> None:
    """The lab, the browser, the figures."""
    with tempfile.TemporaryDirectory(prefix="minidialer-bench-") as name:
        home = Path(name)
        async with (
            async_playwright() as playwright,
            Lab(phones=1, seed=1, mix=MIX, phone_delay=0.2, home=home) as lab,
        ):
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            try:
                await measure(browser, lab, home, calls)
            finally:
                await browser.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
