"""The audit trail: looked through, filtered, a page at a time."""

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

import minidialer
from minidialer.control.models import audit
from minidialer.tui.screens.audit_words import ACTIONS, KINDS
from minidialer.tui.widgets.table import Table

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, settled, until
from .stand_in import StandIn
from .world import NOON, World
from .world_audit import add_audit


async def _answer(pilot: Pilot[None], said: str, *keys: str) -> None:
    """Answer the dialog that says this."""
    await until(lambda: said in screen_text(pilot))
    await pilot.press(*keys)
    await pilot.pause()


def _ids(pilot: Pilot[None]) -> list[int]:
    return [row.line.id for row in pilot.app.screen.query_one(Table).rows]


def test_every_action_has_words() -> None:
    """Those that the code writes into the trail: a word more there is a word to be added here."""
    package = Path(minidialer.__file__).parent
    sources = [path for part in ("daemon", "importing", "store") for path in (package / part).rglob("*.py")]
    nouns = "|".join(KINDS)
    written = {found for path in sources for found in re.findall(rf'"((?:{nouns})\.[a-z_]+)"', path.read_text("utf-8"))}
    written = {action for action in written if not action.endswith(".id")}
    assert len(written) > 20
    assert written <= set(ACTIONS)
    assert {action.partition(".")[0] for action in ACTIONS} == set(KINDS)


async def test_pages_follow_when_the_end_comes_near(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        assert len(_ids(pilot)) == 100
        assert "changes: 100 and more, the newest first" in screen_text(pilot)
        await press(pilot, "end")
        await until(lambda: len(_ids(pilot)) == 200)
        await press(pilot, "end")
        await until(lambda: len(_ids(pilot)) == 212)
        await press(pilot, "end")
        assert "changes: 212, the newest first" in screen_text(pilot)
        assert _ids(pilot) == sorted(_ids(pilot), reverse=True)
        assert [asked.after for asked in world.calls(audit.LIST)] == [None, 813, 713]


async def test_what_happens_meanwhile_comes_on_top(daemon: StandIn, world: World) -> None:
    trail = add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await press(pilot, "down")
        trail.insert(0, audit.AuditLine(id=1001, at=NOON, actor="ola", action="list.add", subject="Jesień"))
        await press(pilot, "ctrl+r")
        assert _ids(pilot)[:3] == [1001, 1000, 999]
        row = pilot.app.screen.query_one(Table).current
        assert row is not None
        assert row.line.id == 999
        trail[:0] = [trail[0].model_copy(update={"id": 1200 - number}) for number in range(150)]
        await press(pilot, "ctrl+r")
        assert _ids(pilot) == list(range(1200, 1100, -1))


async def test_whose_changes(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await pilot.press("w")
        await _answer(pilot, "Whose changes?", "f", "enter")
        await settled(pilot)
        assert len(_ids(pilot)) == 1
        assert "who: filip" in screen_text(pilot)
        await pilot.press("w")
        await _answer(pilot, "Whose changes?", "end", "enter")
        await _answer(pilot, "Name of the Unix user", *"ewa", "enter")
        await settled(pilot)
        assert "ewa" in [asked.actor for asked in world.calls(audit.LIST)]
        assert "Nothing like that was changed." in screen_text(pilot)
        await press(pilot, "c")
        assert len(_ids(pilot)) == 100
        assert "All changes" not in screen_text(pilot)


async def test_which_changes(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await pilot.press("a")
        await _answer(pilot, "Which changes?", "down", "enter")
        await settled(pilot)
        assert "campaign" in [asked.action for asked in world.calls(audit.LIST)]
        assert "what: Campaigns" in screen_text(pilot)
        await pilot.press("a")
        await _answer(pilot, "Which changes?", "down", "down", "enter")
        await settled(pilot)
        assert "campaign.set" in [asked.action for asked in world.calls(audit.LIST)]
        assert "what: campaign changed" in screen_text(pilot)


async def test_changes_of_something_in_a_time(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await pilot.press("slash")
        await _answer(pilot, "Changes of what?", *"Wios", "enter")
        await settled(pilot)
        assert len(_ids(pilot)) == 3
        await pilot.press("p")
        await _answer(pilot, "Which time?", "down", "down", "enter")
        await settled(pilot)
        assert ("Wios", "yesterday") in [(asked.subject, asked.since) for asked in world.calls(audit.LIST)]
        assert "about: Wios   Yesterday" in screen_text(pilot)
        await pilot.press("p")
        await _answer(pilot, "Which time?", "home", "enter")
        await settled(pilot)
        assert "about: Wios" in screen_text(pilot)
        assert len(_ids(pilot)) == 3


async def test_a_time_that_is_refused_leaves_what_was_shown(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await pilot.press("p")
        await _answer(pilot, "Which time?", "end", "enter")
        await _answer(pilot, "A day like", *"2027-01-01", "enter")
        await _answer(pilot, "which is included", "enter")
        await settled(pilot)
        assert notices(pilot) == ["2027-01-01 has not begun yet: choose an earlier time."]
        assert len(_ids(pilot)) == 100


@pytest.mark.parametrize(
    ("key", "said"), [("w", "Whose changes?"), ("a", "Which changes?"), ("slash", "Changes of"), ("p", "Which time?")]
)
async def test_leaving_a_question_changes_nothing(daemon: StandIn, world: World, key: str, said: str) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await pilot.press(key)
        await _answer(pilot, said, "escape")
        await settled(pilot)
        assert set(map(repr, world.calls(audit.LIST))) == {repr(audit.AuditPage())}


async def test_who_may_not_see_it_is_told(daemon: StandIn, world: World) -> None:
    add_audit(world)
    world.read_only = True
    async with driven(daemon, "audit") as pilot:
        assert "You may look, but not here" in screen_text(pilot)
        assert world.calls(audit.LIST) == []
        assert "Who" not in screen_text(pilot).splitlines()[-1]


async def test_a_change_in_full(daemon: StandIn, world: World) -> None:
    add_audit(world)
    async with driven(daemon, "audit") as pilot:
        await press(pilot, *["down"] * 4, "enter")
        assert screen_text(pilot).count("Bardzo długie zdanie.") > 4
        assert "Czy rozmawiam z właścicielem?" in screen_text(pilot)
        await press(pilot, "escape")
        assert "the newest first" in screen_text(pilot)


@LOOKS
def test_changes_look_right(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    add_audit(world)
    snap("audit", size, lang, press=("down",) * 6)


@LOOKS
def test_an_empty_trail_says_what_will_be_there(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    add_audit(world, older=0).clear()
    snap("audit", size, lang)


@LOOKS
def test_a_hostile_change_in_full_looks_harmless(snap: Snap, world: World, lang: str, size: tuple[int, int]) -> None:
    add_audit(world)
    snap("audit", size, lang, press=("down",) * 11 + ("enter",))
