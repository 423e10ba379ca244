"""Replaying a day out of a real store: a day that was itself simulated, so that it is known what must come out."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from minidialer import i18n
from minidialer.cli import main
from minidialer.cli.session import use_config
from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import Attempt
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import ComplianceProfile, WhenAllBusy
from minidialer.domain.commands import SaveAgent, SaveAttempt
from minidialer.domain.sentence import RefusedError
from minidialer.simulation.past_day import PastDay, past_day
from minidialer.simulation.policy import policy_of
from minidialer.simulation.replay import Changes, changed, replay
from minidialer.simulation.result import Result
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import Simulation
from minidialer.simulation.stage import carrier, stage_of
from minidialer.store import agent_runtime, agents, campaigns, lists
from minidialer.store.database import Database
from minidialer.store.errors import StoreUnavailableError
from minidialer.store.schema import agent_state, attempt, daemon_run, lead
from minidialer.store.upgrade import revisions

DAY, ZONE = date(2026, 1, 5), ZoneInfo("UTC")
KEPT = (
    *("id", "campaign_id", "agent_id", "number", "state", "outcome", "cause"),
    *("claimed_at", "dialled_at", "answered_at", "connected_at", "ended_at"),
)
SCENARIO = Scenario(agents=4, hours=3, pauses=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A store with a day of progressive in it, and what that day gave."""
    path = tmp_path_factory.mktemp("replay") / "minidialer.sqlite"
    simulation = Simulation(stage_of(SCENARIO, policy_of("progressive")), policy_of("progressive"))
    saved: list[SaveAgent] = []
    ended: list[Attempt] = []
    world = simulation.world
    save_agent, save_attempt = world._doers[SaveAgent], world._doers[SaveAttempt]

    def keep_agent(command: SaveAgent) -> None:
        saved.append(command)
        save_agent(command)

    def keep_attempt(command: SaveAttempt) -> None:
        if not command.attempt.live:
            ended.append(command.attempt)
        save_attempt(command)

    world._doers |= {SaveAgent: keep_agent, SaveAttempt: keep_attempt}
    found = simulation.run()
    asyncio.run(_fill(path, saved, ended))
    return path, found


async def _fill(path: Path, saved: list[SaveAgent], ended: list[Attempt]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    async with Database.open(path) as database, database.write() as conn:
        some = await lists.add(conn, "list", start)
        await campaigns.add(conn, "Wiosna", start, list_id=some.id)
        for number in range(1, SCENARIO.agents + 1):
            await agents.add(conn, f"agent{number}", start)
        rows = [{"list_id": some.id, "number": f"+4860{item.id:07d}", "fields": {}} for item in ended]
        await conn.execute(sa.insert(lead), rows)
        calls = [{name: getattr(item, name) for name in KEPT} for item in ended]
        for place, row in enumerate(calls, 1):
            row |= {"list_id": some.id, "lead_id": place}
        await conn.execute(sa.insert(attempt), calls)
        for command in saved:
            await agent_runtime.save(conn, command.agent)


@pytest.fixture
def day(store: tuple[Path, Result]) -> PastDay:
    return asyncio.run(past_day(store[0], "wiosna", DAY, ZONE))


def test_the_day_is_read_as_it_was(store: tuple[Path, Result], day: PastDay) -> None:
    known, real = store[1], day.real_result()
    assert (real.answered, real.abandoned, real.attempts) == (known.answered, known.abandoned, known.attempts)
    assert real.utilisation == pytest.approx(known.utilisation, abs=0.02)  # the talks after the shift's end count too
    assert len(day.agents) == SCENARIO.agents


@pytest.mark.parametrize(
    ("seen", "until"),
    [
        (None, "latest"),
        (datetime(2026, 1, 5, 12, 30, tzinfo=UTC), datetime(2026, 1, 5, 12, 30, tzinfo=UTC)),
        (datetime(2026, 1, 7, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_day_that_runs_lasts_to_what_is_known_of_it(
    seen: datetime | None, until: datetime | str, store: tuple[Path, Result], day: PastDay, tmp_path: Path
) -> None:
    """The first agent is there still; the daemon gave its last sign of life at `seen`, or none."""
    path = Path(shutil.copy(store[0], tmp_path / "running.sqlite"))
    latest = max(call.ended_at for call in day.calls)

    async def keep_there() -> None:
        mine = agent_state.c.agent_id == 1
        ready = next(span for span in day.spans if span.agent_id == 1 and span.state is AgentState.READY)
        async with Database.open(path) as database, database.write() as conn:
            await conn.execute(sa.delete(agent_state).where(mine, agent_state.c.started_at > ready.started_at))
            await conn.execute(sa.update(agent_state).where(mine, agent_state.c.state == "ready").values(ended_at=None))
            if seen is not None:
                await conn.execute(sa.insert(daemon_run).values(started_at=day.begin, seen_at=seen))

    asyncio.run(keep_there())
    running = asyncio.run(past_day(path, "Wiosna", DAY, ZONE))
    end = running.begin + timedelta(seconds=running.seconds)
    if isinstance(until, datetime):
        assert end == until
    else:
        assert latest <= end <= latest + timedelta(minutes=15)


def test_the_same_policy_gives_about_the_same_day(store: tuple[Path, Result], day: PastDay) -> None:
    again = replay(day, policy_of("progressive"))
    assert again.utilisation == pytest.approx(store[1].utilisation, abs=0.05)
    assert again.abandoned == 0
    assert replay(day, policy_of("progressive")) == again


def test_another_policy_would_have_used_the_agents_more(day: PastDay) -> None:
    before, after = (replay(day, policy_of(name)) for name in ("progressive", "power:150"))
    assert after.utilisation > before.utilisation + 0.1
    assert after.attempts > before.attempts


def test_the_campaigns_own_limits_hold(day: PastDay) -> None:
    free = replay(day, policy_of("predictive"))
    ceiling = replace(day, settings=replace(day.settings, overdial_percent=5))
    assert replay(ceiling, policy_of("predictive")).utilisation < free.utilisation - 0.03
    assert replay(ceiling, policy_of("power:150")) == replay(day, policy_of("power:150"))
    narrow = replace(day, trunk=carrier(channels=1))
    assert replay(narrow, policy_of("predictive")).attempts < free.attempts / 2


def test_who_is_taken_late_is_abandoned_by_the_profile(day: PastDay) -> None:
    queued = replace(day.settings, when_all_busy=WhenAllBusy.QUEUE)
    plain, ftc = (
        replace(day, settings=replace(queued, compliance_profile=profile))
        for profile in (ComplianceProfile.NONE, ComplianceProfile.FTC)
    )
    before, after = (replay(each, policy_of("power:150")) for each in (plain, ftc))
    assert after.answered == before.answered
    assert after.abandoned > before.abandoned + 5
    talk = next(call for call in day.calls if call.connected_at is not None)
    late = replace(talk, answered_at=talk.dialled_at, connected_at=talk.dialled_at + timedelta(seconds=2.1))
    real = [replace(each, calls=(late, talk)).real_result() for each in (plain, ftc)]
    assert [(each.answered, each.abandoned) for each in real] == [(2, 0), (2, 1)]


def test_the_calling_window_is_kept_unless_it_was_another_one(day: PastDay) -> None:
    free = replay(day, policy_of("predictive"))
    closed_before_the_last = replace(day, settings=replace(day.settings, calling_window=until("8:30")))
    assert replay(closed_before_the_last, policy_of("predictive")) == free
    of_that_day = replace(day, settings=replace(day.settings, calling_window=until("10:00")))
    assert replay(of_that_day, policy_of("predictive")) != free  # it knows when to have spent what it may
    early = tuple(call for call in day.calls if call.dialled_at < datetime(2026, 1, 5, 8, 30, tzinfo=UTC))
    half = replace(closed_before_the_last, calls=early)
    assert replay(half, policy_of("progressive")).attempts < 0.7 * replay(day, policy_of("progressive")).attempts
    abroad = replace(half, zone=ZoneInfo("Asia/Kolkata"))  # past 12:30 there: outside the window
    assert replay(abroad, policy_of("progressive")).attempts > len(early)


def until(end: str) -> CallingWindow:
    return CallingWindow.parse(f"mon-sun 7:00-{end}")


def test_the_ring_timeout_may_be_shorter(day: PastDay) -> None:
    short, same = (replay(changed(day, Changes(ring_timeout=seconds)), policy_of("progressive")) for seconds in (8, 30))
    assert same == replay(day, policy_of("progressive"))
    assert short.attempts > same.attempts
    assert short.answered / short.attempts < 0.8 * same.answered / same.attempts


def test_a_day_without_calls_cannot_be_replayed(store: tuple[Path, Result]) -> None:
    with pytest.raises(RefusedError, match="dialled nothing on 2026-01-06"):
        asyncio.run(past_day(store[0], "Wiosna", DAY + timedelta(days=1), ZONE))
    with pytest.raises(RefusedError, match="Zima"):
        asyncio.run(past_day(store[0], "Zima", DAY, ZONE))


@pytest.fixture
def config(store: tuple[Path, Result], tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "minidialer.toml"
    file.write_text(f'time_zone = "UTC"\n[paths]\nstore = "{store[0]}"\n', encoding="utf-8")
    yield file
    use_config(None)


def test_the_command_replays(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["simulate", "--replay", "2026-01-05", "--campaign", "Wiosna", "--policy", "power:50", "--json"]
    assert main.run(["--config", str(config), *typed]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [item["policy"] for item in printed] == ["that day", "power:50"]


def replayed(config: Path, capsys: pytest.CaptureFixture[str], *typed: str) -> list[dict[str, Any]]:
    asked = ["simulate", "--replay", "2026-01-05", "--campaign", "Wiosna", "--json", *typed]
    assert main.run(["--config", str(config), *asked]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_the_command_replays_with_other_settings(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = replayed(config, capsys, "--policy", "predictive")[1]
    strict = replayed(config, capsys, "--policy", "predictive", "--target", "0.2")[1]
    assert strict["utilisation"] < usual["utilisation"]
    assert strict["abandon_rate"] < usual["abandon_rate"]
    narrow = replayed(config, capsys, "--policy", "predictive", "--channels", "1")[1]
    assert narrow["attempts"] < usual["attempts"] / 2
    hasty = replayed(config, capsys, "--policy", "predictive", "--ring-timeout", "8")[1]
    assert hasty["answered"] / hasty["attempts"] < usual["answered"] / usual["attempts"]
    with config.open("a", encoding="utf-8") as file:
        file.write('[[trunks]]\nname = "one"\ndial = "PJSIP/{number}@one"\nchannels = 1\n')
    assert replayed(config, capsys, "--policy", "predictive")[1] == narrow


@pytest.mark.parametrize("typed", [("--hours", "8"), ("--lunch",), ("--agents", "10"), ("--curve", "day.svg")])
def test_what_makes_another_world_is_refused_beside_a_replay(
    typed: tuple[str, ...], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["simulate", "--replay", "2026-01-05", "--campaign", "Wiosna", *typed]
    assert main.run(["--config", str(config), *asked]) == 2
    printed = capsys.readouterr()
    assert printed.err == f"{typed[0]} does not go with --replay, for that day is what it was: leave it out.\n"
    assert printed.out == ""


@pytest.mark.parametrize("day", ["foo", "9999-12-31", "0001-01-01", "2026-02-30", "20260105", "２０２６-01-05"])
def test_a_day_has_one_form(day: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--config", str(config), "simulate", "--replay", day, "--campaign", "Wiosna"]) == 2
    assert capsys.readouterr().err == f"--replay = {day}: it must be a day like 2026-11-20.\n"


@pytest.mark.parametrize("day", ["0002-01-01", "9998-12-31"])
def test_a_far_day_has_no_calls(day: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--config", str(config), "simulate", "--replay", day, "--campaign", "Wiosna"]) == 1
    assert capsys.readouterr().err == f"Campaign “Wiosna” dialled nothing on {day}.\n"


def test_a_replay_leaves_the_store_as_it_is(store: tuple[Path, Result], tmp_path: Path) -> None:
    missing = tmp_path / "none" / "minidialer.sqlite"
    with pytest.raises(RefusedError, match="There is no store"):
        asyncio.run(past_day(missing, "Wiosna", DAY, ZONE))
    assert not missing.parent.exists()
    for revision, said in ((revisions()[-2], "of an older version"), ("9999", "by a newer version")):
        other = Path(shutil.copy(store[0], tmp_path / f"{revision}.sqlite"))
        with contextlib.closing(sqlite3.connect(other)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        with pytest.raises(RefusedError, match=said):
            asyncio.run(past_day(other, "Wiosna", DAY, ZONE))
        with contextlib.closing(sqlite3.connect(other)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    another = tmp_path / "another.sqlite"
    another.touch()
    with pytest.raises(RefusedError, match="is no store of miniDIALER"):
        asyncio.run(past_day(another, "Wiosna", DAY, ZONE))
    assert another.stat().st_size == 0


def test_what_is_opened_to_be_read_cannot_be_written(store: tuple[Path, Result]) -> None:
    async def write() -> None:
        async with Database.open_to_read(store[0]) as database, database.write() as conn:
            await lists.add(conn, "another", datetime(2026, 1, 7, tzinfo=UTC))

    with pytest.raises(StoreUnavailableError, match="read-only"):
        asyncio.run(write())


def test_that_day_can_be_translated(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Marking(NullTranslations):
        def gettext(self, message: str) -> str:
            return f"«{message}»"

    monkeypatch.setattr(main, "_speak", lambda _given: monkeypatch.setattr(i18n, "_catalogue", [Marking()]))
    typed = ["simulate", "--replay", "2026-01-05", "--campaign", "Wiosna", "--policy", "power:50"]
    assert main.run(["--config", str(config), *typed]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["«policy»", "«that day»", "power:50"]


def test_a_replay_needs_a_campaign(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["simulate", "--replay", "2026-01-05"]) == 2
    assert "--campaign" in capsys.readouterr().err
