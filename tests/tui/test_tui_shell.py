"""What all screens share: places, help, the palette, the link that comes and goes, looking without changing."""

import stat
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets import Input, Static

from minidialer import i18n
from minidialer.control.models import campaigns
from minidialer.control.models.base import Named
from minidialer.control.sentences import DaemonAwayError
from minidialer.tui.app import SupervisorApp
from minidialer.tui.help import HelpScreen
from minidialer.tui.page import Page, doing
from minidialer.tui.places import PLACES
from minidialer.tui.preferences import Preferences, preferences_file
from minidialer.tui.widgets.bars import KeyBar, NavBar, key_name

from .conftest import Snap
from .harness import LARGE, LOOKS, SMALL, driven, new_app, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import World


class Probe(Page):
    """A page that counts how often it loads, with one action that changes something."""

    NAME = "Probe"
    ABOUT = "For tests. `x` does it."
    CHANGES = frozenset(("stop",))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "stop", "Stop Wiosna"), Binding("u", "ask", "Ask")]
    loads = 0
    answer: str | None = ""

    def body(self) -> ComposeResult:
        yield Static("probe")

    async def load(self) -> None:
        await self.call(campaigns.LIST, campaigns.LIST.params())
        self.loads += 1

    @doing
    async def action_stop(self) -> None:
        await self.call(campaigns.STOP, Named(name="Wiosna"))

    @doing
    async def action_ask(self) -> None:
        self.answer = await self.ask("A name?")


async def _probe(pilot: Pilot[None]) -> Probe:
    page = Probe()
    assert isinstance(pilot.app, SupervisorApp)
    pilot.app.open(page)
    await settled(pilot)
    return page


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
async def test_all_places_fit_into_eighty_columns(daemon: StandIn, lang: str) -> None:
    i18n.set_language(lang)
    async with driven(daemon) as pilot:
        line = screen_text(pilot).splitlines()[0]
        assert all(
            key_name(place.key) + i18n._(place.label).replace(" ", "") in line.replace(" ", "") for place in PLACES
        )
        bar = pilot.app.screen.query_one(NavBar)
        assert [part.label for _left, part in bar._fitting()] == [i18n._(place.label) for place in PLACES]


async def test_a_click_on_a_key_presses_it(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        line = screen_text(pilot).splitlines()[-1]
        await pilot.click(KeyBar, offset=(line.index("Help"), 0))
        await until(lambda: isinstance(pilot.app.screen, HelpScreen))


async def test_help_names_every_key_of_the_screen_and_what_it_is_for(daemon: StandIn) -> None:
    async with driven(daemon, size=LARGE) as pilot:
        await _probe(pilot)
        await press(pilot, "question_mark")
        text = screen_text(pilot)
        for said in ("Probe", "For tests. x does it.", "Stop Wiosna", "Look again", "F7", "Ctrl+P"):
            assert said in text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, Probe)


async def test_the_palette_does_what_the_keys_do(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        await _probe(pilot)
        await pilot.press("ctrl+p")
        await until(lambda: bool(pilot.app.screen.query(Input)))
        await pilot.press(*"stop wiosna")
        await until(lambda: "Stop Wiosna" in screen_text(pilot))
        await pilot.press("enter")
        await until(lambda: bool(world.calls(campaigns.STOP)))


async def test_a_palette_that_finds_nothing_says_so_in_the_readers_language(daemon: StandIn) -> None:
    i18n.set_language("pl")
    async with driven(daemon) as pilot:
        await _probe(pilot)
        await pilot.press("ctrl+p")
        await until(lambda: bool(pilot.app.screen.query(Input)))
        await pilot.press(*"zzqx")
        await until(lambda: "Nic o takiej nazwie." in screen_text(pilot))
        assert "No matches" not in screen_text(pilot)
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, Probe))


async def test_a_refusal_is_said_in_the_readers_language(daemon: StandIn, world: World) -> None:
    i18n.set_language("pl")
    world.campaigns = world.campaigns[1:]
    async with driven(daemon) as pilot:
        await _probe(pilot)
        await press(pilot, "x")
        assert notices(pilot) == ["Nie ma kampanii „Wiosna”: może chodzi o „Lato”?"]


async def test_nothing_is_changed_by_who_may_only_look(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon) as pilot:
        page = await _probe(pilot)
        assert "You may look, but change nothing." in screen_text(pilot)
        assert "Stop Wiosna" not in screen_text(pilot)
        await press(pilot, "x")
        page.action_stop()  # a screen that forgot to hide it
        await until(lambda: bool(notices(pilot)))
        assert world.calls(campaigns.STOP) == []
        assert "You may look, but change nothing" in notices(pilot)[0]


async def test_it_says_that_the_daemon_is_away_and_loads_again_once_it_is_back(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        page = await _probe(pilot)
        assert page.loads == 1
        daemon.stop()
        await until(lambda: "The daemon" in screen_text(pilot))
        await pilot.press("x")
        await pilot.pause()
        assert notices(pilot) == []  # the banner says it already
        daemon.start()
        await until(lambda: page.loads == 2)
        await until(lambda: "The daemon" not in screen_text(pilot))


async def test_it_waits_for_a_daemon_that_is_not_up_yet(daemon: StandIn) -> None:
    daemon.stop()
    app = new_app(daemon)
    async with app.run_test(size=SMALL) as pilot:
        await until(lambda: "The daemon is not running" in screen_text(pilot))
        daemon.start()
        await settled(pilot)
        assert "Wiosna" in screen_text(pilot)


async def test_without_permission_it_ends_and_says_why(daemon: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("socket.socket.connect", refused)  # root may do everything: the mode alone would not stop it
    app = new_app(daemon)
    async with app.run_test(size=SMALL):
        await until(lambda: app.fatal is not None)
    assert "join the group" in str(app.fatal)


async def test_one_action_at_a_time(daemon: StandIn, world: World) -> None:
    async with driven(daemon) as pilot:
        page = await _probe(pilot)
        page.action_stop()
        page.action_stop()
        await settled(pilot)
        assert len(world.calls(campaigns.STOP)) == 1


async def test_asking_gives_what_was_typed_or_nothing(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        page = await _probe(pilot)
        await press(pilot, "u")
        await pilot.press(*"Ola", "enter")
        await until(lambda: page.answer == "Ola")
        await press(pilot, "u")
        await pilot.press("escape")
        await until(lambda: page.answer is None)


async def test_a_theme_that_was_chosen_is_found_again(daemon: StandIn, tmp_path: Path) -> None:
    kept = tmp_path / "config" / "tui.json"

    def opened() -> SupervisorApp:
        return SupervisorApp(daemon.socket, zone=ZoneInfo("UTC"), preferences=Preferences(kept))

    app = opened()
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert app.theme == "minidialer-dark"
        app.action_theme()
        await pilot.pause()
        await pilot.press("down", "enter")
        await until(lambda: app.theme == "minidialer-light")
    again = opened()
    async with again.run_test(size=SMALL) as pilot:
        await settled(pilot)
        assert again.theme == "minidialer-light"


def test_preferences_that_cannot_be_kept_are_done_without(tmp_path: Path) -> None:
    broken = tmp_path / "tui.json"
    broken.write_text("not json")
    assert Preferences(broken).theme == ""
    closed = tmp_path / "file"
    closed.touch(mode=stat.S_IRUSR)
    Preferences(closed / "tui.json").keep_theme("x")
    assert preferences_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/minidialer/tui.json")


async def test_quitting_ends_it_at_once(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        await pilot.press("q")
        await until(lambda: not pilot.app.is_running)


@LOOKS
def test_help_looks_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("overview", size, lang, press=("question_mark",))


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_a_daemon_that_went_away_looks_right(snap: Snap, daemon: StandIn, lang: str) -> None:
    async def gone(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, SupervisorApp)
        app.session._tell(None, DaemonAwayError("The daemon went away: waiting for it to come back."))
        await pilot.pause()

    snap("overview", SMALL, lang, before=gone)
