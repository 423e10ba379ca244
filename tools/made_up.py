"""A bicycle workshop that does not exist: its customers, and what one of its agents did in the last days.

The numbers are of a block that the Polish numbering plan has for mobiles and no operator uses. The work of past days
goes into the store as the daemon would have written it; nothing else of what the pictures show is made so.
"""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models.dispositions import DispositionAdd
from minidialer.domain.agent import AgentState, PauseReason
from minidialer.domain.attempt import AttemptState
from minidialer.domain.lead import LeadState
from minidialer.domain.outcome import Outcome
from minidialer.store import schema
from minidialer.store.attempt_ids import new_ids

CAMPAIGN, LEAD_LIST = "Przeglądy wiosenne", "Klienci serwisu"
AGENT, OTHER_AGENT = "Ola Kowalska", "Tomasz Lis"
SCRIPT = (
    "Dzień dobry, Ola Kowalska z serwisu Dwa Kółka. Czy rozmawiam z {Imię} {Nazwisko}?\n\n"
    "Minął rok od przeglądu: {Rower}. Do końca miesiąca przegląd kosztuje 149 zł, a rower odbieramy spod drzwi."
)
DISPOSITIONS = (
    DispositionAdd(name="umówiony", success=True),
    DispositionAdd(name="zadzwoń później", asks_callback=True),
    DispositionAdd(name="nie teraz"),
    DispositionAdd(name="mój klient", private=True, asks_callback=True),
    DispositionAdd(name="nie dzwonić", do_not_call=True),
)
_WEIGHTS = {"umówiony": 5, "nie teraz": 12, "nie dzwonić": 1}
_HEADINGS = ("Telefon", "Imię", "Nazwisko", "Miasto", "Rower", "Ostatni przegląd")
_HERO = ("Małgorzata", "Wiśniewska", "Łódź", "Turystyczny 28″, zielony", "12 kwietnia")
_FIRST = ("Anna", "Piotr", "Łukasz", "Żaneta", "Stanisław", "Zofia", "Jakub", "Elżbieta", "Michał", "Świętosława")
_LAST = ("Nowak", "Wójcik", "Kowalczyk", "Gżegżółka", "Mazur", "Źródlak", "Kaczmarek", "Wróbel", "Sikora", "Pająk")
_CITIES = ("Łódź", "Pabianice", "Zgierz", "Aleksandrów Łódzki", "Konstantynów")
_BICYCLES = ("Miejski 26″, kremowy", "Górski 29″, czarny", "Szosowy, czerwony", "Trekking 28″, granatowy", "Składak")


def number(index: int) -> str:
    """E.164."""
    return f"+48451{(index + 17) * 7919 % 1_000_000:06d}"


HERO = number(0)


def write_leads(path: Path, count: int) -> None:
    """The file the workshop imports; the first customer is always the same."""
    dice = random.Random(1)  # noqa: S311  # pictures are the same each time
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(_HEADINGS)
        rows.writerow((HERO, *_HERO))
        for index in range(1, count):
            names = dice.choice(_FIRST), dice.choice(_LAST)
            last = f"{dice.randint(1, 28)} maja"
            rows.writerow((number(index), *names, dice.choice(_CITIES), dice.choice(_BICYCLES), last))


@dataclass(frozen=True)
class Past:
    """Writes what an agent did. Leads are taken in the order of import, from `first` on."""

    conn: AsyncConnection
    agent_id: int
    campaign_id: int
    list_id: int
    dispositions: dict[str, int]

    async def write(self, now: datetime) -> None:
        """Three days of work up to a moment ago. Callbacks are due, the first customer's before all others."""
        dice = random.Random(2)  # noqa: S311
        leads = itertools.count(2)
        for days, hours in ((2, 6.5), (1, 7.0), (0, 3.4)):
            begins = now - timedelta(days=days, hours=hours)
            await self._day(begins, begins + timedelta(hours=hours, minutes=-2), leads, dice)
        mine, later, ago = "mój klient", "zadzwoń później", timedelta(minutes=1)
        soon = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1, hours=1)
        note = "Wymiana napędu, czeka na cenę."
        await self._talk(next(leads), now - 1800 * ago, 190, mine, callback_at=soon, notes=note)
        await self._talk(next(leads), now - 3060 * ago, 240, mine, callback_at=now - 12 * ago)
        await self._talk(next(leads), now - 1620 * ago, 75, later, callback_at=now - 35 * ago)
        for minutes in (30, 25, 5):
            await self._talk(next(leads), now - 120 * ago, 64, later, callback_at=now - minutes * ago)
        await self._attempt(1, now - timedelta(days=9, minutes=140), Outcome.NO_ANSWER)
        note = "Rower jest u syna, prosi o telefon za dwa dni."
        await self._talk(1, now - 2910 * ago, 48, later, callback_at=now - 50 * ago, notes=note)

    async def _day(self, begins: datetime, ends: datetime, leads: Iterator[int], dice: random.Random) -> None:
        """Waiting, talk, wrap-up, over and over, with a break and a training between."""
        pauses = {6: ("break", 14), 13: ("training", 25), 19: ("lunch", 31)}
        at = await self._span(AgentState.PAUSED, begins, 75, PauseReason.NOT_JOINED)
        at = await self._span(AgentState.PAUSED, at, 9, PauseReason.CALLING_PHONE)
        for serial in range(1000):
            if at >= ends:
                break
            if serial in pauses:
                reason, minutes = pauses[serial]
                at = await self._span(AgentState.PAUSED, at, minutes * 60, reason)
            at = await self._span(AgentState.READY, at, dice.uniform(8, 50))
            talk = dice.uniform(35, 420)
            chosen = dice.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
            await self._talk(next(leads), at, talk, chosen)
            at = await self._span(AgentState.IN_CALL, at, talk)
            at = await self._span(AgentState.WRAP_UP, at, dice.uniform(6, 55))
        await self._span(AgentState.LOGGED_OUT, at, 60)

    async def _span(self, state: AgentState, at: datetime, seconds: float, reason: str = "") -> datetime:
        ended = at + timedelta(seconds=seconds)
        span = {"agent_id": self.agent_id, "state": state, "reason": reason, "started_at": at, "ended_at": ended}
        await self.conn.execute(sa.insert(schema.agent_state).values(span))
        return ended

    async def _talk(
        self,
        lead_id: int,
        at: datetime,
        seconds: float,
        disposition: str,
        *,
        callback_at: datetime | None = None,
        notes: str = "",
    ) -> None:
        """A talk and its form, and what that made of the lead."""
        chosen = self.dispositions[disposition]
        saved = {"disposition_id": chosen, "callback_at": callback_at, "notes": notes}
        await self._attempt(lead_id, at, Outcome.ANSWERED, seconds, **saved)
        change = {
            "state": LeadState.CALLBACK if callback_at is not None else LeadState.CLOSED,
            "attempts": 1,
            "due_at": callback_at,
            "owner_id": self.agent_id if disposition == "mój klient" else None,
            "do_not_call": disposition == "nie dzwonić",
            "disposition_id": chosen,
            "notes": notes,
        }
        await self.conn.execute(sa.update(schema.lead).where(schema.lead.c.id == lead_id).values(change))

    async def _attempt(
        self, lead_id: int, at: datetime, outcome: Outcome, seconds: float = 0.0, **saved: object
    ) -> None:
        ended = at + timedelta(seconds=seconds)
        talked = {"agent_id": self.agent_id, "answered_at": at, "connected_at": at, "saved_at": ended}
        lead = schema.lead.c
        number = (await self.conn.execute(sa.select(lead.number).where(lead.id == lead_id))).scalar_one()
        (attempt_id,) = await new_ids(self.conn, 1, at)
        row = {
            "id": attempt_id,
            "campaign_id": self.campaign_id,
            "lead_id": lead_id,
            "list_id": self.list_id,
            "number": number,
            "state": AttemptState.ENDED,
            "claimed_at": at - timedelta(seconds=12),
            "dialled_at": at - timedelta(seconds=12),
            "ended_at": ended,
            "state_since": ended,
            "outcome": outcome,
            "settled": True,
            **(talked if seconds else {}),
            **saved,
        }
        await self.conn.execute(sa.insert(schema.attempt).values(row))
