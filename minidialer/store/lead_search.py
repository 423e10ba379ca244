"""Leads searched and filtered, a page at a time, on lists of a million.

There is no index of the texts: every import and every saved form would pay for it, and dialling shares the store with
them. A search reads the list instead, in steps of some thousand leads, each a read of its own, and gives up its turn
after `BUDGET`: what it has found so far goes out with the place to go on from. SQLite compares; Python sees only what
matched, so that the daemon's loop goes on meanwhile. Numbers are read from their index alone, in the order of numbers.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from minidialer.domain.lead import LeadState

from .database import Database
from .leads import LeadRecord, record
from .schema import lead

BUDGET = 0.05  # seconds of looking in one call
_FIRST_STEP, _LONGEST_STEP = 1_000, 30_000  # leads
_SURE = 2  # letters without marks are enough to sort out by
_PHONE = re.compile(r"[\d\s+().,/-]*\d[\d\s+().,/-]*", re.ASCII)
_WITH_COUNTRY = 10  # digits, 00 included: fewer of them are more likely the middle of a number
# Letters that Polish and its neighbours write with marks.
_MARKED = "áàâäąāçćčéèêëęěėíìîïįłĺľñńňóòôöőõøřŕśšşťúùûüůűūųýÿźżž"
SearchIn = Literal["number", "text"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads of a list. `exhausted_by`: retries with more attempts than this are exhausted; None: none are.

    `state`: one of LeadState, `exhausted` or `do_not_call`; these do not overlap.
    """

    list_id: int
    search: str = ""
    search_in: SearchIn | None = None
    state: str | None = None
    exhausted_by: int | None = None
    disposition_id: int | None = None
    owner_id: int | None = None

    @property
    def searched(self) -> SearchIn | None:
        """What the search is compared with: digits are part of a number unless said otherwise."""
        if not self.search.strip():
            return None
        return self.search_in or ("number" if _PHONE.fullmatch(self.search.strip()) else "text")


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next`: where to go on, None at the end; `looked_at`: how many leads it took."""

    leads: list[LeadRecord]
    next: int | None
    looked_at: int


async def search(
    db: Database,
    wanted: Wanted,
    clock: Callable[[], float],
    *,
    after: int = 0,
    limit: int = 100,
    backwards: bool = False,
) -> Found:
    """Leads with keys above `after` (below it when `backwards`; 0: from the end), in the order of their keys.

    The key is the lead's id, or its number without the + when a number is searched for. clock: monotonic seconds.
    """
    scan = _Scan(wanted, backwards)
    deadline = clock() + BUDGET
    found: list[LeadRecord] = []
    place: int | None = after
    looked_at, step = 0, limit if scan.takes_all else _FIRST_STEP
    while place is not None and len(found) < limit:
        began = clock()
        if began > deadline:
            break
        rows, place, count = await scan.step(db, place, step, limit - len(found))
        found += rows
        looked_at += count
        step = _next_step(step, clock() - began)
    return Found(found[::-1] if backwards else found, place, looked_at)


def _next_step(step: int, took: float) -> int:
    """As many leads as take a small part of the budget, for the last step may begin when it is nearly used up."""
    if took < BUDGET / 8:
        return min(step * 2, _LONGEST_STEP)
    return max(step // 2, _FIRST_STEP) if took > BUDGET / 4 else step


class _Scan:
    """Goes through a list by its key, one step after another."""

    def __init__(self, wanted: Wanted, backwards: bool) -> None:
        self._by_number = wanted.searched == "number"
        self._backwards = backwards
        self._in_list = sa.and_(lead.c.list_id == wanted.list_id, *_bounds(wanted))
        self._conditions = _conditions(wanted)
        self._key: sa.Column[str] | sa.Column[int] = lead.c.number if self._by_number else lead.c.id
        self._order = self._key.desc() if backwards else self._key.asc()

    @property
    def takes_all(self) -> bool:
        """Nothing is left out, so a step of a page's length is a page."""
        return not self._conditions

    async def step(self, db: Database, place: int, step: int, room: int) -> tuple[list[LeadRecord], int | None, int]:
        """At most `room` leads out of the next `step`; the place after them (None: the end); how many were passed."""
        beyond = self._beyond(place)
        keys = sa.select(self._key).where(self._in_list, *beyond).order_by(self._order)
        async with db.read() as conn:
            last = (await conn.execute(keys.limit(1).offset(step - 1))).scalar()
            within = [*beyond, *([self._up_to(last)] if last is not None else [])]
            query = sa.select(lead).where(self._in_list, *within, *self._conditions).order_by(self._order).limit(room)
            rows = (await conn.execute(query)).all()
            if len(rows) == room and (last is None or self._of(rows[-1]) != last):
                last = self._of(rows[-1])
                passed = sa.select(sa.func.count()).where(self._in_list, *beyond, self._up_to(last)).select_from(lead)
                count = (await conn.execute(passed)).scalar_one()
            elif last is None:
                rest = sa.select(sa.func.count()).where(self._in_list, *beyond).select_from(lead)
                count = (await conn.execute(rest)).scalar_one()
            else:
                count = step
        return [record(row) for row in rows], self._place(last), count

    def _beyond(self, place: int) -> list[sa.ColumnElement[bool]]:
        if place == 0:
            return []
        key = f"+{place}" if self._by_number else place
        return [self._key < key if self._backwards else self._key > key]

    def _up_to(self, last: object) -> sa.ColumnElement[bool]:
        return self._key >= last if self._backwards else self._key <= last

    def _of(self, row: sa.Row[tuple[object, ...]]) -> object:
        return row.number if self._by_number else row.id

    def _place(self, key: object) -> int | None:
        return None if key is None else int(str(key).removeprefix("+"))


def _bounds(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Of a number whose beginning is known: it was typed with + or 00."""
    if wanted.searched != "number":
        return []
    typed = wanted.search.strip()
    digits = _digits(typed)
    if not typed.startswith("+") and not (digits.startswith("00") and len(digits) >= _WITH_COUNTRY):
        return []
    beginning = "+" + (digits if typed.startswith("+") else digits[2:])
    return [lead.c.number >= beginning, lead.c.number < beginning + ":"]  # the sign after 9


def _digits(typed: str) -> str:
    return "".join(re.findall(r"\d", typed, re.ASCII))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.searched == "number" and not _bounds(wanted):
        digits = _digits(wanted.search)
        conditions.append(sa.func.instr(lead.c.number, digits) > 0 if digits else sa.false())
    elif wanted.searched == "text":
        conditions += _text_holds(unicodedata.normalize("NFC", " ".join(wanted.search.split())))
    if wanted.state is not None:
        conditions += _of_kind(wanted.state, wanted.exhausted_by)
    if wanted.disposition_id is not None:
        conditions.append(lead.c.disposition_id == wanted.disposition_id)
    if wanted.owner_id is not None:
        conditions.append(lead.c.owner_id == wanted.owner_id)
    return conditions


def _of_kind(kind: str, exhausted_by: int | None) -> list[sa.ColumnElement[bool]]:
    """As the counts of a list have them: who must not be called is of no other kind."""
    if kind == "do_not_call":
        return [lead.c.do_not_call]
    exhausted = kind == "exhausted"
    conditions = [~lead.c.do_not_call, lead.c.state == LeadState("retry" if exhausted else kind)]
    if exhausted:
        conditions.append(lead.c.attempts > exhausted_by if exhausted_by is not None else sa.false())
    elif kind == "retry" and exhausted_by is not None:
        conditions.append(lead.c.attempts <= exhausted_by)
    return conditions


def _text_holds(text: str) -> list[sa.ColumnElement[bool]]:
    """Part of the notes or of a field's value, whatever its case and its marks.

    LIKE alone would know case for ASCII only and no marks, GLOB alone is five times slower: so LIKE sorts out, with any
    letter where marks are possible, and over the JSON as it stands; GLOB, on each value by itself, has the last word.
    Where marks are possible nearly everywhere (“anna”), it has the first one, too.
    """
    glob = "*" + "".join(map(_any_form, text)) + "*"
    fields = sa.type_coerce(lead.c.fields, sa.Text)
    value = sa.func.json_each(lead.c.fields).table_valued("value", name="field").c.value
    in_fields = sa.exists(sa.select(sa.literal(1)).where(value.op("GLOB")(glob)))
    exact = sa.or_(lead.c.notes.op("GLOB")(glob), in_fields)
    # In JSON a quotation mark and a backslash are written with another sign before them.
    piece = max(re.split(r'["\\]', text), key=len)
    rough = "".join("_" if _is_varying(sign) or sign in "%_" else sign for sign in piece).strip("_")
    if len(rough.replace("_", "")) >= _SURE:
        return [sa.or_(fields.like(f"%{rough}%"), lead.c.notes.like(f"%{rough}%")), exact]
    in_json = fields.op("GLOB")(f"*{''.join(map(_any_form, piece))}*")
    return [sa.or_(in_json, lead.c.notes.op("GLOB")(glob)), exact]


def _base(sign: str) -> str:
    """The letter without its mark, in lower case."""
    return unicodedata.normalize("NFD", sign.lower().replace("ł", "l").replace("ø", "o"))[:1]


def _is_varying(sign: str) -> bool:
    return not sign.isascii() or sign.lower() in _FORMS


_FORMS = {
    base: "".join(sign + sign.upper() for sign in _MARKED if _base(sign) == base and len(sign.upper()) == 1)
    for base in dict.fromkeys(map(_base, _MARKED))
}


def _any_form(sign: str) -> str:
    """A class of GLOB: the letter in both cases, with and without a mark."""
    base = _base(sign)
    if base in _FORMS:
        return f"[{base}{base.upper()}{_FORMS[base]}]"
    forms = {form for form in (sign, sign.lower(), sign.upper()) if len(form) == 1}
    return f"[{''.join(sorted(forms))}]" if len(forms) > 1 or sign in "*?[" else sign
