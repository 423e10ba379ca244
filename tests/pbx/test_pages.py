"""The agents' pages' own HTTP interface, the daemon as a user runs it, and a real Asterisk behind both."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from minidialer.control.models import agents
from minidialer.lab.customer import Behaviour

from .site import CAMPAIGN, Site, until

pytestmark = pytest.mark.pbx

FIRST, SECOND = "+48600100001", "+48600100002"
PASSWORD = "correct horse"


class Page:
    """A browser without eyes: the session's cookie, and the stream that says the page is there."""

    def __init__(self, here: Site, session: aiohttp.ClientSession) -> None:
        self.here, self.session = here, session
        self._origin = {"Origin": here.daemon.page_url, "Sec-Fetch-Site": "same-origin"}

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.here.daemon.page_url}/api/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, *, refused: bool = False, **body: object) -> str:
        async with self.session.post(
            f"{self.here.daemon.page_url}/api/{path}", json=body, headers=self._origin
        ) as answer:
            text = await answer.text()
            assert (answer.status >= 400) is refused, (answer.status, text)
            return text

    async def answers(self) -> bool:
        """The pages come a moment after the control socket."""
        try:
            await self.view()
        except aiohttp.ClientConnectorError:
            return False
        return True

    async def view(self) -> Any:
        return await self.get("view")

    async def until_state(self, *states: str) -> Any:
        async def there() -> bool:
            return (await self.view())["state"] in states

        await until(there, lambda: f"the page shows {states}")
        return await self.view()

    async def join(self) -> None:
        view = await self.view()
        (campaign,) = [item for item in view["campaigns"] if item["name"] == CAMPAIGN]
        await self.post("join", campaign_id=campaign["id"])

    async def save(self, name: str = "sale", **more: object) -> None:
        form = (await self.view())["form"]
        (button,) = [item for item in form["dispositions"] if item["name"] == name]
        body = {"disposition_id": button["id"], "callback_at": "", "notes": "", "fields": {}} | more
        await self.post(f"forms/{form['attempt_id']}/save", **body)


@contextlib.asynccontextmanager
async def page_of(here: Site, login: str = "1001") -> AsyncIterator[Page]:
    """A page that is open, of an agent with a password."""
    await here.client.call(agents.PASSWORD, agents.AgentPassword.model_validate({"login": login, "password": PASSWORD}))
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session, asyncio.TaskGroup() as tasks:
        page = Page(here, session)
        await page.post("session", login=login, password=PASSWORD)
        stream = tasks.create_task(_stay(page))
        try:
            yield page
        finally:
            stream.cancel()


async def _stay(page: Page) -> None:
    """Read the stream and answer it as a page does, and come again when it breaks."""
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            await _read(page)
        await asyncio.sleep(0.2)


async def _read(page: Page) -> None:
    address, name, stream_id, beats = f"{page.here.daemon.page_url}/api/events", "", "", 0
    async with page.session.get(address, timeout=aiohttp.ClientTimeout(total=None)) as stream:
        async for line in stream.content:
            kind, _, text = line.decode().strip().partition(": ")
            if kind == "event":
                name = text
                beats += name == "beat"
                if name == "beat" and beats % 6 == 0:
                    await page.post("here", stream=stream_id)
            elif kind == "data" and name == "hello":
                stream_id = json.loads(text)["stream"]


async def contexts(here: Site) -> set[str]:
    """Where in the dialplan our channels are."""
    lines = (await here.lab.pbx.rx("core show channels concise")).splitlines()
    return {line.split("!")[1] for line in lines if "!" in line}


async def seconds_left(here: Site, context: str) -> int:
    """Until Asterisk ends the channel that is there."""
    lines = (await here.lab.pbx.rx("core show channels concise")).splitlines()
    (name,) = (line.split("!")[0] for line in lines if f"!{context}!" in line)
    told = await here.lab.pbx.rx(f"core show channel {name}")
    (left,) = (line.partition(":")[2] for line in told.splitlines() if "Time to Hangup" in line)
    return int(left) - int(datetime.now(UTC).timestamp())  # Asterisk tells the moment


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
async def test_hold_talk_on_keys_and_save(here: Site, connection: str) -> None:
    await here.set_up(FIRST, SECOND, agent_connection=connection)
    async with page_of(here) as page:
        await page.join()
        await here.start()
        await page.until_state("in_call")
        await page.post("call/hold", on=True)
        await until(lambda: _equal(contexts(here), {"minidialer-held", "minidialer-agent-held"}))
        assert (await page.view())["form"]["on_hold"]
        await page.post("call/hold", on=False)
        await until(lambda: _has(contexts(here), "minidialer-join" + ("-once" if connection == "ring" else "")))
        await page.post("call/digit", digit="5")
        await page.post("call/hang-up")
        await page.until_state("wrap_up")
        await page.save()
        view = await page.until_state("in_call")
        assert view["form"]["number"] == SECOND
        await page.post("call/hold", on=True)
        await asyncio.sleep(0.5)
        await here.lab.carrier.hang_up_everybody() if connection == "ring" else await page.post("call/hang-up")
        await page.until_state("wrap_up")
        await page.save()
        await page.until_state("ready", "paused")


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
async def test_a_transfer_frees_the_agent_and_the_customer_talks_on(here: Site, connection: str) -> None:
    await here.set_up(FIRST, SECOND, agent_connection=connection)
    async with page_of(here) as page:
        await page.join()
        await here.start()
        await page.until_state("in_call")
        await page.post("call/transfer", refused=True, target="+48700123456")
        await page.post("call/transfer", refused=True, target="1001")
        await page.post("call/transfer", target="1002")
        await page.until_state("wrap_up")
        await until(lambda: _has(contexts(here), "minidialer-transfer"))
        assert 14_000 < await seconds_left(here, "minidialer-transfer") <= 14_400, "nobody else would ever end it"
        line = await here.outcome(FIRST)
        assert (line.outcome, line.detail) == ("answered", "transferred to 1002")
        await page.save()
        view = await page.until_state("in_call")
        assert view["form"]["number"] == SECOND
        assert "minidialer-transfer" in await contexts(here), "the transferred customer still talks"


async def _equal(asked: Any, wanted: set[str]) -> bool:
    return bool(await asked == wanted)


async def _has(asked: Any, wanted: str) -> bool:
    return wanted in await asked


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
async def test_click_to_call_a_private_lead(here: Site, connection: str) -> None:
    """Manual private leads: the dialer leaves them to their owner, whose phone is called first."""
    await here.set_up(FIRST, private_leads="manual", agent_connection=connection)
    async with page_of(here) as page:
        await page.join()
        await here.start()
        await page.until_state("in_call")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        await page.post("call/hang-up")
        await page.until_state("wrap_up")
        await page.save("mine later", callback_at=f"{tomorrow:%Y-%m-%dT%H:%M}")
        await page.until_state("ready")
        (line,) = (await page.get("connections"))["lines"]
        assert (line["number"], line["kind"]) == (FIRST, "private")
        await page.post("leave")
        await page.until_state("paused")
        await page.post(f"leads/{line['lead_id']}/call", campaign_id=line["campaign_id"])
        view = await page.until_state("in_call")
        assert view["form"]["number"] == FIRST
        (first, second) = await here.history(FIRST)
        assert (first.disposition, second.agent) == ("mine later", "1001")
        await page.post("call/hang-up")
        await page.until_state("wrap_up")
        await page.save()
        view = await page.until_state("paused")
        assert (view["reason"], view["campaign"]) == ("not_joined", "")
        assert (await page.get("connections"))["lines"] == []


async def test_a_busy_customer_called_by_hand(here: Site) -> None:
    await here.lab.carrier.force(FIRST, Behaviour.BUSY, ring=0.2)
    await here.set_up(FIRST, pacing_mode="manual")
    await here.start()
    async with page_of(here) as page:
        (campaign,) = (await page.get("connections"))["campaigns"]
        await page.post("leads/take", campaign_id=campaign["id"], count=1)
        (line,) = (await page.get("connections"))["lines"]
        await page.post(f"leads/{line['lead_id']}/call", campaign_id=campaign["id"])
        assert (await here.outcome(FIRST)).outcome == "busy"
        await page.until_state("paused")
        assert (await here.lead(FIRST)).state == "retry"
        await until(lambda: _equal(contexts(here), set()))


async def test_a_call_survives_a_restart_with_session_and_draft(here: Site) -> None:
    await here.set_up(FIRST)
    async with page_of(here) as page:
        await page.join()
        await here.start()
        form = (await page.until_state("in_call"))["form"]
        await page.post(
            f"forms/{form['attempt_id']}/draft", disposition_id=None, callback_at="", notes="half a sen", fields={}
        )
        await page.post("call/hold", on=True)
        await here.daemon.kill()
        await here.daemon.start()
        async with here.connected():
            await here.linked()
            await until(page.answers, lambda: "the pages are back")
            view = await page.until_state("in_call")
            assert view["form"]["draft"]["notes"] == "half a sen"
            assert view["form"]["on_hold"]
            await page.post("call/hold", on=False)
            await until(lambda: _has(contexts(here), "minidialer-join"))
            await page.post("call/hang-up")
            await page.until_state("wrap_up")
            await page.save()
