"""What the live panel tells beyond the busy world: a number's lead and history, an agent's day."""

from datetime import timedelta
from typing import Any

from minidialer.control.models import leads, stats
from minidialer.control.models.watch import CampaignPanel

from .world import NOON, World
from .world_people import add_agents

FIELDS = {"imię": "Jan", "nazwisko": "Kowalski", "miasto": "Łódź", "produkt": "Abonament domowy 300 Mb/s"}


def add_live(world: World) -> None:
    """Agents can be ordered about; numbers have a lead and a history, agents a day."""
    add_agents(world)
    world.on(leads.FIND, lambda asked: leads.Leads(leads=[_lead(asked.number)]))
    world.on(leads.HISTORY, lambda asked: leads.History(number=asked.number, lines=_history(asked.number)))
    world.on(stats.AGENTS, lambda _: _day())


def set_panel(world: World, **changes: Any) -> CampaignPanel:
    """Wiosna's panel, changed; the only one, as the daemon sends it to who watches one campaign."""
    panel = world.snapshot.campaigns[0].model_copy(update=changes)
    world.snapshot = world.snapshot.model_copy(update={"campaigns": [panel]})
    return panel


def _lead(number: str) -> leads.Lead:
    return leads.Lead(
        id=7, number=number, lead_list="Klienci 2026", fields=FIELDS, state="live", attempts=2,
        disposition="callback", notes="Prosi o telefon po 12.",
    )  # fmt: skip


def _history(number: str) -> list[leads.HistoryLine]:
    def line(attempt_id: int, days: int, **more: Any) -> leads.HistoryLine:
        at = NOON - timedelta(days=days)
        return leads.HistoryLine(
            attempt_id=attempt_id, number=number, lead_list="Klienci 2026", campaign="Wiosna", claimed_at=at, **more
        )

    talked = NOON - timedelta(days=1)
    return [
        line(1, 3, state="ended", outcome="no_answer"),
        line(
            2, 1, state="ended", outcome="answered", agent="anna", disposition="callback", connected_at=talked,
            ended_at=talked + timedelta(seconds=154), notes="Prosi o telefon po 12.",
        ),
        line(3, 0, state="ringing"),
    ]  # fmt: skip


def _day() -> stats.AgentStats:
    day = stats.AgentWork(
        login="anna", name="Anna Kowalska", logged_in=14_400, ready=2_400, talk=9_000, wrap_up=1_800, pause_total=1_200,
        pauses={"lunch": 1_200}, calls=61, successes=9, dispositions={"no": 40, "callback": 12, "sold": 9},
    )  # fmt: skip
    return stats.AgentStats(since=NOON - timedelta(hours=10), until=NOON, agents=[day], total=stats.Work())
