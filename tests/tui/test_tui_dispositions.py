"""Dispositions: added, edited, moved, deleted; refusals at the field they are about."""

import pytest
from textual.pilot import Pilot

from minidialer.control.models import dispositions
from minidialer.control.models.base import Named
from minidialer.control.models.dispositions import DispositionAdd, DispositionSet
from minidialer.control.sentences import ControlError
from minidialer.tui.screens.disposition_form import DispositionPage
from minidialer.tui.screens.dispositions import DispositionsPage

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import HOSTILE, World
from .world_people import add_dispositions


@pytest.fixture(autouse=True)
def changing(world: World) -> None:
    add_dispositions(world)


def _names(world: World) -> list[str]:
    return [one.name for one in world.dispositions]


async def test_a_new_one_is_made_of_its_form_and_comes_last(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "n", *"later", "tab", *"Innym", "tab", "tab", "tab", "left", "ctrl+s")
        (asked,) = world.calls(dispositions.ADD)
        assert asked == DispositionAdd(name="later", name_pl="Innym", asks_callback=True)
        assert isinstance(pilot.app.screen, DispositionsPage)
        assert "The number is called at the time the agent gives." in screen_text(pilot)


async def test_an_edit_saves_what_was_changed_and_empty_takes_a_rule_away(daemon: StandIn, world: World) -> None:
    world.dispositions[2] = world.dispositions[2].model_copy(update={"retry_minutes": 90, "retry_limit": 3})
    async with driven(daemon, "dispositions") as pilot:
        assert "90 min × 3" in screen_text(pilot)
        await press(pilot, "down", "down", "enter", *"n", *["down"] * 7, *["backspace"] * 2, "down", "backspace")
        await press(pilot, "ctrl+s")
        (asked,) = world.calls(dispositions.SET)
        assert asked == DispositionSet(name="no", new_name="n", retry_minutes=0, retry_limit=0)
        assert "The number is done with." in screen_text(pilot)


async def test_a_refusal_stands_at_its_field_in_the_words_of_the_form(daemon: StandIn, world: World) -> None:
    world.refusals["dispositions.set"] = ControlError(
        "“{name}” asks the agent for the next call: leave retry_minutes out.", name="callback"
    )
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "down", "e", *["down"] * 7, "5", "ctrl+s")
        said = "“callback” asks the agent for the next call: leave “Call again after, min” out."
        assert notices(pilot) == [said]
        assert "✗ Call again after" in screen_text(pilot)
        assert isinstance(pilot.app.screen, DispositionPage)


async def test_leaving_a_changed_form_asks(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "n", "x", "escape")
        assert "Leave without saving?" in screen_text(pilot)
        await press(pilot, "y")
        assert isinstance(pilot.app.screen, DispositionsPage)
        assert world.calls(dispositions.ADD) == []


async def test_one_that_somebody_else_deleted_says_so(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "enter")
        world.dispositions = world.dispositions[1:]
        await press(pilot, "ctrl+r")
        assert notices(pilot) == ["Somebody else has deleted this disposition: leave this form."]


async def test_one_moves_up_and_down_and_the_cursor_with_it(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "end", "u")
        assert _names(world) == ["sold", "no", "callback"]
        await press(pilot, "shift+up", "u")
        assert _names(world) == ["no", "sold", "callback"]
        await press(pilot, "m", "shift+down", "m")
        assert _names(world) == ["sold", "callback", "no"]
        assert [one.position for one in world.dispositions] == [1, 2, 3]


async def test_places_that_stand_twice_are_counted_anew(daemon: StandIn, world: World) -> None:
    world.dispositions = [one.model_copy(update={"position": 7}) for one in world.dispositions]
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "end", "u")
        assert _names(world) == ["sold", "no", "callback"]
        assert [one.position for one in world.dispositions] == [1, 2, 3]


async def test_deleting_asks_first(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "down", "d")
        assert "Delete the disposition callback?" in screen_text(pilot)
        await press(pilot, "escape")
        assert len(world.dispositions) == 3
        await press(pilot, "delete", "y")
        assert world.calls(dispositions.REMOVE) == [Named(name="callback")]
        assert _names(world) == ["sold", "no"]


async def test_a_refused_delete_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["dispositions.remove"] = ControlError("Campaign “{campaign}” saves it.", campaign="Wiosna")
    async with driven(daemon, "dispositions") as pilot:
        await press(pilot, "d", "y")
        assert notices(pilot) == ["Campaign “Wiosna” saves it."]


async def test_keys_of_the_bar_work_by_mouse(daemon: StandIn) -> None:
    async with driven(daemon, "dispositions") as pilot:
        await _click(pilot, "n Add")
        assert isinstance(pilot.app.screen, DispositionPage)


async def _click(pilot: Pilot[None], text: str) -> None:
    line = screen_text(pilot).splitlines()[-1]
    await pilot.click(offset=(line.index(text) + 1, pilot.app.size.height - 1))
    await until(lambda: isinstance(pilot.app.screen, DispositionPage))
    await settled(pilot)


async def test_who_may_only_look_sees_all_and_changes_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "dispositions") as pilot:
        assert "Add" not in screen_text(pilot)
        await press(pilot, "n", "d", "m", "enter", "x", "ctrl+s")
        assert isinstance(pilot.app.screen, DispositionPage)
        assert {name for name, _asked in world.asked if name.startswith("dispositions.")} == {"dispositions.list"}


async def test_an_empty_system_says_what_to_press(daemon: StandIn, world: World) -> None:
    world.dispositions = []
    async with driven(daemon, "dispositions") as pilot:
        assert "Press n to add the first" in screen_text(pilot)
        await press(pilot, "e", "d", "m")
        assert isinstance(pilot.app.screen, DispositionsPage)


def _busy(world: World) -> None:
    last = {"name": HOSTILE, "name_en": HOSTILE, "private": True, "retry_minutes": 90, "retry_limit": 3, "key": ""}
    world.dispositions[2] = world.dispositions[2].model_copy(update=last)
    never = {"id": 4, "name": "never", "name_pl": "Nie dzwonić", "do_not_call": True, "position": 4, "key": "9"}
    world.dispositions.append(world.dispositions[0].model_copy(update={"success": False, **never}))


@LOOKS
def test_dispositions_look_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    _busy(world)
    snap("dispositions", size, lang, press=("down", "down"))


@LOOKS
def test_the_form_of_one_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    _busy(world)
    snap("dispositions", size, lang, press=("down", "down", "enter", *["down"] * 7))
