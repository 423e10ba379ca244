"""An agent who tries to have the dialer call what it should not, through the page and beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from minidialer.lab.page_client import Json, PageError

from .call_centre import CAMPAIGN, CallCentre
from .robot import PatientRobot

ABROAD, PREMIUM = ("+881612345678", "+18765550143", "+4930123456"), ("+48703123456", "+48801100200", "+979123456789")
NOT_TO_CALL = (*ABROAD, *PREMIUM)
NO_LEADS = ("+48600999888", "600999888", "0048600999888", "112")
INJECTED = (
    "+48600999887&PJSIP/+48600999886@carrier", "1002&PJSIP/+48600999886@carrier", "PJSIP/+48600999886@carrier",
    "1002\r\nAction: Originate\r\nChannel: PJSIP/+48600999886@carrier\r\nApplication: Wait\r\nData: 5",
    "${SHELL(id)}", "Local/+48600999886@minidialer-transfer", "../1002", "1002@carrier", "+48 600 999 886,30",
)  # fmt: skip
_LIMIT = 120.0  # seconds for a step: it is no promise
_LOOK = 0.1  # seconds


class Fraudster(PatientRobot):
    """It takes no calls of the dialer's. `accepted`: transfers nobody refused; `called`: numbers by hand."""

    def __init__(self, centre: CallCentre, login: str) -> None:
        super().__init__(
            centre.daemon.page_url, login, centre.passwords[login], CAMPAIGN, centre.plan.leads, ledger=centre.ledger
        )
        self.accepted: list[str] = []
        self.called: set[str] = set()

    async def defraud(self, clicks: int) -> None:
        """Everything once, and `clicks` leads called by hand, or as many as it is let."""
        self._page, self._view = self._new_page(self._url), {}
        async with self._page:
            await self._page.sign_in(self.login, self._password)
            async with asyncio.TaskGroup() as tasks:
                watcher = tasks.create_task(self._watch(), name=f"page of {self.login}")
                async with asyncio.timeout(_LIMIT):
                    await self._until(lambda: self._choice() is not None)
                await self._click(clicks)
                watcher.cancel()
            await self._page.sign_out()

    async def _click(self, clicks: int) -> None:
        campaign = self._choice()
        await self._transfer()  # without a talk
        await self._asks("leads/take", campaign_id=campaign, count=clicks)
        for lead_id in (1, 2, 10**9):  # those of others, and none
            await self._asks(f"leads/{lead_id}/call", campaign_id=10**9)
        lines: list[Json] = (await self._page.get("connections"))["lines"]
        for line in sorted(lines, key=lambda item: item["number"] not in NOT_TO_CALL):
            if await self._asks(f"leads/{line['lead_id']}/call", campaign_id=line["campaign_id"]):
                self.called.add(line["number"])
                await self._through_the_call()
            await self._asks(f"leads/{line['lead_id']}/release")

    async def _through_the_call(self) -> None:
        """Until it is over: in a talk, it tries to send the customer on."""
        async with asyncio.timeout(_LIMIT):
            await self._see(lambda: self._view.get("calling") is None)
            if (form := self._form()) is None:
                return
            await self._transfer()
            await self._asks("call/digit", digit="1,PJSIP/+48600999886")
            if self._state() == "in_call":
                await self._try("call/hang-up")
            await self._see(lambda: self._state() != "in_call")
            await self._save(form)
            await self._see(lambda: self._form() is None)

    async def _see(self, reached: Callable[[], bool]) -> None:
        """Look until it is so: what the page is sent by itself may leave out a call that was over at once."""
        while True:
            self._view = await self._page.get("view")
            if reached():
                return
            await asyncio.sleep(_LOOK)

    async def _transfer(self) -> None:
        for target in (*NOT_TO_CALL, *NO_LEADS, *INJECTED):
            if await self._asks("call/transfer", target=target):
                self.accepted.append(f"a transfer to {target!r}")

    async def _asks(self, path: str, **values: Any) -> bool:
        """Was it done?"""
        try:
            await self._page.post(path, **values)
        except PageError:
            return False
        return True
