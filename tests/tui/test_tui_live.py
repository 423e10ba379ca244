"""The live panel: what it shows of a campaign four times a second, and what a supervisor orders from it."""

import pytest
from textual.pilot import Pilot

from minidialer.control.models import agents, campaigns, figures, leads
from minidialer.control.models.base import WireSentence
from minidialer.control.models.watch import CallLine, Snapshot
from minidialer.control.sentences import ControlError, to_wire
from minidialer.domain.sentence import sentence
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.campaign import CampaignPage
from minidialer.tui.screens.live import LivePage
from minidialer.tui.screens.live_more import MorePage
from minidialer.tui.screens.overview import OverviewPage
from minidialer.tui.screens.pacing import PacingPage

from .harness import LARGE, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import World
from .world_live import add_live, set_panel, set_predictive

ORDERS = (campaigns.START, campaigns.STOP, agents.PAUSE, agents.RESUME, agents.LOG_OUT, agents.SPY)


@pytest.fixture(autouse=True)
def _live(world: World) -> None:
    add_live(world)
    set_panel(world)


def _ordered(world: World) -> list[object]:
    names = {method.name for method in ORDERS}
    return [params for name, params in world.asked if name in names]


async def _open(pilot: Pilot[None]) -> None:
    """The panel of Wiosna, its bottom lines in place."""
    assert isinstance(pilot.app, SupervisorApp)
    pilot.app.open(LivePage("Wiosna"))
    await settled(pilot)


def _line(pilot: Pilot[None], word: str) -> str:
    return next(line for line in screen_text(pilot).splitlines() if line.strip().startswith(word))


async def _answer(pilot: Pilot[None], said: str, *keys: str) -> None:
    await until(lambda: said in screen_text(pilot))
    await pilot.press(*keys)
    await pilot.pause()


# -- what it shows ------------------------------------------------------------------------------------------------


async def test_enter_on_the_overview_opens_it(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, LivePage)
        assert "Klienci 2026" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, OverviewPage)


async def test_it_says_in_one_line_why_it_dials_as_much_as_it_does(daemon: StandIn, world: World) -> None:
    why = sentence(
        "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s: {starts_left} left",
        ready=3, percent=100, in_flight=4, gap=2, starts_left=1,
    )  # fmt: skip
    set_panel(world, decision=to_wire(why))
    async with driven(daemon) as pilot:
        await _open(pilot)
        assert _line(pilot, "why").split("why")[1].strip() == "3 ready × (1+100 %) − 4 under way = 2; limit 5 s: 1 left"


async def test_looking_ahead_it_says_what_it_goes_by_and_what_it_may_spend(daemon: StandIn, world: World) -> None:
    set_predictive(world)
    async with driven(daemon) as pilot:
        await _open(pilot)
        assert "2 more; the risk of one beyond is 12.3 %, admitted 2.8 %" in _line(pilot, "why")
        assert "3 ready, 1.4 soon free, 4 under way, 1 waiting, 28 ± 3 % answer" in _line(pilot, "sees")
        assert "today 9.3 of 27.3 left (<2.9 %); 30 days 16.3 of 387.3 left (<3.1 %)" in _line(pilot, "budget")
        set_predictive(world, empty=True)
        daemon.push()
        await until(lambda: "one call for each ready agent: the abandon budget is empty" in _line(pilot, "why"))
        assert "today -0.7 of 27.3 left" in _line(pilot, "budget")
        set_panel(world, decision=WireSentence(template="no lead is due now"))
        daemon.push()
        await until(lambda: "no lead is due now" in _line(pilot, "why"))
        set_panel(world, decision=WireSentence(template="stopped"), running=False, explanation=None)
        daemon.push()
        await until(lambda: "nothing: it does not dial" in _line(pilot, "sees"))
        set_panel(world, budget=None)
        daemon.push()
        await until(lambda: "budget" not in screen_text(pilot))


async def test_all_of_it_is_one_key_away(daemon: StandIn, world: World) -> None:
    set_predictive(world)
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "b")
        assert isinstance(pilot.app.screen, PacingPage)
        text = screen_text(pilot)
        assert "risk of the next   12.34 %" in text
        assert "held by            the risk of the next" in text
        assert "a talk            95 s" in text
        assert _line(pilot, "30 days").split()[2:] == [
            *("12", "911", "371", "2.87", "%", "3.13", "%", "387.3", "371", "16.3")
        ]
        set_predictive(world, empty=True)
        await press(pilot, "ctrl+r")
        assert "Budget: empty" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, LivePage)


async def test_it_follows_the_floor(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        assert "agents  8: ready 3" in screen_text(pilot)
        panel = world.snapshot.campaigns[0]
        people = [one.model_copy(update={"state": "ready", "form_open": False}) for one in panel.agents]
        call = CallLine(attempt_id=99, number="+48700100299", state="waiting", seconds=9, seconds_in_state=2)
        set_panel(world, agents=people, waiting=[call, *panel.waiting], running=False, status_reason="no numbers left")
        daemon.push()
        await until(lambda: "agents  8: ready 8" in screen_text(pilot))
        assert "● stopped" in screen_text(pilot)
        assert "no numbers left" in _line(pilot, "why")
        assert "2 waiting for an agent" in _line(pilot, "calls")
        assert "+48700100299     waits" in screen_text(pilot)


async def test_dispositions_keep_their_order_and_exhausted_is_the_last(daemon: StandIn, world: World) -> None:
    counts = [campaigns.DispositionCount(disposition=f"skutek {number}", leads=number) for number in range(20)]
    world.figures[0] = world.figures[0].model_copy(update={"dispositions": counts})
    async with driven(daemon) as pilot:
        await _open(pilot)
        await until(lambda: "exhausted" in screen_text(pilot))
        shown = [line.split("  ")[0].strip() for line in screen_text(pilot).splitlines()]
        begin = shown.index("disposition") + 1
        assert shown[begin : begin + 6] == [*(f"skutek {number}" for number in range(5)), "exhausted"]
        await press(pilot, "right", "right", "end")
        shown = [line.split("  ")[0].strip() for line in screen_text(pilot).splitlines()]
        assert shown[begin : begin + 6] == [*(f"skutek {number}" for number in range(15, 20)), "exhausted"]


async def test_who_has_an_open_form_is_struck_through(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        struck = [
            segment.text
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.strike
        ]
        assert struck == ["Ewa Lis", "form open"]


async def test_the_last_hour_is_drawn(daemon: StandIn) -> None:
    async with driven(daemon, size=LARGE) as pilot:
        await _open(pilot)
        assert "1 374" in _line(pilot, "calls      1 374")
        assert "540" in _line(pilot, "answered")
        assert _line(pilot, "lost").rstrip().endswith("▆▆  ▆▆")
        assert screen_text(pilot).splitlines()[-2].split() == ["11:15", "11:30", "11:45", "12:00"]


async def test_a_new_name_is_followed(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        set_panel(world, name="Wiosna 2")
        world.campaigns[0] = world.campaigns[0].model_copy(update={"name": "Wiosna 2"})
        daemon.push()
        await until(lambda: "Wiosna 2" in screen_text(pilot))
        await press(pilot, "ctrl+r", "s")
        assert world.calls(figures.FIGURES)[-1].name == "Wiosna 2"
        assert [asked.name for asked in world.calls(campaigns.STOP)] == ["Wiosna 2"]


async def test_a_deleted_campaign_closes_it(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        world.snapshot = Snapshot(link_up=True, draining=False, campaigns=[], agents=[])
        daemon.push()
        await until(lambda: isinstance(pilot.app.screen, OverviewPage))
        assert "Wiosna was deleted." in notices(pilot)


async def test_the_table_of_calls_keeps_to_its_row_while_calls_come_and_go(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "right", "down", "down")
        set_panel(world, waiting=[], dialling=world.snapshot.campaigns[0].dialling[1:])
        daemon.push()
        await until(lambda: "+48600100210" not in screen_text(pilot))
        await press(pilot, "enter")
        assert world.calls(leads.FIND)[-1] == leads.LeadsFind(number="+48600100202", lead_list="Klienci 2026")


# -- keys ---------------------------------------------------------------------------------------------------------


async def test_one_key_starts_and_stops(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "s")
        set_panel(world, running=False)
        daemon.push()
        await until(lambda: "● stopped" in screen_text(pilot))
        world.refusals["campaigns.start"] = ControlError("No agent is assigned: assign one.")
        await press(pilot, "s")
        assert [type(asked).__name__ for asked in _ordered(world)] == ["Named", "Named"]
        assert notices(pilot) == ["Wiosna is stopped; calls under way go on.", "No agent is assigned: assign one."]


async def test_settings_are_one_key_away(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, CampaignPage)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, LivePage)


async def test_the_chosen_agent_is_paused_and_comes_back(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "down", "down")
        await pilot.press("p")
        await _answer(pilot, "Pause Celina Zając", *"rozmowa", "enter")
        await settled(pilot)
        assert _ordered(world) == [agents.AgentPause(login="celina", reason="rozmowa")]
        await press(pilot, "down", "down", "down", "p")
        assert _ordered(world)[1:] == [agents.AgentKey(login="filip")]


async def test_who_talks_is_paused_after_the_call_or_at_once(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await pilot.press("p")
        await _answer(pilot, "Pause Anna Kowalska", "down", "enter")
        await _answer(pilot, "Why?", "enter")
        await settled(pilot)
        assert _ordered(world) == [agents.AgentPause(login="anna", reason="ala", force=True)]


async def test_the_chosen_agent_is_logged_out(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await pilot.press("l")
        await _answer(pilot, "Log out Anna Kowalska", "enter")
        await settled(pilot)
        await press(pilot, "down", "down")
        await pilot.press("l")
        await _answer(pilot, "Log out Celina Zając?", "y")
        await settled(pilot)
        assert _ordered(world) == [agents.AgentLogOut(login="anna"), agents.AgentLogOut(login="celina", force=False)]


@pytest.mark.parametrize(
    ("key", "said"), [("p", "Pause Anna"), ("l", "Log out Anna"), ("h", "Your own telephone")], ids="plh"
)
async def test_leaving_a_question_orders_nothing(daemon: StandIn, world: World, key: str, said: str) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await pilot.press(key)
        await _answer(pilot, said, "escape")
        await settled(pilot)
        assert _ordered(world) == []


async def test_listening_needs_a_talk(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await pilot.press("h")
        await _answer(pilot, "Your own telephone", *"601", "enter")
        await _answer(pilot, "Into the talk of Anna Kowalska", "enter")
        await settled(pilot)
        assert _ordered(world) == [agents.AgentSpy(login="anna", mode="listen", extension="601")]
        await press(pilot, "down", "down", "h")
        assert notices(pilot)[-1] == "Celina Zając is in no talk just now."


async def test_an_order_that_is_refused_says_why(daemon: StandIn, world: World) -> None:
    world.refusals["agents.resume"] = ControlError("The phone of {login} does not answer.", login="filip")
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, *["down"] * 5, "p")
        assert notices(pilot) == ["The phone of filip does not answer."]


async def test_who_may_only_look_orders_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon) as pilot:
        await _open(pilot)
        assert "Start/stop" not in screen_text(pilot)
        await press(pilot, *"splh")
        assert _ordered(world) == []


async def test_the_mouse_chooses_and_opens(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await pilot.click("#calls", offset=(3, 3))
        await pilot.click("#calls", offset=(3, 3), times=2)
        await settled(pilot)
        assert isinstance(pilot.app.screen, MorePage)
        assert world.calls(leads.FIND)[-1].number == "+48600100202"


# -- more about an agent or a number ------------------------------------------------------------------------------


async def test_enter_on_an_agent_shows_the_day_and_the_talk(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "enter")
        text = screen_text(pilot)
        assert "61 talks of 2:30:00 in all, 9 successes; logged in for 4:00:00" in text
        assert "+48600100220" in text
        assert "2026-05-03 12:00 answered         2:34 anna      callback" in text
        await press(pilot, "escape", "down", "down", "enter")
        assert "Celina Zając" in screen_text(pilot)
        assert "called at" not in screen_text(pilot)


async def test_a_number_without_lead_or_history_says_so(daemon: StandIn, world: World) -> None:
    world.on(leads.FIND, lambda _: leads.Leads(leads=[]))
    world.on(leads.HISTORY, lambda asked: leads.History(number=asked.number, lines=[]))
    async with driven(daemon) as pilot:
        await _open(pilot)
        await press(pilot, "right", "enter")
        assert "+48600100210" in screen_text(pilot)
        assert "Nobody has called this number yet." in screen_text(pilot)
