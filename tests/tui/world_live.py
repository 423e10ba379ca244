"""What the live panel tells beyond the busy world: a number's lead and history, an agent's day."""

from datetime import timedelta
from typing import Any

from minidialer.control.models import leads, pacing, stats
from minidialer.control.models.base import WireSentence
from minidialer.control.models.watch import CampaignPanel
from minidialer.control.sentences import to_wire
from minidialer.domain.sentence import Sentence, sentence

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


def set_predictive(world: World, *, empty: bool = False) -> CampaignPanel:
    """Wiosna's panel as it is in mode predictive, while the abandon budget lasts or when it is empty."""
    why = pacing.Explanation(
        ready=3, soon_free=None if empty else 1.4, in_flight=4, waiting=1, answer_rate=28.31, answer_rate_error=2.9,
        risk=None if empty else 12.34, admitted_risk=0.0 if empty else 2.81, count=0 if empty else 2,
        limit="budget" if empty else "risk",
    )  # fmt: skip
    days = pacing.Account(answered=12_911, abandoned=371, rate=2.87, bound=3.13, earned=387.3, spent=371, left=16.3)
    today = pacing.Account(answered=911, abandoned=18, rate=1.98, bound=2.89, earned=27.3, spent=18, left=9.3)
    if empty:
        today = pacing.Account(answered=911, abandoned=28, rate=3.07, bound=4.16, earned=27.3, spent=28, left=-0.7)
    budget = pacing.Budget(
        target=3.0, today=today, window=days, window_days=30, room=-0.7 if empty else 11.6,
        credit=0.0 if empty else 2.3, empty=empty, exceeded=empty,
    )  # fmt: skip
    decision = _decision(why)
    panel = set_panel(world, decision=decision, explanation=why, budget=budget)
    learned = pacing.Learned(
        answers=12_911, answer_rate=28.31, answer_rate_error=2.9, ring_seconds=9.2, talk_seconds=95.4,
        wrap_up_seconds=21.3,
    )  # fmt: skip
    world.on(
        pacing.SHOW,
        lambda asked: pacing.Pacing(
            campaign=asked.name, mode="predictive", decision=decision, budget=budget, learned=learned, explanation=why
        ),
    )
    return panel


def _decision(why: pacing.Explanation) -> WireSentence:
    """As `domain.pacing.predictive` says it."""
    held: Sentence = sentence("one call for each ready agent: the abandon budget is empty")
    if why.limit == "risk":
        held = sentence(
            "{count} more; the risk of one beyond is {risk} %, admitted {admitted} %",
            count=why.count, risk=round(why.risk or 0.0, 1), admitted=round(why.admitted_risk, 1),
        )  # fmt: skip
    template = "{ready} ready, {soon} soon free, {in_flight} under way, {rate}±{error} % answer; {limit}"
    if why.soon_free is None:
        template = "{ready} ready, {in_flight} under way, {rate}±{error} % answer; {limit}"
    values = {
        "ready": why.ready, "soon": why.soon_free, "in_flight": why.in_flight, "rate": round(why.answer_rate),
        "error": round(why.answer_rate_error), "limit": held,
    }  # fmt: skip
    return to_wire(Sentence(template, values))


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
