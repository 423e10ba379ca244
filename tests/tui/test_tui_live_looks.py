"""Pictures of the live panel, and of what is behind Enter there."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from minidialer import i18n
from minidialer.control.models import campaigns, figures
from minidialer.control.models.base import WireSentence
from minidialer.control.models.watch import AgentLine, CallLine
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.live import LivePage

from .conftest import Snap
from .harness import LARGE, LOOKS, SMALL, press, settled
from .world import HOSTILE, World
from .world_live import add_live, set_panel, set_predictive


@pytest.fixture(autouse=True)
def _live(world: World) -> None:
    add_live(world)
    set_panel(world)


async def _open(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, SupervisorApp)
    pilot.app.open(LivePage("Wiosna"))
    await settled(pilot)


def _opened(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def opened(pilot: Pilot[None]) -> None:
        await _open(pilot)
        await press(pilot, *keys)

    return opened


@LOOKS
def test_it_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("overview", size, lang, before=_opened())


@LOOKS
def test_looking_ahead_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    set_predictive(world)
    snap("overview", size, lang, before=_opened())


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_an_empty_budget_looks_right(snap: Snap, world: World, lang: str) -> None:
    set_predictive(world, empty=True)
    snap("overview", SMALL, lang, before=_opened())


@LOOKS
def test_pacing_in_full_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    set_predictive(world)
    snap("overview", size, lang, before=_opened("b"))


@LOOKS
def test_more_of_an_agent_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("overview", size, lang, before=_opened("enter"))


@LOOKS
def test_nothing_going_on_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    why = WireSentence(template="stopped")
    set_panel(world, running=False, decision=why, agents=[], dialling=[], waiting=[], talking=[])
    world.figures[0] = figures.CampaignFigures(name="Wiosna", lead_list="Klienci 2026")
    snap("overview", size, lang, before=_opened())


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "140x40"])
def test_hostile_names_look_harmless(snap: Snap, world: World, size: tuple[int, int]) -> None:
    bad = AgentLine(
        login="x", name=HOSTILE, state="paused", reason=HOSTILE, seconds_in_state=9, form_open=True, phone="idle"
    )
    call = CallLine(attempt_id=9, number=HOSTILE, state=HOSTILE, seconds=9, seconds_in_state=2)
    why = WireSentence(template="{name}", values={"name": HOSTILE})
    set_panel(
        world, name=HOSTILE, lead_list=HOSTILE, decision=why, status_reason=HOSTILE, agents=[bad], dialling=[call]
    )
    counts = [campaigns.DispositionCount(disposition=HOSTILE, leads=10**9)]
    world.figures[0] = world.figures[0].model_copy(update={"dispositions": counts})
    snap("overview", size, "en", before=_opened("right", "down", "right"))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_its_help_looks_right(snap: Snap, lang: str) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await _open(pilot)
        await pilot.press("question_mark")
        await pilot.pause()

    snap("overview", lang=lang, before=ask)
