"""A call centre that does not exist, on a Thursday afternoon: what the daemon would say of it, for pictures.

The numbers are of a block that the Polish numbering plan has for mobiles and no operator uses.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from minidialer.control.models import agents, campaigns, dispositions, figures, imports, lists, stats, uploads
from minidialer.control.models.campaign_settings import settings_to_model
from minidialer.control.models.watch import AgentLine, CallLine, CampaignPanel, PaceSettings, Snapshot
from minidialer.control.sentences import to_wire
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.sentence import sentence
from minidialer.importing.preview import preview
from minidialer.importing.source import ImportOptions
from tests.tui.world import World

NOW = datetime(2026, 5, 7, 12, 42, tzinfo=UTC)  # 14:42 in Warsaw
_OPENS, _HOUR = datetime(2026, 5, 7, 6, 0, tzinfo=UTC), timedelta(hours=1)
CAMPAIGN = "Przeglądy wiosenne"
LEAD_LIST = "Klienci serwisu"
_LISTS = ((LEAD_LIST, 12_480), ("Zakupy 2025", 3_150), ("Rowery elektryczne", 940))
_PEOPLE = (
    ("1001", "Ola Kowalska", "in_call"), ("1002", "Tomasz Lis", "in_call"), ("1003", "Zofia Wróbel", "ready"),
    ("1004", "Michał Gżegżółka", "in_call"), ("1005", "Ewa Sikora", "wrap_up"), ("1006", "Jakub Mazur", "in_call"),
    ("1007", "Żaneta Pająk", "paused"), ("1008", "Piotr Źródlak", "ready"), ("1009", "Anna Wójcik", "in_call"),
    ("1010", "Łukasz Kaczmarek", "reserved"), ("1011", "Elżbieta Nowak", "in_call"), ("1012", "Stanisław Cis", "ready"),
)  # fmt: skip
_BEGIN_LATE = {"1005": 2, "1009": 1, "1012": 3}  # hours after the others
_RIDERS = (("1013", "Świętosława Ryś", "in_call"), ("1014", "Filip Baran", "ready"), ("1015", "Celina Jeż", "in_call"))
RIDES = "E-rowery: jazda próbna"
_DISPOSITIONS = (
    ("umówiony", 612),
    ("zadzwoń później", 388),
    ("nie teraz", 2_204),
    ("mój klient", 57),
    ("nie dzwonić", 91),
)
_WEIGHTS = {"nie teraz": 9, "zadzwoń później": 4, "umówiony": 3, "mój klient": 1, "nie dzwonić": 1}
_PAUSES = {"lunch": 0.5, "break": 0.35, "": 0.1, "calling_phone": 0.05}
_SUMS = ("logged_in", "ready", "reserved", "talk", "wrap_up", "pause_total", "calls", "successes")
_DECISION = "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s: {starts_left} left"
_VALUES = {"ready": 3, "percent": 100, "in_flight": 6, "gap": 0, "starts_left": 7}
_RIDES_VALUES = {"ready": 1, "percent": 100, "in_flight": 2, "gap": 0, "starts_left": 9}
_FIRST = ("Anna", "Piotr", "Łukasz", "Żaneta", "Stanisław", "Zofia", "Jakub", "Elżbieta", "Michał", "Świętosława")
_LAST = ("Nowak", "Wójcik", "Kowalczyk", "Gżegżółka", "Mazur", "Źródlak", "Kaczmarek", "Wróbel", "Sikora", "Pająk")
_CITIES = ("Łódź", "Pabianice", "Zgierz", "Aleksandrów Łódzki", "Konstantynów")
_BICYCLES = ("Miejski 26″, kremowy", "Górski 29″, czarny", "Szosowy, czerwony", "Trekking 28″", "Składak")


def number(index: int) -> str:
    """E.164."""
    return f"+48451{(index + 17) * 7919 % 1_000_000:06d}"


def write_file(path: Path, rows: int = 400) -> None:
    """A file as spreadsheets of ten years ago wrote it; some of its numbers cannot be dialled."""
    dice = random.Random(3)  # noqa: S311  # pictures are the same each time
    with path.open("w", newline="", encoding="cp1250", errors="replace") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(("Telefon", "Imię", "Nazwisko", "Miasto", "Rower"))
        for index in range(rows):
            given = number(index)[3:]
            written = {3: "brak", 7: given[:5]}.get(index, f"{given[:3]} {given[3:6]} {given[6:]}")
            bicycle = dice.choice(_BICYCLES).replace("″", "")
            lines.writerow((written, dice.choice(_FIRST), dice.choice(_LAST), dice.choice(_CITIES), bicycle))


def call_centre(file: Path) -> World:
    """All that the pictures ask for. `file`: what is imported."""
    world = World()
    world.agents = [
        *(_agent(place, CAMPAIGN, *person) for place, person in enumerate(_PEOPLE, start=1)),
        *(_agent(place, RIDES, *person) for place, person in enumerate(_RIDERS, start=21)),
    ]
    world.lists = [
        lists.LeadList(id=place, name=name, leads=count, states={"fresh": count // 2, "closed": count // 3})
        for place, (name, count) in enumerate(_LISTS, start=1)
    ]
    world.dispositions = [
        dispositions.Disposition(
            id=place, name=name, position=place, key=str(place), success=name == "umówiony",
            private=name == "mój klient", asks_callback=name == "zadzwoń później", do_not_call=name == "nie dzwonić",
        )
        for place, (name, _count) in enumerate(_DISPOSITIONS, start=1)
    ]  # fmt: skip
    world.campaigns = [
        _campaign(1, CAMPAIGN, "running", _LISTS[0][0], [login for login, _name, _state in _PEOPLE]),
        _campaign(2, "Opinie po zakupie", "stopped", _LISTS[1][0], ["1003", "1008"]),
        _campaign(3, RIDES, "running", _LISTS[2][0], [login for login, _name, _state in _RIDERS]),
    ]
    done = _tell_statistics(world)
    world.figures = [
        _figures(CAMPAIGN, _LISTS[0][0], left=5_120, talks=done, seed=1),
        _figures("Opinie po zakupie", _LISTS[1][0], left=3_150, talks=0, seed=2),
        _figures(RIDES, _LISTS[2][0], left=612, talks=174, seed=3),
    ]
    link = world.status.link.model_copy(update={"since": _OPENS})
    trunk = world.status.trunks[0].model_copy(update={"channels": 30, "in_use": 13})
    world.status = world.status.model_copy(update={"link": link, "trunks": [trunk], "started_at": _OPENS})
    world.snapshot = _snapshot()
    _take_file(world, file)
    return world


def _agent(place: int, campaign: str, login: str, name: str, state: str) -> agents.Agent:
    return agents.Agent(
        id=place, login=login, name=name, active=True, auto_answer=False, state=state, since=NOW, campaign=campaign,
        assigned=[campaign], has_password=True,
    )  # fmt: skip


def _campaign(place: int, name: str, status: str, lead_list: str, logins: list[str]) -> campaigns.Campaign:
    settings = settings_to_model(CampaignSettings(), "")
    return campaigns.Campaign(id=place, name=name, status=status, lead_list=lead_list, agents=logins, settings=settings)


def _figures(name: str, lead_list: str, *, left: int, talks: int, seed: int) -> figures.CampaignFigures:
    dice = random.Random(seed)  # noqa: S311
    lost = talks // 80
    minutes = []
    for minute in range(60):
        calls = dice.randint(4, 8) + 3 * (minute // 20) if talks else 0
        reached = min(calls, round(calls * dice.uniform(0.3, 0.55)))
        abandoned = int(minute in {11, 24, 37, 52} and seed == 1)
        at = NOW - timedelta(minutes=59 - minute)
        minutes.append(figures.MinuteFigures(at=at, calls=calls, answered=reached, abandoned=abandoned))
    return figures.CampaignFigures(
        name=name,
        lead_list=lead_list,
        dispositions=[campaigns.DispositionCount(disposition=one, leads=count) for one, count in _DISPOSITIONS],
        exhausted=418,
        left=figures.LeadsLeft(fresh=left - left // 6, retry=left // 6 - left // 40, callback=left // 40, total=left),
        today=figures.CallFigures(
            attempts=round(talks * 2.4), answered=talks + lost, connected=talks, abandoned=lost,
            abandon_rate=100 * lost / (talks + lost) if talks else None,
        ),
        minutes=minutes,
    )  # fmt: skip


def _snapshot() -> Snapshot:
    seconds = (214, 61, 12, 128, 9, 341, 640, 27, 75, 2, 19, 4)
    people = [_line(person, since, CAMPAIGN) for person, since in zip(_PEOPLE, seconds, strict=True)]
    talking = [
        _call(100 + place, "connected", one.seconds_in_state, 13, one.login)
        for place, one in enumerate(people)
        if one.state == "in_call"
    ]
    calls = (("ringing", 17), ("ringing", 14), ("ringing", 6), ("ringing", 5), ("dialling", 1))
    panel = CampaignPanel(
        id=1, name=CAMPAIGN, running=True, lead_list=_LISTS[0][0], decision=to_wire(sentence(_DECISION, **_VALUES)),
        settings=PaceSettings(pacing_mode="power", overdial_percent=100, max_attempts_per_5s=10),
        agents=people,
        dialling=[_call(200 + place, state, seconds) for place, (state, seconds) in enumerate(calls)],
        waiting=[_call(300, "joining", 1, 11, "1010")],
        talking=talking,
    )  # fmt: skip
    rides = CampaignPanel(
        id=3, name=RIDES, running=True, lead_list=_LISTS[2][0], decision=to_wire(sentence(_DECISION, **_RIDES_VALUES)),
        agents=[_line(person, 40 + place, RIDES) for place, person in enumerate(_RIDERS)],
        dialling=[_call(400, "ringing", 9), _call(401, "ringing", 3)],
        talking=[_call(410 + place, "connected", 50, 12, person[0]) for place, person in enumerate(_RIDERS[::2])],
    )  # fmt: skip
    return Snapshot(link_up=True, draining=False, campaigns=[panel, rides], agents=[*people, *rides.agents])


def _line(person: tuple[str, str, str], seconds: float, campaign: str) -> AgentLine:
    login, name, state = person
    return AgentLine(
        login=login, name=name, state=state, reason="lunch" if state == "paused" else "", seconds_in_state=seconds,
        form_open=state == "wrap_up", phone="busy" if state == "in_call" else "idle", campaign=campaign,
    )  # fmt: skip


def _call(serial: int, state: str, seconds: float, before: float = 0, agent: str | None = None) -> CallLine:
    return CallLine(
        attempt_id=serial, number=number(serial), state=state, seconds=seconds + before, seconds_in_state=seconds,
        agent=agent,
    )  # fmt: skip


# -- statistics: of hours, so that they add up ------------------------------------------------------------------


def _tell_statistics(world: World) -> int:
    """Of the campaign's people. Gives the number of talks."""
    hours = [_OPENS + place * _HOUR for place in range(7)]
    work = {login: [_agent_hour(login, at) for at in hours] for login, _name, _state in _PEOPLE}
    lines = [stats.AgentWork(login=login, name=name, **_day(work[login])) for login, name, _state in _PEOPLE]
    total = _sum(lines, _added(line.pauses for line in lines), _added(line.dispositions for line in lines))
    since = _OPENS - 8 * _HOUR

    def by_hour(asked: stats.HoursOf) -> stats.HourStats:
        logins = [asked.agent] if asked.agent is not None else list(work)
        made = [
            _hour(at, [work[login][place] for login in logins], counted=asked.agent is None)
            for place, at in enumerate(hours)
        ]
        return stats.HourStats(since=since, until=NOW, hours=made)

    world.on(stats.AGENTS, lambda _: stats.AgentStats(since=since, until=NOW, agents=lines, total=stats.Work(**total)))
    world.on(stats.HOURS, by_hour)
    return sum(line.calls for line in lines)


def _agent_hour(login: str, at: datetime) -> stats.Work:
    if at < _OPENS + _BEGIN_LATE.get(login, 0) * _HOUR:
        return stats.Work()
    dice = random.Random(f"{login} {at}")  # noqa: S311
    whole = 3600.0 if at + _HOUR < NOW else (NOW - at).total_seconds()
    lunch = at.hour == 9 + int(login) % 3
    pause = dice.uniform(1100, 1700) if lunch else dice.choice((0, 0, dice.uniform(200, 600)))
    wrap_up, reserved = dice.uniform(0.06, 0.12) * whole, dice.uniform(30, 60)
    ready = dice.uniform(0.08, 0.2) * whole
    talk = whole - pause - wrap_up - reserved - ready
    calls = round(talk / dice.uniform(85, 150))
    sums = {
        "logged_in": whole, "ready": ready, "reserved": reserved, "talk": talk, "wrap_up": wrap_up,
        "pause_total": pause, "calls": calls, "successes": round(calls * dice.uniform(0.05, 0.2)),
    }  # fmt: skip
    return stats.Work(**sums)


def _day(hours: list[stats.Work]) -> dict[str, Any]:
    paused = sum(hour.pause_total for hour in hours)
    calls, successes = sum(hour.calls for hour in hours), sum(hour.successes for hour in hours)
    others = {name: weight for name, weight in _WEIGHTS.items() if name != "umówiony"}
    left = calls - successes
    counts = {name: left * weight // sum(others.values()) for name, weight in others.items()}
    counts["nie teraz"] += left - sum(counts.values())
    counts["umówiony"] = successes
    return _sum(hours, {reason: paused * share for reason, share in _PAUSES.items()}, counts)


def _sum(lines: Iterable[stats.Work], pauses: dict[str, float], chosen: dict[str, int]) -> dict[str, Any]:
    lines = list(lines)
    sums: dict[str, Any] = {name: sum(getattr(line, name) for line in lines) for name in _SUMS}
    largest = sorted(chosen.items(), key=lambda item: -item[1])
    averages = {
        "calls_per_hour": sums["calls"] * 3600 / sums["logged_in"], "average_talk": sums["talk"] / sums["calls"],
    }  # fmt: skip
    return {**sums, "pauses": pauses, "dispositions": dict(largest), **averages}


def _added(counts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    sums: Counter[str] = Counter()
    for one in counts:
        sums.update(one)
    return dict(sums.most_common())


def _hour(at: datetime, work: list[stats.Work], *, counted: bool) -> stats.HourWork:
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in work) for name in _SUMS}
    if counted:
        lost = sums["calls"] // 80
        sums |= {"attempts": round(sums["calls"] * 2.4), "answered": sums["calls"] + lost, "abandoned": lost}
    return stats.HourWork(at=at, until=min(at + _HOUR, NOW), **sums)


# -- a file on its way: read by the importer itself ----------------------------------------------------------------


def _take_file(world: World, file: Path) -> None:
    there = uploads.Uploading(id="a" * 32, file_name=file.name, received=file.stat().st_size, size=file.stat().st_size)
    world.on(uploads.UPLOAD, lambda _: there)
    world.on(uploads.CHUNK, lambda _: there)
    world.on(imports.LIST, lambda _: imports.Imports(imports=[]))
    world.on(uploads.PREVIEW, lambda _: preview(file, file.name, ImportOptions()))
