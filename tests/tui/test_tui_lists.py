"""Lists: added, renamed, deleted with what goes said first, called again, exported."""

import asyncio
import csv
import os
from pathlib import Path

import pytest

from minidialer.control.models import leads, lists
from minidialer.control.models.base import Named
from minidialer.control.models.lists import ListRemove, ListRename
from minidialer.control.sentences import ControlError

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, typed, until
from .stand_in import StandIn
from .world import World
from .world_leads import add_leads
from .world_lists import add_lists


@pytest.fixture(autouse=True)
def some_lists(world: World) -> None:
    add_lists(world)


async def test_a_new_list_is_there_and_under_the_cursor(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "n", *"Nowa", "enter")
        assert world.calls(lists.ADD) == [Named(name="Nowa")]
        assert notices(pilot) == ["Nowa is there, empty: i imports a file of numbers into it."]
        assert "hint           i imports a file of numbers into it." in screen_text(pilot)


async def test_a_name_that_is_taken_is_told(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "n", *"Ankieta", "enter")
        assert notices(pilot) == ["There is a list “Ankieta” already."]
        await press(pilot, "n", "escape")
        assert len(world.lists) == 4


async def test_renaming_begins_with_the_present_name(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "e", "end", *" 2", "enter")
        assert world.calls(lists.RENAME) == [ListRename(name="Ankieta", new_name="Ankieta 2")]
        await press(pilot, "e", "enter")
        assert len(world.calls(lists.RENAME)) == 1  # the same name is no change
        await press(pilot, "e", "escape")
        assert "Ankieta 2" in screen_text(pilot)


async def test_deleting_says_first_what_goes(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "down", "down", "d")
        said = screen_text(pilot)
        for line in (
            "Delete the list Stara baza?",
            "1 000 000 leads go (17 of them still to be called).",
            "Agreed calls that nobody will make: 3.",
            "Numbers of agents' own: 2.",
            "Imports that can no longer be undone: 1.",
        ):
            assert line in said
        await press(pilot, "escape")
        assert len(world.lists) == 4
        await press(pilot, "delete", "y")
        assert world.calls(lists.REMOVE)[-1] == ListRemove(name="Stara baza", force=True)
        assert notices(pilot) == ["Stara baza is gone, with its leads: 1 000 000."]
        assert "Stara baza" not in screen_text(pilot).splitlines()[3]


async def test_what_a_campaign_dials_is_refused_before_anything_is_asked(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "down", "d")
        (said,) = notices(pilot)
        assert said == "List “Klienci 2026” is dialled by “Wiosna”, “Lato”: give that campaign another list first."
        assert world.calls(lists.REMOVE) == [ListRemove(name="Klienci 2026", dry=True)]


async def test_attempt_counters_start_again(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "r")
        assert notices(pilot) == ["Ankieta: nothing to call again, no lead was tried in vain."]
        await press(pilot, "down", "r")
        assert "To be called again as if for the first time: 722, of" in screen_text(pilot)
        await press(pilot, "escape")
        assert world.calls(leads.RESET) == []
        await press(pilot, "r", "y")
        assert world.calls(leads.RESET) == [leads.LeadsReset(lead_list="Klienci 2026")]
        assert notices(pilot)[-1] == "722 leads start again."


async def test_a_refused_reset_of_a_long_list_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["leads.reset_attempts"] = ControlError("The store is busy: try again.")
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "down", "down", "r", "y")
        assert notices(pilot) == ["The store is busy: try again."]


async def test_a_list_is_exported_page_by_page(daemon: StandIn, world: World, tmp_path: Path) -> None:
    add_leads(world)
    async with driven(daemon, "lists") as pilot:
        path = tmp_path / "ankieta.csv"
        await press(pilot, "x")
        typed(pilot, str(path))
        await press(pilot, "enter")
        assert notices(pilot) == [f"800 leads are in {path}."]
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 801
    assert rows[0][:3] == ["phone number", "imię", "firma"]
    assert [asked.after for asked in world.calls(leads.PAGE)] == [0, 500]


async def test_an_export_asks_before_it_replaces_and_can_be_cancelled(
    daemon: StandIn, world: World, tmp_path: Path
) -> None:
    add_leads(world)
    path = tmp_path / "ankieta.csv"
    path.write_text("mine")
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "x")
        typed(pilot, str(path))
        await press(pilot, "enter")
        assert "Replace ankieta.csv?" in screen_text(pilot)
        await press(pilot, "escape", "down", "down", "x")
        typed(pilot, str(path))
        await press(pilot, "enter")
        await pilot.press("y")
        await until(lambda: len(world.calls(leads.PAGE)) > 2)
        assert "Export of Stara baza" in screen_text(pilot)
        await press(pilot, "escape")
        assert notices(pilot) == ["Cancelled: no file was written."]
    assert path.read_text() == "mine"
    assert set(await asyncio.to_thread(os.listdir, tmp_path)) == {"ankieta.csv", "control.sock"}


async def test_a_file_that_cannot_be_written_is_told(daemon: StandIn, world: World, tmp_path: Path) -> None:
    add_leads(world)
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "x", "backspace", "backspace", "backspace", "backspace", *".txt")
        assert "the name must end in .csv or .xlsx" in screen_text(pilot)
        typed(pilot, f"{tmp_path}/no/a.csv")
        await press(pilot, "enter")
        assert notices(pilot) == [f"{tmp_path}/no/a.csv cannot be written: No such file or directory."]


async def test_who_may_only_look_exports_and_changes_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "n", "e", "d", "r", "i")
        assert {name for name, _asked in world.asked if name.startswith("lists.")} == {"lists.list"}
        assert "x Export" in screen_text(pilot)


async def test_an_empty_system_says_what_to_press(daemon: StandIn, world: World) -> None:
    world.lists = []
    async with driven(daemon, "lists") as pilot:
        assert "Press n to add an empty one, or F5 to import a file of numbers" in screen_text(pilot)
        await press(pilot, "e", "d", "r", "x")
        assert notices(pilot) == []


@LOOKS
def test_lists_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("lists", size, lang, press=("down",))


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_the_question_before_deleting_looks_right(snap: Snap, lang: str) -> None:
    snap("lists", lang=lang, press=("down", "down", "d"))
