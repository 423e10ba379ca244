"""Statistics: two views, any time, the hours of a row, files."""

import csv
from pathlib import Path

import pytest
from textual.pilot import Pilot

from minidialer import i18n
from minidialer.control.models import stats
from minidialer.control.sentences import ControlError
from minidialer.tui.screens.statistics import StatisticsPage
from minidialer.tui.widgets.table import Table

from .conftest import Snap
from .harness import LARGE, LOOKS, SMALL, driven, notices, press, screen_text, settled, typed, until
from .stand_in import StandIn
from .world import HOSTILE, World
from .world_statistics import add_statistics


@pytest.fixture(autouse=True)
def figures(world: World) -> None:
    add_statistics(world)


async def _answer(pilot: Pilot[None], said: str, *keys: str, text: str = "") -> None:
    """Answer the dialog that says this."""
    await until(lambda: said in screen_text(pilot))
    if text:
        typed(pilot, text)
    await pilot.press(*keys)
    await pilot.pause()


def _times(world: World) -> list[tuple[str, str | None]]:
    """Those asked for, one after the other; the same is asked for again after a dialog."""
    asked = [(one.since, one.until) for one in world.calls(stats.AGENTS)]
    return [time for time, before in zip(asked, [None, *asked], strict=False) if time != before]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def _lines(pilot: Pilot[None]) -> list[str]:
    """The rows by their first column."""
    assert isinstance(pilot.app.screen, StatisticsPage)
    return [row.key for row in pilot.app.screen._table.rows]


async def test_a_key_for_each_usual_time(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        assert "Today: 2026-05-04 00:00–12:00" in screen_text(pilot)
        await press(pilot, "y")
        assert "Yesterday: 2026-05-03 00:00 – 2026-05-04 00:00" in screen_text(pilot)
        await press(pilot, "w", "t")
        assert _times(world) == [("today", None), ("yesterday", None), ("this-week", None), ("today", None)]


async def test_any_of_the_words_can_be_chosen(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "down", "down", "down", "enter")
        await settled(pilot)
        assert ("last-week", None) in _times(world)
        assert "p Last week" in screen_text(pilot)
        await pilot.press("p")
        await _answer(pilot, "Which time?", "escape")
        await settled(pilot)
        assert "p Last week" in screen_text(pilot)


async def test_any_two_days_can_be_typed(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "end", "enter")
        await _answer(pilot, "A day like 2026-05-04", *"soon", "enter")
        await until(lambda: "This is no day and no moment." in screen_text(pilot))
        await _answer(pilot, "A day like", "enter", text="2026-04-27")
        await _answer(pilot, "which is included", "enter", text="2026-04-29")
        await settled(pilot)
        assert ("2026-04-27", "2026-04-29") in _times(world)
        assert "2026-04-27 to 2026-04-29: 2026-04-27 00:00 – 2026-04-30 00:00" in screen_text(pilot)


@pytest.mark.parametrize("steps", [1, 2])
async def test_leaving_the_question_for_days_changes_nothing(daemon: StandIn, world: World, steps: int) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "end", "enter")
        if steps > 1:
            await _answer(pilot, "A day like", "enter", text="2026-04-27")
        await _answer(pilot, "which is included" if steps > 1 else "A day like", "escape")
        await settled(pilot)
        assert _times(world) == [("today", None)]


async def test_a_time_that_is_refused_leaves_the_one_before(daemon: StandIn) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "end", "enter")
        await _answer(pilot, "A day like", "enter", text="2026-05-30")
        await _answer(pilot, "which is included", "enter")
        await settled(pilot)
        assert notices(pilot) == ["2026-05-30 has not begun yet: choose an earlier time."]
        assert "Today: 2026-05-04 00:00–12:00" in screen_text(pilot)


async def test_agents_and_campaigns(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        assert _lines(pilot)[:3] == ["", "anna", "bartek"]
        await press(pilot, "c")
        assert _lines(pilot) == ["", "Wiosna", "Ankieta po zakupie"]
        assert "attempts" in screen_text(pilot)
        await press(pilot, "a")
        assert _lines(pilot)[:2] == ["", "anna"]
        await pilot.click("_Ways", offset=(14, 0))
        await settled(pilot)
        assert "Wiosna" in _lines(pilot)


async def test_sorting_keeps_all_of_them_at_the_top(daemon: StandIn) -> None:
    async with driven(daemon, "statistics") as pilot:
        await press(pilot, "o", "O")
        assert _lines(pilot)[:4] == ["", "gosia", "hela", "filip"]
        await press(pilot, *["o"] * 3)
        talks = [row.work.talk for row in pilot.app.screen.query_one("#agents", Table).rows[1:]]
        assert talks == sorted(talks)


async def test_only_what_was_done_in_one_campaign(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("f")
        await _answer(pilot, "Only what was done in", "w", "enter")
        await settled(pilot)
        assert "Wiosna" in [asked.campaign for asked in world.calls(stats.AGENTS)]
        assert "Wiosna" in [asked.campaign for asked in world.calls(stats.HOURS)]
        assert "12:00, only in Wiosna" in screen_text(pilot)
        await pilot.press("f")
        await _answer(pilot, "Only what was done in", "a", "enter")
        await settled(pilot)
        assert "Nothing happened in this time." in screen_text(pilot)
        await pilot.press("f")
        await _answer(pilot, "Only what was done in", "home", "enter")
        await settled(pilot)
        assert "only in" not in screen_text(pilot)
        await pilot.press("f")
        await _answer(pilot, "Only what was done in", "escape")
        assert "only in" not in screen_text(pilot)


async def test_the_bars_are_of_the_row_under_the_cursor(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        assert "All together, by the hour" in screen_text(pilot)
        await press(pilot, "down")
        await until(lambda: "Anna Kowalska, by the hour" in screen_text(pilot))
        assert [asked.agent for asked in world.calls(stats.HOURS)] == [None, "anna"]
        await press(pilot, "up")
        await until(lambda: "All together" in screen_text(pilot))
        assert len(world.calls(stats.HOURS)) == 2  # known already


async def test_days_or_hours_of_a_longer_time(daemon: StandIn) -> None:
    async with driven(daemon, "statistics") as pilot:
        assert "Hours/days" not in screen_text(pilot)
        await pilot.press("p")
        await _answer(pilot, "Which time?", *["down"] * 3, "enter")
        await settled(pilot)
        assert "All together, by the day" in screen_text(pilot)
        assert " 27.04  28.04" in screen_text(pilot)
        await press(pilot, "h")
        assert "All together, by the hour" in screen_text(pilot)
        assert " 08     09     10 " in screen_text(pilot)


async def test_more_days_than_there_are_hours_of(daemon: StandIn) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "end", "enter")
        await _answer(pilot, "A day like", "enter", text="2026-01-01")
        await _answer(pilot, "which is included", "enter", text="2026-05-01")
        await settled(pilot)
        await press(pilot, "down")
        await until(lambda: "At most 31 days at once: choose fewer." in screen_text(pilot))
        await press(pilot, "enter")
        assert "Time on duty" in screen_text(pilot)
        assert "At most 31 days at once: choose fewer." in screen_text(pilot)


async def test_all_of_a_row(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "statistics") as pilot:
        await press(pilot, "down", "enter")
        text = screen_text(pilot)
        assert "Anna Kowalska" in text
        assert "no reason given" in text
        assert "wrong person" in text
        await press(pilot, "escape", "c", "down", "enter")
        assert "answering machine" in screen_text(pilot)
        assert world.calls(stats.HOURS)[-1].campaign == "Wiosna"


async def test_statistics_to_a_file(daemon: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "stats.csv"
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("x")
        await _answer(pilot, "Export of agents Today", "escape")
        await settled(pilot)
        await pilot.press("x")
        await _answer(pilot, "Export of agents Today", "enter", text=str(file))
        await settled(pilot)
        assert notices(pilot) == [f"8 rows are in {file}; times are in seconds."]
        rows = _rows(file)
        assert [row["agent"] for row in rows][:2] == ["anna", "bartek"]
        assert rows[0]["logged in"] == "14400"
        assert rows[0]["pause: lunch"] == "1188"
        assert rows[0]["sold"] == "6"
        await press(pilot, "c")
        await pilot.press("x")
        await _answer(pilot, "Export of campaigns Today", "enter", text=str(tmp_path / "c.xlsx"))
        await settled(pilot)
        assert (tmp_path / "c.xlsx").stat().st_size > 1000


async def test_a_file_that_cannot_be_written(daemon: StandIn, tmp_path: Path) -> None:
    async with driven(daemon, "statistics") as pilot:
        await pilot.press("x")
        await _answer(pilot, "Export of", "enter", text=str(tmp_path / "nowhere" / "s.csv"))
        await settled(pilot)
        assert "cannot be written: No such file or directory." in notices(pilot)[0]


async def test_hours_to_a_file(daemon: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    async with driven(daemon, "statistics") as pilot:
        await press(pilot, "down", "enter")
        await pilot.press("x")
        await _answer(pilot, "Export of hours of", "enter", text=str(file))
        await settled(pilot)
        rows = _rows(file)
        assert len(rows) == 12
        assert rows[8]["calls"] == "16"


async def test_what_the_daemon_refuses_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["stats.agents"] = ControlError("The store is busy: try again.")
    async with driven(daemon, "statistics") as pilot:
        assert notices(pilot) == ["The store is busy: try again."]


async def test_a_reader_sees_and_exports_all_of_it(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "statistics") as pilot:
        assert "Anna Kowalska" in screen_text(pilot)
        assert "Export" in screen_text(pilot)


@LOOKS
def test_agents_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("statistics", size, lang)


@LOOKS
def test_campaigns_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    async def last_week(pilot: Pilot[None]) -> None:
        await pilot.press("p", "down", "down", "down", "enter")
        await settled(pilot)

    snap("statistics", size, lang, press=("c",), before=last_week)


@LOOKS
def test_all_of_a_row_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("statistics", size, lang, press=("c", "down", "enter"))


@LOOKS
def test_a_time_without_work_says_what_to_press(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    world.agents = []
    snap("statistics", size, lang)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "140x40"])
def test_hostile_names_look_harmless(snap: Snap, world: World, size: tuple[int, int]) -> None:
    i18n.set_language("en")
    world.agents = [one.model_copy(update={"name": HOSTILE}) for one in world.agents]
    snap("statistics", size, press=("down", "enter"))
