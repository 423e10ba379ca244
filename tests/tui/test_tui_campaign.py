"""A campaign's settings: one form, its agents beside it, saved together; what others change is shown."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from minidialer.control.models import campaigns, pacing
from minidialer.control.models.base import Named
from minidialer.control.models.campaign_settings import KEYS
from minidialer.control.models.campaigns import CampaignSet
from minidialer.control.sentences import ControlError
from minidialer.domain.campaign import CampaignSettings
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens import advice
from minidialer.tui.screens.campaign import CampaignPage
from minidialer.tui.screens.campaign_fields import campaign_fields
from minidialer.tui.screens.live import LivePage
from minidialer.tui.screens.overview import OverviewPage

from .conftest import Snap
from .harness import LOOKS, SMALL, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import HOSTILE, World
from .world_live import add_live
from .world_people import add_campaigns, somebody_sets


@pytest.fixture(autouse=True)
def changing(world: World) -> None:
    add_campaigns(world)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only passes the field where the mode is chosen asks nothing, however slow the machine is."""
    monkeypatch.setattr(advice, "_PAUSE", 1000)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, unhurried: None) -> None:
    monkeypatch.setattr(advice, "_PAUSE", 0)


@contextlib.asynccontextmanager
async def opened(daemon: StandIn, name: str = "Wiosna", size: tuple[int, int] = SMALL) -> AsyncIterator[Pilot[None]]:
    async with driven(daemon, size=size) as pilot:
        assert isinstance(pilot.app, SupervisorApp)
        pilot.app.open(CampaignPage(name))
        await settled(pilot)
        yield pilot


def _page(pilot: Pilot[None]) -> CampaignPage:
    assert isinstance(pilot.app.screen, CampaignPage)
    return pilot.app.screen


async def _choose(pilot: Pilot[None], *keys: str) -> None:
    """In the dialog of agents."""
    await until(lambda: "Space marks" in screen_text(pilot))
    await pilot.press(*keys)
    await settled(pilot)


def _sets(world: World) -> list[CampaignSet]:
    return world.calls(campaigns.SET)


def test_every_setting_is_in_the_form_in_the_order_of_the_model() -> None:
    fields = campaign_fields(["Klienci"], ["carrier"], [("no", "no")])
    names = [field.name for field in fields]
    assert sorted(names) == sorted(["name", "lead_list", *KEYS])
    assert names[:11] == [
        "name", "private_leads", "lead_list", "autosave", "when_all_busy", "hold_audio", "ring_timeout",
        "overdial_percent", "max_attempts_per_5s", "max_retries", "retry_interval",
    ]  # fmt: skip
    assert all(field.label and field.about for field in fields)


def test_shares_may_be_typed_with_a_comma() -> None:
    (share,) = [field for field in campaign_fields([], [], []) if field.name == "abandon_target"]
    assert share.read("2,5") == 2.5
    assert share.show(CampaignSettings().abandon_target) == "3"
    assert share.fault("a") == "must be a number"


async def test_settings_name_list_and_agents_are_saved_together(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, "right", "up", *"Lato", "down", "down", "right", *["down"] * 4, *"25")
        await press(pilot, "ctrl+g")
        await _choose(pilot, "end", "space", "enter")
        await press(pilot, "ctrl+s")
        logins = ["anna", "bartek", "celina", "darek", "ewa", "filip", "gosia"]
        assert _sets(world) == [
            CampaignSet(
                name="Wiosna", new_name="Lato", lead_list="Ankieta", agents=logins, revision=0,
                settings={"private_leads": "manual", "ring_timeout": 25},
            )
        ]  # fmt: skip
        assert notices(pilot) == ["Saved."]
        assert "Lato" in screen_text(pilot).splitlines()[1]
        assert not _page(pilot).unsaved
        await press(pilot, "backspace", "backspace", "2", "6", "ctrl+s")
        assert _sets(world)[1] == CampaignSet(name="Lato", revision=1, settings={"ring_timeout": 26})


async def test_the_list_can_be_taken_away_from_the_dialog(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, "down", "enter")
        await pilot.press("home", "enter")
        await settled(pilot)
        await press(pilot, "ctrl+s")
        assert _sets(world)[0].lead_list == ""


async def test_what_is_wrong_is_told_as_it_is_typed_and_not_saved(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, *["down"] * 5, *"999", "ctrl+s")
        assert "✗ Let it ring" in screen_text(pilot)
        assert "It must be 120 or less." in screen_text(pilot)
        assert notices(pilot) == ["Let it ring, s: it must be 120 or less."]
        assert _sets(world) == []


async def test_a_rule_between_settings_is_told_at_its_field_in_the_words_of_the_form(
    daemon: StandIn, world: World
) -> None:
    world.refusals["campaigns.set"] = ControlError(
        "wrap_up_limit needs default_disposition, which is saved when it passes: set both, or wrap_up_limit=0."
    )
    async with opened(daemon) as pilot:
        await press(pilot, "right", "ctrl+s")
        said = (
            "“Form open at most, s” needs “Saved at that limit”, which is saved when it passes: set both, or "
            "“Form open at most, s”=0."
        )
        assert notices(pilot) == [said]
        assert "✗ Form open at most" in screen_text(pilot)


async def test_agents_are_taken_off_on_the_left_and_that_is_taken_back(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, "up", "shift+tab", "down", "r")
        assert "- bartek" in screen_text(pilot)
        assert "• agents: 7" in screen_text(pilot)
        await press(pilot, "space")
        assert not _page(pilot).unsaved
        await press(pilot, "r", "ctrl+s")
        assert _sets(world)[0].agents is not None
        assert "bartek" not in (_sets(world)[0].agents or [])
        assert "bartek" not in screen_text(pilot)


async def test_agents_are_let_in_and_a_dialog_left_changes_nothing(daemon: StandIn, world: World) -> None:
    async with opened(daemon, "Ankieta po zakupie") as pilot:
        assert "Press a to let" in screen_text(pilot)
        await press(pilot, "a")
        await _choose(pilot, "space", "escape")
        assert not _page(pilot).unsaved
        await press(pilot, "a")
        await _choose(pilot, "space", "space", "enter")
        assert "+ anna" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert _sets(world) == [CampaignSet(name="Ankieta po zakupie", agents=["anna", "bartek"], revision=0)]


async def test_what_somebody_else_changes_comes_in_and_is_told(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        somebody_sets(world, "Wiosna", agents=["anna"], ring_timeout=60, overdial_percent=50)
        await press(pilot, "ctrl+r")
        assert notices(pilot) == ["Somebody else has changed: Let it ring, s, Overdial, %, Agents."]
        assert "60" in screen_text(pilot)
        assert "bartek" not in screen_text(pilot)


async def test_what_was_typed_is_kept_marked_and_saved_over_only_after_a_question(
    daemon: StandIn, world: World
) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, *["down"] * 5, *"44")
        somebody_sets(world, "Wiosna", ring_timeout=60)
        await press(pilot, "ctrl+r")
        assert "≠ Let it ring" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert "Let it ring, s is 60 now." in screen_text(pilot)
        await press(pilot, "escape")
        assert len(_sets(world)) == 0
        await press(pilot, "ctrl+s", "y")
        assert _sets(world)[0] == CampaignSet(name="Wiosna", settings={"ring_timeout": 44}, revision=1)


async def test_a_save_that_knows_nothing_of_another_is_refused_and_shows_it(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, *["down"] * 5, *"44")
        somebody_sets(world, "Wiosna", ring_timeout=60, max_retries=9)
        await press(pilot, "ctrl+s")
        assert notices(pilot)[0] == (
            "Campaign “Wiosna” was changed by ola meanwhile, at 2026-05-04 12:00: look at it again."
        )
        assert "≠ Let it ring" in screen_text(pilot)
        assert world.campaign("Wiosna").settings.ring_timeout == 60


async def test_agents_chosen_here_and_elsewhere_go_together(daemon: StandIn, world: World) -> None:
    async with opened(daemon, "Ankieta po zakupie") as pilot:
        await press(pilot, "a")
        await _choose(pilot, "space", "enter")
        somebody_sets(world, "Ankieta po zakupie", agents=["hela"])
        await press(pilot, "ctrl+r", "ctrl+s")
        assert _sets(world)[0].agents == ["anna", "hela"]


async def test_a_renamed_campaign_is_followed_and_a_deleted_one_left(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        somebody_sets(world, "Wiosna", new_name="Lato")
        await press(pilot, "ctrl+r")
        assert "Lato" in screen_text(pilot).splitlines()[1]
        world.campaigns = world.campaigns[1:]
        await press(pilot, "ctrl+r")
        assert isinstance(pilot.app.screen, OverviewPage)
        assert notices(pilot)[-1] == "Somebody else has deleted Lato."


async def test_it_is_stopped_and_started(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        assert "● running" in screen_text(pilot)
        await press(pilot, "s")
        assert "○ stopped" in screen_text(pilot)
        await press(pilot, "up", "f8")
        assert world.calls(campaigns.STOP) == world.calls(campaigns.START) == [Named(name="Wiosna")]
        assert "● running" in screen_text(pilot)


async def test_starting_with_changes_saves_them_first_if_wanted(daemon: StandIn, world: World) -> None:
    world.change("Wiosna", status="stopped")
    async with opened(daemon) as pilot:
        await press(pilot, "right", "s")
        assert "Save what you changed, and start?" in screen_text(pilot)
        await press(pilot, "escape")
        assert world.calls(campaigns.START) == []
        await press(pilot, "s", "y")
        assert _sets(world) == [CampaignSet(name="Wiosna", settings={"private_leads": "manual"}, revision=0)]
        assert world.calls(campaigns.START) == [Named(name="Wiosna")]


async def test_starting_without_a_list_or_agents_says_where_to_go(daemon: StandIn, world: World) -> None:
    world.change("Ankieta po zakupie", lead_list=None)
    async with opened(daemon, "Ankieta po zakupie") as pilot:
        await press(pilot, "s")
        assert "Choose the list whose numbers are dialled" in screen_text(pilot)
        await press(pilot, "right", "ctrl+s", "s")
        assert notices(pilot)[-1] == "Nobody may join yet: press a to assign agents, save, and start."
        assert world.calls(campaigns.START) == []


async def test_what_the_daemon_refuses_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["campaigns.stop"] = ControlError("The daemon is stopping.")
    world.refusals["campaigns.remove"] = ControlError("Campaign “{campaign}” runs: stop it first.", campaign="Wiosna")
    async with opened(daemon) as pilot:
        await press(pilot, "s", "d", "y")
        assert notices(pilot) == ["The daemon is stopping.", "Campaign “Wiosna” runs: stop it first."]


async def test_deleting_asks_first(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, "d", "escape")
        assert world.calls(campaigns.REMOVE) == []
        await press(pilot, "d", "y")
        assert world.calls(campaigns.REMOVE) == [Named(name="Wiosna")]
        assert isinstance(pilot.app.screen, OverviewPage)


async def test_the_live_panel_is_one_key_away(daemon: StandIn, world: World) -> None:
    add_live(world)
    async with opened(daemon) as pilot:
        for keys in (("l",), ("up", "ctrl+l")):
            await press(pilot, *keys)
            assert isinstance(pilot.app.screen, LivePage)
            await press(pilot, "escape")
            assert isinstance(pilot.app.screen, CampaignPage)


async def test_leaving_with_other_agents_asks(daemon: StandIn) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, "up", "shift+tab", "r", "escape")
        assert "Leave without saving?" in screen_text(pilot)
        await press(pilot, "y")
        assert isinstance(pilot.app.screen, OverviewPage)


async def test_without_agents_it_says_where_they_are_added(daemon: StandIn, world: World) -> None:
    world.agents = []
    async with opened(daemon, "Ankieta po zakupie") as pilot:
        await press(pilot, "a")
        assert notices(pilot) == ["There are no agents yet: F2 is where they are added."]


async def test_who_may_only_look_sees_all_and_changes_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with opened(daemon) as pilot:
        await press(pilot, "right", "s", "a", "r", "d", "ctrl+s")
        assert isinstance(pilot.app.screen, CampaignPage)
        assert not _page(pilot).unsaved
        assert "Start/stop" not in screen_text(pilot)
        asked = {name for name, _asked in world.asked if name.startswith("campaigns.")}
        assert asked - {"campaigns.figures"} == {"campaigns.list", "campaigns.show"}


# -- what the modes would give -------------------------------------------------------------------------------------

TO_PACING = ["down"] * 10  # from the field the form opens with


@pytest.mark.usefixtures("at_once")
async def test_where_the_mode_is_chosen_stands_what_each_would_give(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, *TO_PACING)
        await until(lambda: "power +100 %" in screen_text(pilot))
        shown = [line.rpartition("│")[2].split() for line in screen_text(pilot).splitlines()]
        assert ["progressive", "54", "%", "31", "s", "0.0", "%"] in shown
        assert ["predictive", "82", "%", "9", "s", "2.9", "%"] in shown
        assert "joined: 8; 28 % answer, talk 95 s, form 21 s" in screen_text(pilot)
        await until(lambda: "Pacing" in screen_text(pilot))
        await press(pilot, "right", "down", "up")
        await press(pilot, "down")
        assert "joined: 8" not in screen_text(pilot)
        assert world.calls(pacing.ADVICE) == [pacing.AdviceOf(name="Wiosna", overdial_percent=0)]


@pytest.mark.usefixtures("at_once")
async def test_what_is_chosen_and_not_saved_yet_counts(daemon: StandIn, world: World) -> None:
    async with opened(daemon) as pilot:
        await press(pilot, *["down"] * 6, *"40", *["down"] * 4)
        await until(lambda: "power +40 %" in screen_text(pilot))
        await press(pilot, "ctrl+g")
        await _choose(pilot, "end", "space", "enter")
        await press(pilot, "up", "down")
        await until(lambda: "agents: 7;" in screen_text(pilot))
        assert "agents: 7; assumed 28 % answer" in screen_text(pilot)
        assert world.calls(pacing.ADVICE)[-1] == pacing.AdviceOf(name="Wiosna", agents=7, overdial_percent=40)


@pytest.mark.usefixtures("at_once")
async def test_advice_that_is_refused_says_why_and_is_asked_again(daemon: StandIn, world: World) -> None:
    world.refusals["pacing.advice"] = ControlError("Nobody is assigned: assign agents.")
    async with opened(daemon) as pilot:
        await press(pilot, *TO_PACING)
        await until(lambda: "Nobody is assigned: assign agents." in screen_text(pilot))
        del world.refusals["pacing.advice"]
        await press(pilot, "down", "up")
        await until(lambda: "power +100 %" in screen_text(pilot))


@LOOKS
@pytest.mark.usefixtures("at_once")
def test_advice_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    async def chosen(pilot: Pilot[None]) -> None:
        await press(pilot, *TO_PACING, "right")
        await until(lambda: "+100 %" in screen_text(pilot))

    snap(lambda: CampaignPage("Wiosna"), size, lang, before=chosen)


@LOOKS
def test_settings_look_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    world.agents[1] = world.agents[1].model_copy(update={"name": HOSTILE})
    snap(lambda: CampaignPage("Wiosna"), size, lang, press=("up", "shift+tab", "down", "r", "tab", "down"))


@LOOKS
def test_a_conflict_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    world.change("Wiosna", status="stopped", status_reason=HOSTILE)

    async def both_change(pilot: Pilot[None]) -> None:
        await press(pilot, *["down"] * 9, "7", *["down"] * 11)
        somebody_sets(world, "Wiosna", retry_interval=30)
        await press(pilot, "ctrl+r", *["up"] * 11)
        pilot.app.clear_notifications()  # how long the notice stands there is a matter of the machine
        await until(lambda: not pilot.app.screen.query(Toast))

    snap(lambda: CampaignPage("Wiosna"), size, lang, before=both_change)
