"""Agents: their accounts, their passwords, the orders a supervisor gives them, and listening in."""

import pytest

from minidialer.control.models import agents
from minidialer.control.models.agents import AgentAdd, AgentKey, AgentLogOut, AgentPause, AgentSet, AgentSpy
from minidialer.control.sentences import ControlError
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.agent_form import AgentPage
from minidialer.tui.screens.agents import AgentsPage

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, until
from .stand_in import StandIn
from .world import HOSTILE, World
from .world_people import add_agents


@pytest.fixture(autouse=True)
def changing(world: World) -> None:
    add_agents(world)


def _orders(world: World) -> list[str]:
    return [name for name, _asked in world.asked if name.startswith("agents.") and name != "agents.list"]


async def test_a_new_agent_gets_a_password_that_is_shown_once(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "n", *"101", "tab", *"Zofia", "ctrl+s")
        assert "The password of Zofia" in screen_text(pilot)
        assert "k4m7-pq2x-w9tz" in screen_text(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, AgentsPage)
        assert "k4m7" not in screen_text(pilot)
        assert "101  Zofia" in screen_text(pilot)
        assert world.calls(agents.ADD) == [AgentAdd(login="101", name="Zofia")]
        assert _orders(world) == ["agents.add", "agents.password"]


async def test_a_new_agent_may_do_without_a_password_and_have_less_on_the_page(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "n", *"102", *["down"] * 4, "right", "down", "right", "right", "down")
        await pilot.press("enter")
        await until(lambda: "Space marks" in screen_text(pilot))
        await pilot.press("space", "enter")
        await press(pilot, "ctrl+s")
        assert world.calls(agents.SET) == [AgentSet(login="102", language="pl", tabs=["connections", "statistics"])]
        assert _orders(world) == ["agents.add", "agents.set"]
        assert "no password yet: w sets one" in screen_text(pilot)


async def test_a_wrong_account_is_told_as_it_is_typed(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "n", *"1 0")
        assert "✗ SIP account" in screen_text(pilot)
        await press(pilot, "ctrl+s")
        assert _orders(world) == []
        assert isinstance(pilot.app.screen, AgentPage)


async def test_what_is_refused_after_the_agent_was_added_is_saved_by_the_next_try(
    daemon: StandIn, world: World
) -> None:
    world.refusals["agents.set"] = ControlError("There is no list “{name}”.", name="Ankieta")
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "n", *"103", *["down"] * 5, "right", "ctrl+s")
        assert notices(pilot) == ["There is no list “Ankieta”."]
        del world.refusals["agents.set"]
        await press(pilot, "ctrl+s", "enter")
        assert _orders(world) == ["agents.add", "agents.set", "agents.set", "agents.password"]
        assert isinstance(pilot.app.screen, AgentsPage)


async def test_an_edit_saves_what_was_changed_an_empty_name_too(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "enter", "backspace", "down", "down", "left", "ctrl+s")
        assert world.calls(agents.SET) == [AgentSet(login="anna", name="", auto_answer=True)]
        assert "answers by itself" in screen_text(pilot)


async def test_a_password_is_typed_twice_or_taken_away(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "w", "down", "enter", *"short", "enter")
        assert "A password has 8 to 200 characters" in screen_text(pilot)
        await press(pilot, *"er words", "enter", *"other", "enter")
        assert "It is not the same yet." in screen_text(pilot)
        await press(pilot, *["backspace"] * 5, *"shorter words", "enter")
        assert notices(pilot) == ["The password of Anna Kowalska is changed."]
        (asked,) = world.calls(agents.PASSWORD)
        assert asked.password is not None
        assert asked.password.get_secret_value() == "shorter words"
        await press(pilot, "w", "up", "end", "enter")
        assert "no password yet: w sets one" in screen_text(pilot)
        await press(pilot, "w", "escape")
        assert len(world.calls(agents.PASSWORD)) == 2


async def test_an_agent_is_switched_off_after_a_question_and_on_without(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "a")
        assert "Switch off Anna Kowalska?" in screen_text(pilot)
        await press(pilot, "escape")
        assert _orders(world) == []
        await press(pilot, "a", "y")
        assert "switched off: a switches it on" in screen_text(pilot)
        await press(pilot, "a")
        assert [asked.active for asked in world.calls(agents.SET)] == [False, True]


async def test_deleting_asks_first_and_a_refusal_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["agents.remove"] = ControlError("Agent {login} is logged in: log the agent out first.", login="anna")
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "d", "escape")
        assert _orders(world) == []
        await press(pilot, "delete", "y")
        assert notices(pilot) == ["Agent anna is logged in: log the agent out first."]
        del world.refusals["agents.remove"]
        await press(pilot, "d", "y")
        assert "anna" not in screen_text(pilot)


async def test_a_ready_agent_is_paused_with_a_reason_and_comes_back(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "down", "down", "p")
        assert "Pause Celina Zając" in screen_text(pilot)
        await press(pilot, *"talk to me", "enter")
        assert world.calls(agents.PAUSE) == [AgentPause(login="celina", reason="talk to me")]
        daemon.push()
        await until(lambda: "paused" in screen_text(pilot).splitlines()[5])
        await press(pilot, "p")
        assert world.calls(agents.RESUME) == [AgentKey(login="celina")]


async def test_an_agent_in_a_talk_is_paused_politely_or_by_force(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "p", "escape")
        await press(pilot, "p", "enter", "escape")
        assert _orders(world) == []
        await press(pilot, "p", "enter", "enter")
        await press(pilot, "down", "p", "down", "enter", "enter")
        assert world.calls(agents.PAUSE) == [
            AgentPause(login="anna", reason="ala"),
            AgentPause(login="bartek", reason="ala", force=True),
        ]


async def test_an_ordered_pause_is_taken_back(daemon: StandIn, world: World) -> None:
    world.agents[0] = world.agents[0].model_copy(update={"after_call": "pause"})
    async with driven(daemon, "agents") as pilot:
        assert "pause after this call" in screen_text(pilot)
        await press(pilot, "p")
        assert world.calls(agents.RESUME) == [AgentKey(login="anna")]


async def test_who_is_not_there_is_not_paused_or_logged_out(daemon: StandIn, world: World) -> None:
    world.agents[0] = world.agents[0].model_copy(update={"state": "logged_out", "campaign": None})
    world.snapshot = world.snapshot.model_copy(update={"agents": world.snapshot.agents[1:]})
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "p", "l", "h")
        assert notices(pilot) == [
            "Anna Kowalska: in no campaign, there is nothing to pause.",
            "Anna Kowalska: logged out already.",
            "Anna Kowalska is in no talk just now.",
        ]
        assert _orders(world) == []


async def test_agents_are_logged_out_politely_by_force_and_several_at_once(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "end", "l", "escape", "l", "y")
        assert world.calls(agents.LOG_OUT) == [AgentLogOut(login="hela")]
        await press(pilot, "home", "space", "space", "l", "down", "enter")
        assert world.calls(agents.LOG_OUT)[1:] == [
            AgentLogOut(login="anna", force=True),
            AgentLogOut(login="bartek", force=True),
        ]


async def test_a_refusal_of_one_order_does_not_stop_the_others(daemon: StandIn, world: World) -> None:
    world.refusals["agents.log_out"] = ControlError("There is no link to Asterisk just now: try again in a moment.")
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "space", "space", "l", "enter")
        assert len(world.calls(agents.LOG_OUT)) == 2
        assert len(notices(pilot)) == 2


async def test_listening_asks_for_the_telephone_once(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "h", *"6 1", "enter")
        assert "must be 1 to 79 letters" in screen_text(pilot)
        await press(pilot, "backspace", "backspace", *"01", "enter")
        assert "Your telephone 601 rings." in screen_text(pilot)
        await press(pilot, "enter")
        assert notices(pilot) == ["601 rings: pick it up to hear the talk with +48600100220."]
        await press(pilot, "h", "down", "enter")
        assert notices(pilot)[1:] == ["601 is in the talk already: now whispering."]
        await press(pilot, "down", "h", "end", "enter", *"602", "enter", "down", "down", "enter")
        assert world.calls(agents.SPY) == [
            AgentSpy(login="anna", mode="listen", extension="601"),
            AgentSpy(login="anna", mode="whisper", extension="601"),
            AgentSpy(login="bartek", mode="barge", extension="602"),
        ]
        assert isinstance(pilot.app, SupervisorApp)
        assert pilot.app.extension == "602"


async def test_listening_can_be_left_and_refused(daemon: StandIn, world: World) -> None:
    world.refusals["agents.spy"] = ControlError("Asterisk cannot call {extension}.", extension="601")
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "h", "escape")
        await press(pilot, "h", *"601", "enter", "escape")
        assert _orders(world) == []
        await press(pilot, "h", "enter")
        assert notices(pilot) == ["Asterisk cannot call 601."]


async def test_searching_shows_some_and_then_all_again(daemon: StandIn) -> None:
    async with driven(daemon, "agents") as pilot:
        await press(pilot, "slash", *"NOWAK", "enter")
        assert "“nowak”: 1 of 8; / shows all again" in screen_text(pilot)
        assert "filip  Filip Nowak" in screen_text(pilot)
        assert "Celina" not in screen_text(pilot)
        await press(pilot, "slash")
        assert "Celina" in screen_text(pilot)


async def test_who_may_only_look_sees_all_and_changes_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "agents") as pilot:
        assert "Pause" not in screen_text(pilot)
        await press(pilot, *"nplhwad", "enter", "x", "ctrl+s")
        assert isinstance(pilot.app.screen, AgentPage)
        assert _orders(world) == []


async def test_an_empty_system_says_what_to_press(daemon: StandIn, world: World) -> None:
    world.agents = []
    world.snapshot = world.snapshot.model_copy(update={"agents": []})
    async with driven(daemon, "agents") as pilot:
        assert "Press n to add the first" in screen_text(pilot)
        await press(pilot, *"eplhwad")
        assert isinstance(pilot.app.screen, AgentsPage)


def _busy(world: World) -> None:
    second = {"after_call": "pause", "tabs": ["dialer", "connections"], "language": "pl", "blocked_lists": ["Ankieta"]}
    world.agents[1] = world.agents[1].model_copy(update=second)
    world.agents[5] = world.agents[5].model_copy(update={"name": HOSTILE, "has_password": False})
    world.agents[7] = world.agents[7].model_copy(update={"active": False, "state": "logged_out", "campaign": None})
    world.snapshot = world.snapshot.model_copy(update={"agents": world.snapshot.agents[:-1]})


@LOOKS
def test_agents_look_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    _busy(world)
    snap("agents", size, lang, press=("down",))


@LOOKS
def test_a_hostile_name_looks_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    _busy(world)
    snap("agents", size, lang, press=(*["down"] * 5, "enter", "down"))


@LOOKS
def test_a_new_password_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("agents", size, lang, press=("w", "enter"))
