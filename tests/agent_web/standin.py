"""A daemon of one agent in memory: for what happens between it and the browser. The real one has tests of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from minidialer.agent_web.services import (
    CallForm,
    Calling,
    CampaignChoice,
    Connections,
    Draft,
    Ended,
    LeadLine,
    PastAttempt,
    Seat,
    SeatView,
    SignedIn,
    Statistics,
    Today,
)
from minidialer.domain.disposition import Disposition
from minidialer.domain.sentence import RefusedError, Sentence, sentence

PASSWORD = "right horse"
DISPOSITIONS = (
    Disposition(1, "sprzedaż", success=True, position=1),
    Disposition(2, "zrezygnował", position=2),
    Disposition(3, "zadzwoń później", asks_callback=True, position=3),
    Disposition(4, "mój klient", private=True, asks_callback=True, position=4),
    Disposition(5, "nie dzwonić", do_not_call=True, position=5),
)
CAMPAIGNS = (
    CampaignChoice(7, "Wiosna", running=True, joined=False, nailed_up=True),
    CampaignChoice(8, "Jesień", running=False, joined=False, nailed_up=False),
)
FIELDS = {
    "imię": "Zażółć",
    "nazwisko": "Gęśla",
    "miasto": "Łódź",
    "umowa": "A/17/2026",
    "uwagi z importu": "Prosi o telefon po południu; rozmawiać z żoną, nie wspominać o poprzedniej ofercie.",
}


def a_form(attempt_id: int = 7300000000001, **changes: Any) -> CallForm:
    """A form as the daemon would open it."""
    now = datetime.now(UTC)
    form = CallForm(
        attempt_id=attempt_id,
        number="+48600100200",
        name="Zażółć Gęśla",
        campaign="Wiosna",
        lead_list="Łódź 2026",
        talking=True,
        on_hold=False,
        connected_at=now,
        fields=FIELDS,
        editable=frozenset({"imię", "nazwisko", "miasto", "uwagi z importu"}),
        notes="",
        script="Dzień dobry, czy rozmawiam z panem Zażółć Gęśla?\n\nDzwonię w sprawie umowy A/17/2026.",
        history=(
            PastAttempt(now - timedelta(days=2), "no_answer", "", "", ""),
            PastAttempt(now - timedelta(days=1), "answered", "Ola", "zadzwoń później", "Woli wieczorem."),
        ),
        dispositions=DISPOSITIONS,
        autosave=True,
        draft=None,
        suggested_callback=now.replace(second=0, microsecond=0) + timedelta(days=1),
        saved=False,
        wrap_up_ends_at=None,
        default_disposition="",
        transfer_targets=("200", "recepcja"),
    )
    return replace(form, **changes)


class StandIn:
    """Implements Services. Tests set `state` and so on by `change`; `calls` records what was asked for."""

    def __init__(self) -> None:
        self.tabs = frozenset({"dialer", "connections", "statistics"})
        self.language = ""
        self.tokens: dict[str, str] = {}  # token -> "" while it is good, else why it ended
        self.calls: list[tuple[Any, ...]] = []
        self.addresses: list[str] = []
        self.refuse: dict[str, Sentence] = {}
        self.failures: list[Exception] = []  # of the next views
        self.warning: Sentence | None = None
        self.delay = 0.0
        self.lines: list[LeadLine] = []
        self.watching = 0
        self.silences: list[float] = []
        self._condition = asyncio.Condition()
        self._view = SeatView(
            version=1,
            state="paused",
            reason="not_joined",
            since=datetime.now(UTC),
            after_call="",
            campaign="",
            phone="down",
            campaigns=CAMPAIGNS,
            pause_reasons=("break", "lunch", "szkolenie"),
            today=Today(3, 754, 1),
            form=None,
        )

    async def change(self, **changes: Any) -> None:
        """Something happened."""
        async with self._condition:
            self._view = replace(self._view, version=self._view.version + 1, **changes)
            self._condition.notify_all()

    async def ready(self) -> None:
        await self.change(state="ready", reason="", campaign="Wiosna", phone="idle", since=datetime.now(UTC), form=None)

    async def connect(self, **form: Any) -> CallForm:
        """A customer is connected."""
        opened = a_form(**form)
        await self.change(state="in_call", reason="", campaign="Wiosna", since=datetime.now(UTC), form=opened)
        return opened

    async def customer_hangs_up(self) -> None:
        assert self._view.form is not None
        await self.change(
            state="wrap_up", since=datetime.now(UTC), form=replace(self._view.form, talking=False, on_hold=False)
        )

    @property
    def form(self) -> CallForm:
        assert self._view.form is not None
        return self._view.form

    async def end(self, why: str) -> None:
        """Every session ends."""
        async with self._condition:
            self.tokens = {token: self.tokens[token] or why for token in self.tokens}
            self._condition.notify_all()

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of a method."""
        return [call[1:] for call in self.calls if call[0] == name]

    async def until(self, reached: Callable[[], bool], what: str = "it happens", limit: float = 30) -> None:
        try:
            async with asyncio.timeout(limit):
                while not reached():  # noqa: ASYNC110  # the condition is of many places
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"waited {limit:g} s until {what}: {self.calls}") from None

    # -- Services ------------------------------------------------------------------------------------------------

    async def sign_in(self, login: str, password: str, address: str) -> SignedIn:
        self.addresses.append(address)
        if password != PASSWORD:
            raise RefusedError("Account or password is wrong: type them again.")
        await self.end("taken_over")
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = ""
        return SignedIn(token, await self.seat(token))

    async def seat(self, token: str) -> Seat:
        self._check(token)
        return Seat(1, "1001", "Ola Kowalska", self.language, "Europe/Warsaw", self.tabs)

    async def sign_out(self, token: str) -> None:
        await self._asked("sign_out", token)
        if self._view.form is None:
            await self.end("signed_out")

    async def view(self, token: str) -> SeatView:
        self._check(token)
        if self.failures:
            raise self.failures.pop(0)
        return self._view

    async def changes(self, token: str) -> AsyncIterator[int]:
        seen = 0
        self.watching += 1
        try:
            while True:
                async with self._condition:
                    while seen == self._view.version and not self.tokens[token]:
                        await self._condition.wait()
                    seen = self._view.version
                self._check(token)
                yield seen
        finally:
            self.watching -= 1

    async def was_silent(self, token: str, seconds: float) -> None:
        self.silences.append(seconds)

    async def join(self, token: str, campaign_id: int) -> None:
        await self._asked("join", token, campaign_id)
        await self.ready()

    async def leave(self, token: str) -> None:
        await self._asked("leave", token)
        await self.change(state="paused", reason="not_joined", campaign="", since=datetime.now(UTC))

    async def pause(self, token: str, reason: str) -> None:
        await self._asked("pause", token, reason)
        if self._view.form is not None:
            await self.change(after_call="pause")
        else:
            await self.change(state="paused", reason=reason, since=datetime.now(UTC))

    async def resume(self, token: str) -> None:
        await self._asked("resume", token)
        if self._view.after_call:
            await self.change(after_call="")
        else:
            await self.ready()

    async def hang_up(self, token: str) -> None:
        await self._asked("hang_up", token)
        if self._view.form is not None:
            await self.customer_hangs_up()
        else:
            await self.change(calling=None, state="paused", reason="break")

    async def hold(self, token: str, on: bool) -> None:
        await self._asked("hold", token, on)
        await self.change(form=replace(self.form, on_hold=on))

    async def transfer(self, token: str, target: str) -> None:
        await self._asked("transfer", token, target)
        await self.customer_hangs_up()

    async def send_digit(self, token: str, digit: str) -> None:
        await self._asked("send_digit", token, digit)

    async def keep_draft(self, token: str, attempt_id: int, draft: Draft) -> None:
        await self._asked("keep_draft", token, attempt_id, draft)
        self._own(attempt_id)
        await self.change(form=replace(self.form, draft=draft))

    async def check_callback(self, token: str, attempt_id: int, at: datetime) -> Sentence | None:
        await self._asked("check_callback", token, attempt_id, at)
        self._own(attempt_id)
        return self.warning

    async def save(
        self,
        token: str,
        attempt_id: int,
        *,
        disposition_id: int,
        callback_at: datetime | None,
        notes: str,
        fields: Mapping[str, str],
    ) -> None:
        await self._asked("save", token, attempt_id, disposition_id, callback_at, notes, dict(fields))
        self._own(attempt_id)
        if self.form.talking:
            await self.change(form=replace(self.form, saved=True))
        else:
            await self.ready()

    async def connections(self, token: str, search: str) -> Connections:
        await self._asked("connections", token, search)
        found = [line for line in self.lines if search in line.name + line.number]
        return Connections(found, 5, CAMPAIGNS)

    async def take_leads(self, token: str, campaign_id: int, count: int) -> int:
        await self._asked("take_leads", token, campaign_id, count)
        self.lines += [LeadLine(900, "+48600100900", "Nowy", "handed_out", None, campaign_id, "Wiosna", None)]
        return 1

    async def release(self, token: str, lead_id: int) -> None:
        await self._asked("release", token, lead_id)
        self.lines = [line for line in self.lines if line.lead_id != lead_id]

    async def call(self, token: str, lead_id: int, campaign_id: int) -> None:
        await self._asked("call", token, lead_id, campaign_id)
        await self.change(state="reserved", reason="", calling=Calling(lead_id, "+48600100300", "phone"))

    async def statistics(self, token: str, first: date, last: date) -> Statistics:
        await self._asked("statistics", token, first, last)
        return Statistics(
            first=first,
            last=last,
            logged_in=7200,
            ready=1800,
            talk=3000,
            wrap_up=900,
            reserved=60,
            paused={"break": 600, "lunch": 840},
            calls=22,
            dispositions=list(zip(DISPOSITIONS, (4, 15, 3), strict=False)),
            successes=4,
        )

    # -- inside --------------------------------------------------------------------------------------------------

    def _check(self, token: str) -> None:
        why = self.tokens.get(token, "unknown")
        if why:
            raise Ended(why)

    async def _asked(self, name: str, token: str, *arguments: Any) -> None:
        self._check(token)
        self.calls.append((name, *arguments))
        if self.delay:
            await asyncio.sleep(self.delay)
        if name in self.refuse:
            refused = self.refuse[name]
            raise RefusedError(refused.template, **refused.values)

    def _own(self, attempt_id: int) -> None:
        if self._view.form is None or self._view.form.attempt_id != attempt_id:
            raise RefusedError("This form is not open any more: it was saved, or its call is long over.")


OUTSIDE_WINDOW = sentence("That is outside the calling window of {campaign}.", campaign="Wiosna")
