"""The overview: from an empty system to a campaign that runs, and what it shows of one that does."""

from datetime import UTC

import pytest
from textual.pilot import Pilot

from minidialer import i18n
from minidialer.control.models import campaigns, system
from minidialer.control.sentences import ControlError, to_wire
from minidialer.domain.sentence import sentence
from minidialer.tui.app import SupervisorApp

from .conftest import Snap
from .harness import LOOKS, SMALL, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import HOSTILE, SETTINGS, World


def _accept_new(world: World) -> None:
    def add(asked: campaigns.CampaignAdd) -> campaigns.Campaign:
        made = campaigns.Campaign(
            id=99,
            name=asked.name,
            status="stopped",
            lead_list=asked.lead_list,
            agents=asked.agents,
            settings=SETTINGS,
        )
        world.campaigns.append(made)
        return made

    world.on(campaigns.ADD, add)
    world.on(campaigns.SET, lambda asked: world.change(asked.name, agents=asked.agents))


async def _answer(pilot: Pilot[None], said: str, *keys: str) -> None:
    """Answer the dialog that says this."""
    await until(lambda: said in screen_text(pilot))
    await pilot.press(*keys)
    await pilot.pause()


async def test_one_key_starts_and_stops(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await press(pilot, "s")
        assert [asked.name for asked in world.calls(campaigns.STOP)] == ["Wiosna"]
        await press(pilot, "down", "s")
        assert [asked.name for asked in world.calls(campaigns.START)] == ["Ankieta po zakupie"]
        assert notices(pilot) == ["Wiosna is stopped; calls under way go on.", "Ankieta po zakupie is running."]


async def test_a_start_that_is_refused_says_why(daemon: StandIn, world: World) -> None:
    world.refusals["campaigns.start"] = ControlError("No agent is assigned: assign one.")
    async with driven(daemon) as pilot:
        await press(pilot, "down", "s")
        assert notices(pilot) == ["No agent is assigned: assign one."]


async def test_a_campaign_is_made_by_answering_three_questions(daemon: StandIn, world: World) -> None:
    _accept_new(world)
    async with driven(daemon) as pilot:
        await pilot.press("n")
        await _answer(pilot, "What is it called?", *"Lato", "enter")
        await _answer(pilot, "Which list does it dial?", "a", "enter")
        await _answer(pilot, "Who may join Lato?", "space", "c", "space", "enter")
        await settled(pilot)
        (asked,) = world.calls(campaigns.ADD)
        assert asked == campaigns.CampaignAdd(name="Lato", lead_list="Ankieta", agents=["anna", "celina"])
        assert "Lato is there, stopped: e shows its settings, s starts it." in notices(pilot)
        await press(pilot, "s")
        assert [started.name for started in world.calls(campaigns.START)] == ["Lato"]


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_leaving_any_of_the_questions_makes_nothing(daemon: StandIn, world: World, steps: int) -> None:
    questions = [("What is it called?", (*"Lato", "enter")), ("Which list", ("enter",)), ("Who may join", ("enter",))]
    async with driven(daemon) as pilot:
        await pilot.press("n")
        for said, keys in questions[: steps - 1]:
            await _answer(pilot, said, *keys)
        await _answer(pilot, questions[steps - 1][0], "escape")
        await settled(pilot)
        assert world.calls(campaigns.ADD) == []


async def test_agents_are_assigned_with_the_revision_that_was_seen(daemon: StandIn, world: World) -> None:
    _accept_new(world)
    world.change("Ankieta po zakupie", revision=7, agents=["ewa"])
    async with driven(daemon) as pilot:
        await press(pilot, "down")
        await pilot.press("a")
        await _answer(pilot, "Who may join", "space", "enter")
        await settled(pilot)
        (asked,) = world.calls(campaigns.SET)
        assert (asked.agents, asked.revision) == (["anna", "ewa"], 7)


async def test_deleting_asks_first(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await press(pilot, "down")
        await pilot.press("d")
        await _answer(pilot, "Delete the campaign Ankieta po zakupie?", "enter")
        await settled(pilot)
        assert world.calls(campaigns.REMOVE) == []
        await pilot.press("delete")
        await _answer(pilot, "Delete the campaign", "right", "enter")
        await settled(pilot)
        assert [asked.name for asked in world.calls(campaigns.REMOVE)] == ["Ankieta po zakupie"]
        assert "Ankieta po zakupie" not in screen_text(pilot)


async def test_figures_follow_the_floor(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        (wiosna, other) = world.snapshot.campaigns
        quiet = wiosna.model_copy(update={"dialling": [], "running": False, "status_reason": "no numbers left"})
        world.snapshot = world.snapshot.model_copy(update={"campaigns": [quiet, other]})
        daemon.push()
        await until(lambda: "no numbers left" in screen_text(pilot))
        assert "stopped" in next(line for line in screen_text(pilot).splitlines() if line.startswith(" Wiosna"))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_alarms_and_a_lost_link_look_right(snap: Snap, world: World, lang: str) -> None:
    link = world.status.link.model_copy(
        update={"up": False, "problem": to_wire(sentence("Asterisk does not answer: is it running?"))}
    )
    full = system.TrunkLine(name="carrier", channels=30, in_use=30, calls_per_second=10)
    world.status = world.status.model_copy(update={"link": link, "trunks": [full], "draining": True})
    snap("overview", lang=lang)


@LOOKS
def test_campaigns_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("overview", size, lang)


@LOOKS
def test_an_empty_system_shows_the_way(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    world.campaigns, world.lists = [], []
    snap("overview", size, lang)


@LOOKS
def test_hostile_names_look_harmless(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    world.campaigns = [one.model_copy(update={"name": HOSTILE, "lead_list": HOSTILE}) for one in world.campaigns]
    snap("overview", size, lang)


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_question_before_deleting_looks_right(snap: Snap, world: World, lang: str) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await pilot.press("d")
        await until(lambda: len(pilot.app.screen_stack) > 1)
        await pilot.pause()

    world.campaigns[0] = world.campaigns[0].model_copy(update={"name": HOSTILE})
    snap("overview", lang=lang, before=ask)


async def test_the_notice_of_the_configuration_stands_above_the_campaigns(daemon: StandIn) -> None:
    app = SupervisorApp(daemon.socket, zone=UTC, notice="[bold]A seat is free[/]: open http://127.0.0.1:1")
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert "[bold]A seat is free[/]: open http://127.0.0.1:1" in screen_text(pilot)
