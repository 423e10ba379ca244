"""Leads of the lists there are, made up as they are asked for: a million of them take no room."""

from datetime import timedelta

from minidialer.control.models import leads
from minidialer.control.models.base import Count
from minidialer.control.models.leads import HistoryLine, Lead, LeadDetail, LeadsFound, LeadsSearch

from .world import HOSTILE, NOON, World

_PEOPLE = ("Anna Kowalska", "Jan Nowak", "Łucja Żółć", "Piotr Wiśniewski")
_STATES: tuple[leads.State, ...] = ("fresh", "fresh", "retry", "closed", "callback", "exhausted", "live")
STEP = 3_000  # leads looked at in one call of a search


def made_up(number: int, lead_list: str) -> Lead:
    """The lead of this id."""
    state = _STATES[number % len(_STATES)]
    return Lead(
        id=number,
        number=f"+48{500_000_000 + number}",
        lead_list=lead_list,
        fields={"imię": _PEOPLE[number % 4], "firma": f"Zakład {number}", "miasto": "Łódź"},
        state=state,
        attempts=0 if state == "fresh" else number % 5,
        due_at=NOON if state == "callback" else None,
        owner="anna" if number % 10 == 4 else None,
        do_not_call=number % 50 == 0,
        disposition="sold" if state == "closed" else None,
        notes="prosi o ofertę" if number % 9 == 0 else "",
    )


class Leads:
    """`changed`: leads that are not as they were made up, by id."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.changed: dict[int, Lead] = {}
        self.history: list[HistoryLine] = []

    def lead(self, number: int, lead_list: str = "Stara baza") -> Lead:
        """As it is now."""
        return self.changed.get(number) or made_up(number, lead_list)

    def page(self, asked: LeadsSearch) -> LeadsFound:
        """As the daemon answers: some way through the list, forwards or backwards."""
        count = next(one.leads for one in self.world.lists if one.name == asked.lead_list)
        step, looked_at = (-1 if asked.backwards else 1), 0
        found: list[Lead] = []
        place = (asked.after or (count + 1 if asked.backwards else 0)) + step
        while 1 <= place <= count and len(found) < asked.limit and looked_at < STEP:
            lead = self.lead(place, asked.lead_list)
            if _wanted(lead, asked):
                found.append(lead)
            looked_at += 1
            place += step
        return LeadsFound(
            leads=found[::step],
            next=place - step if 1 <= place <= count else None,
            looked_at=looked_at,
            searched=None if not asked.search else "number" if asked.search.isdigit() else "text",
        )

    def edit(self, asked: leads.LeadEdit) -> LeadDetail:
        """Changed as asked."""
        lead = self.lead(asked.id)
        given = asked.model_dump(exclude_unset=True, exclude={"id", "fields"})
        changes = {name: value or None if name in ("owner", "disposition") else value for name, value in given.items()}
        fields = {**lead.fields, **(asked.fields or {})}
        kept = {name: value for name, value in fields.items() if value is not None}
        self.changed[asked.id] = lead.model_copy(update={**changes, "fields": kept})
        return self.show(leads.LeadKey(id=asked.id))

    def show(self, asked: leads.LeadKey) -> LeadDetail:
        """With its history."""
        return LeadDetail(
            lead=self.lead(asked.id), history=self.history, import_id=7, import_file="klienci.csv", imported_at=NOON
        )

    def mark(self, asked: leads.DoNotCall) -> Count:
        """Of the one lead, which is all that the tests look at."""
        for number in [asked.id] if asked.id is not None else [int((asked.number or "")[3:]) - 500_000_000]:
            self.changed[number] = self.lead(number).model_copy(update={"do_not_call": asked.on})
        return Count(count=1 if asked.id is not None else 3)


def _wanted(lead: Lead, asked: LeadsSearch) -> bool:
    kind = "do_not_call" if lead.do_not_call else lead.state
    text = " ".join((lead.notes, *lead.fields.values())).lower()
    return (
        asked.state in (None, kind)
        and asked.disposition in (None, lead.disposition)
        and (asked.search in lead.number or asked.search.lower() in text)
    )


def add_leads(world: World) -> Leads:
    """Leads can be browsed, searched, changed and marked; one of them has been called."""
    made = Leads(world)
    made.changed[2] = made_up(2, "Stara baza").model_copy(update={"fields": {"imię": HOSTILE, HOSTILE: "x"}})
    made.history = [_attempt(1, "no_answer", None), _attempt(2, "busy", None), _attempt(3, "answered", "anna")]
    world.on(leads.PAGE, made.page)
    world.on(leads.SHOW, made.show)
    world.on(leads.EDIT, made.edit)
    world.on(leads.DO_NOT_CALL, made.mark)
    return made


def _attempt(number: int, outcome: str, agent: str | None) -> HistoryLine:
    at = NOON - timedelta(days=4 - number)
    return HistoryLine(
        attempt_id=number, number="+48500000001", lead_list="Stara baza", campaign="Wiosna", agent=agent,
        state="ended", outcome=outcome, cause=16 if agent else 17, claimed_at=at,
        answered_at=at + timedelta(seconds=9) if agent else None,
        connected_at=at + timedelta(seconds=10) if agent else None,
        ended_at=at + timedelta(seconds=105 if agent else 30),
        disposition="callback" if agent else None,
        callback_at=NOON + timedelta(days=1) if agent else None,
        notes="Zadzwonić po 15, żona odbiera.\nPytać o ofertę." if agent else "",
    )  # fmt: skip
