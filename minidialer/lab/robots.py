"""Robot agents: they log in, join, talk, hang up, pause and save dispositions, through the pages people use."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .page_client import Json, PageClient, PageError

log = logging.getLogger(__name__)

WITH_FORM = frozenset({"in_call", "wrap_up"})
CALLBACK_IN = (20, 600)  # seconds from the Save to the agreed time
COMES_BACK = 5.0  # seconds after it was logged out or refused something


@dataclass(frozen=True, slots=True)
class Manners:
    """How robots work: shares of their talks, and the range of seconds a form takes after the talk."""

    hangs_up: float = 0.3  # before the customer does
    saves_early: float = 0.1  # during the talk
    typing: tuple[float, float] = (0.1, 1.0)


USUAL = Manners()


class Robot:
    """One agent. The dice are its own, so that its choices do not depend on what the others do."""

    def __init__(
        self,
        url: str,
        login: str,
        password: str,
        campaign: str,
        seed: int,
        *,
        comes_back: bool = False,
        manners: Manners = USUAL,
    ) -> None:
        """`comes_back`: whom a supervisor logs out or takes something away logs in again, as people do."""
        self.login = login
        self._url = url
        self._comes_back = comes_back
        self._manners = manners
        self._page: PageClient
        self._password = password
        self._campaign = campaign
        self._dice = random.Random(f"{seed}:{login}")  # noqa: S311 — a run has to be repeatable
        self._view: Json = {}
        self._changed = asyncio.Event()
        self._over = False

    def end_shift(self) -> None:
        """Log out as soon as no form is open."""
        self._over = True
        self._changed.set()

    async def work(self) -> None:
        """One shift: join as soon as the campaign runs. Raises PageError when it is refused something."""
        while not self._over:
            try:
                await self._present()
            except* PageError as refused:
                if not self._comes_back:
                    raise
                log.info("robot %s: %s", self.login, refused.exceptions[0], extra={"action": "robot.away"})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._until(lambda: self._over), COMES_BACK)

    async def _present(self) -> None:
        """From the log-in to the log-out."""
        self._page, self._view = self._new_page(self._url), {}
        async with self._page:
            await self._page.sign_in(self.login, self._password)
            async with asyncio.TaskGroup() as tasks:
                watcher = tasks.create_task(self._watch(), name=f"page of robot {self.login}")
                await self._until(lambda: self._over or self._choice() is not None)
                if not self._over:
                    await self._page.post("join", campaign_id=self._choice())
                    await self._take_calls()
                watcher.cancel()
            await self._page.sign_out()

    def _new_page(self, url: str) -> PageClient:
        return PageClient(url)

    async def _watch(self) -> None:
        async for view in self._page.views():
            self._view = view
            self._changed.set()

    async def _take_calls(self) -> None:
        while True:
            await self._until(lambda: self._over or self._form() is not None or self._needs_a_hand())
            form = self._form()
            if form is not None:
                await self._take_call(form)
            elif self._over:
                return
            else:
                await asyncio.sleep(self._dice.uniform(0.5, 1.5))
                await self._try("resume")

    def _choice(self) -> int | None:
        """The campaign among those that may be joined."""
        campaigns: list[Json] = self._view.get("campaigns", [])
        return next((one["id"] for one in campaigns if one["name"] == self._campaign), None)

    def _state(self) -> str:
        return str(self._view.get("state", ""))

    def _form(self) -> Json | None:
        """The form to be filled in."""
        form: Json | None = self._view.get("form")
        return form if form is not None and not form["saved"] else None

    def _needs_a_hand(self) -> bool:
        return bool(self._view.get("call_phone_again"))

    async def _take_call(self, form: Json) -> None:
        attempt = form["attempt_id"]
        if self._dice.random() < self._manners.hangs_up:
            await self._hang_up_first()
        if self._dice.random() >= self._manners.saves_early:
            await self._until(lambda: self._state() != "in_call")
        await self._type(form)
        await asyncio.sleep(self._dice.uniform(*self._manners.typing))
        await self._save(form)
        await self._until(lambda: (self._form() or {}).get("attempt_id") != attempt)

    async def _hang_up_first(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._dice.uniform(1.0, 6.0)):
                await self._until(lambda: self._state() != "in_call")
        if self._state() == "in_call":
            await self._try("call/hang-up")

    async def _type(self, form: Json) -> None:
        """What the page does while an agent types."""
        draft: Json = {"disposition_id": None, "callback_at": "", "notes": "rozmowa z", "fields": {}}
        await self._try(f"forms/{form['attempt_id']}/draft", **draft)

    async def _save(self, form: Json) -> None:
        disposition = self._dice.choice(form["dispositions"])
        callback_at = ""
        if disposition["asks_callback"]:
            callback_at = (datetime.now(UTC) + timedelta(seconds=self._dice.randint(*CALLBACK_IN))).isoformat()
        await self._page.post(
            f"forms/{form['attempt_id']}/save",
            disposition_id=disposition["id"],
            callback_at=callback_at,
            notes=f"rozmowa z {form['number']}: {disposition['name']}",
            fields={},
        )

    async def _try(self, path: str, **values: object) -> None:
        """What a person would try, and not mind when it is too late for it."""
        with contextlib.suppress(PageError):
            await self._page.post(path, **values)

    async def _until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self._changed.clear()
            await self._changed.wait()


class Robots:
    """All robots of a campaign."""

    def __init__(
        self,
        url: str,
        passwords: dict[str, str],
        campaign: str,
        seed: int,
        *,
        come_back: bool = False,
        manners: Manners = USUAL,
    ) -> None:
        self._robots = [
            Robot(url, login, password, campaign, seed, comes_back=come_back, manners=manners)
            for login, password in passwords.items()
        ]

    async def work(self) -> None:
        """Everybody's shift; back when all have logged out."""
        async with asyncio.TaskGroup() as shifts:
            for robot in self._robots:
                shifts.create_task(robot.work(), name=f"robot {robot.login}")

    def end_shift(self) -> None:
        """Let everybody log out as soon as no form is open."""
        for robot in self._robots:
            robot.end_shift()
