"""A robot agent who stays at the desk while the daemon comes and goes, and notes what the page said was saved."""

from __future__ import annotations

import asyncio
import itertools

from aiohttp import ClientError

from minidialer.lab.page_client import Json, PageClient, PageError
from minidialer.lab.robots import USUAL, Manners, Robot

from .ledger import Ledger, Saved, draft_text

_AGAIN = 0.3  # seconds until a person clicks once more


class PageAwayError(PageError):
    """Nobody answered: whether it was done, nobody knows."""


class PatientPage(PageClient):
    """A page whose daemon may be away."""

    async def post(self, path: str, **values: object) -> Json:
        """Raises PageAwayError when there was no answer."""
        try:
            return await super().post(path, **values)
        except (ClientError, ConnectionError, TimeoutError) as error:
            raise PageAwayError(str(error)) from error


class PatientRobot(Robot):
    """Types several drafts, saves until the page says it is saved, and clicks again when nothing comes back."""

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        campaign: str,
        seed: int,
        *,
        ledger: Ledger,
        manners: Manners = USUAL,
        comes_back: bool = False,
    ) -> None:
        super().__init__(url, login, password, campaign, seed, manners=manners, comes_back=comes_back)
        self._ledger = ledger
        self._serials = itertools.count(1)

    @property
    def joined(self) -> bool:
        """In the campaign, and calls may come."""
        return self._state() in ("ready", "reserved", "in_call", "wrap_up")

    @property
    def open_attempt(self) -> int | None:
        """The attempt whose form is to be filled in."""
        form = self._form()
        return int(form["attempt_id"]) if form is not None else None

    def _new_page(self, url: str) -> PageClient:
        return PatientPage(url)

    async def _type(self, form: Json) -> None:
        attempt = int(form["attempt_id"])
        for _ in range(self._dice.randint(1, 4)):
            serial = next(self._serials)
            draft: Json = {"disposition_id": None, "callback_at": "", "notes": draft_text(serial), "fields": {}}
            try:
                await self._page.post(f"forms/{attempt}/draft", **draft)
            except PageError:
                continue
            self._ledger.drafts[attempt] = serial
            await asyncio.sleep(self._dice.uniform(0.0, 0.3))

    async def _save(self, form: Json) -> None:
        attempt = int(form["attempt_id"])
        disposition = self._dice.choice(form["dispositions"])
        uncertain = False
        while True:
            notes = f"rozmowa z {form['number']}: {disposition['name']}"
            callback_at = form["callback_local"] if disposition["asks_callback"] else ""  # what the page offers
            try:
                await self._page.post(
                    f"forms/{attempt}/save",
                    disposition_id=disposition["id"],
                    callback_at=callback_at,
                    notes=notes,
                    fields={},
                )
            except PageAwayError:
                uncertain = True
                await asyncio.sleep(_AGAIN)
            except PageError as error:
                if "the store" in str(error).lower():  # it cannot be written now: a person clicks again
                    await asyncio.sleep(_AGAIN)
                    continue
                if "no disposition" in str(error).lower():  # a supervisor has just removed it: another will do
                    await asyncio.sleep(_AGAIN)
                    disposition = self._dice.choice((self._form() or form)["dispositions"])
                    continue
                if uncertain or attempt not in self._ledger.drafts:
                    return  # it had been done, and the answer was lost; or a kill undid the join itself
                raise
            else:
                self._ledger.saved[attempt] = Saved(self.login, disposition["name"], notes)
                return

    async def _try(self, path: str, **values: object) -> None:
        attempt = self.open_attempt
        if path == "call/hang-up" and attempt is not None:
            self._ledger.hung_up.add(attempt)
        await super()._try(path, **values)
