"""Leads: a million browsed from both ends, searched, filtered, barred, exported; one looked at, edited."""

import asyncio
import csv
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from minidialer.control.models import leads
from minidialer.control.models.leads import DoNotCall, LeadEdit
from minidialer.control.sentences import ControlError
from minidialer.tui.screens.lead import LeadPage
from minidialer.tui.screens.lead_window import MOST_ROWS
from minidialer.tui.screens.leads import LeadsPage
from minidialer.tui.screens.lists import ListsPage
from minidialer.tui.widgets.table import Table

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, settled, typed, until
from .stand_in import StandIn
from .world import NOON, World
from .world_leads import Leads, add_leads
from .world_lists import add_lists
from .world_people import add_dispositions


@pytest.fixture(autouse=True)
def made(world: World) -> Leads:
    add_lists(world)
    add_dispositions(world)
    return add_leads(world)


async def _open(pilot: Pilot[None]) -> Table[leads.Lead]:
    """The leads of the long list."""
    await press(pilot, "down", "down", "enter")
    assert isinstance(pilot.app.screen, LeadsPage)
    return pilot.app.screen.query_one(Table)


def _at(table: Table[leads.Lead]) -> int:
    assert table.current is not None
    return table.current.id


async def _move_to(pilot: Pilot[None], table: Table[leads.Lead], row: int) -> None:
    """As somebody gets there who keeps Page Down pressed."""
    table.action_move(row - table.rows.index(table.current))
    await settled(pilot)


async def test_a_million_are_browsed_and_few_are_kept(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        table = await _open(pilot)
        assert "1 000 000 leads" in screen_text(pilot)
        assert len(table.rows) == 200
        for _time in range(8):
            await _move_to(pilot, table, len(table.rows) - 1)
        assert len(table.rows) == MOST_ROWS
        assert table.rows[0].id > 1
        last = table.rows[-1].id
        assert [row.id for row in table.rows] == list(range(last - MOST_ROWS + 1, last + 1))
        await _move_to(pilot, table, 5)
        assert table.rows[0].id < last - MOST_ROWS + 1  # those above are fetched again
        assert [row.id for row in table.rows] == list(range(table.rows[0].id, table.rows[0].id + MOST_ROWS))


async def test_the_cursor_stays_on_its_line_when_rows_come_above_it(daemon: StandIn) -> None:
    async with driven(daemon, "lists") as pilot:
        table = await _open(pilot)
        await press(pilot, "end")
        assert _at(table) == 1_000_000
        await _move_to(pilot, table, 25)
        line = table.rows.index(table.current) - table.scroll_offset.y
        await press(pilot, *["up"] * 6)
        assert len(table.rows) == 400
        assert table.rows.index(table.current) - table.scroll_offset.y == max(0, line - 6)


async def test_home_and_end_are_those_of_the_whole_list(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        table = await _open(pilot)
        await press(pilot, "end")
        assert _at(table) == 1_000_000
        assert "+48501000000" in screen_text(pilot)
        asked = len(world.calls(leads.PAGE))
        await press(pilot, "up", "end")
        assert len(world.calls(leads.PAGE)) == asked  # the end is here already
        await press(pilot, "home")
        assert _at(table) == 1
        await press(pilot, "down", "home")
        assert _at(table) == 1


async def test_a_search_goes_through_the_whole_list_and_tells_how_far_it_is(
    daemon: StandIn, world: World, made: Leads
) -> None:
    going_on = threading.Event()
    for number in (2_500, 20_000):
        made.changed[number] = made.lead(number).model_copy(update={"notes": "nie rano"})

    def page(asked: leads.LeadsSearch) -> leads.LeadsFound:
        if asked.search and asked.after >= 15_000:
            going_on.wait(30)
        return made.page(asked)

    world.lists = [one.model_copy(update={"leads": 30_000}) if one.id == 3 else one for one in world.lists]
    world.on(leads.PAGE, page)
    async with driven(daemon, "lists") as pilot:
        table = await _open(pilot)
        await press(pilot, "slash", *"NIE RANO")
        await pilot.press("enter")
        await until(lambda: "searching, 50% of the list so far" in screen_text(pilot))
        assert [row.id for row in table.rows] == [2_500]  # what was found is there already
        going_on.set()
        await settled(pilot)
        assert [row.id for row in table.rows] == [2_500, 20_000]
        assert "shown only “NIE RANO”: 2" in screen_text(pilot)


async def test_a_new_search_gives_up_the_one_before(daemon: StandIn, world: World, made: Leads) -> None:
    slow = threading.Event()

    def page(asked: leads.LeadsSearch) -> leads.LeadsFound:
        if asked.search == "nobody":
            slow.wait(0.05)
            return leads.LeadsFound(leads=[], next=asked.after + 1, looked_at=1)
        return made.page(asked)

    world.on(leads.PAGE, page)
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "enter")
        table = pilot.app.screen.query_one(Table)
        await press(pilot, "slash", *"nobody")
        await pilot.press("enter")
        await until(lambda: "searching" in screen_text(pilot))
        await pilot.press("slash")
        await until(lambda: "Part of a number" in screen_text(pilot))
        typed(pilot, "500000777")
        await press(pilot, "enter")
        assert [row.id for row in table.rows] == [777]
        await press(pilot, "slash", *"12", "escape", "c")
        assert len(table.rows) == 200


async def test_nothing_found_says_how_to_go_on(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "enter", "slash", *"zzz", "enter")
        assert "Nothing found." in screen_text(pilot)
        assert "Press c to see all leads again" in screen_text(pilot)
        assert "x Export" not in screen_text(pilot)


async def test_leads_are_filtered_by_state_and_by_disposition(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "enter", "f")
        assert "fresh: 800" in screen_text(pilot)
        await press(pilot, "down", "down", "enter")
        table = pilot.app.screen.query_one(Table)
        assert {row.state for row in table.rows} == {"retry"}
        await press(pilot, "f", "end", "up", "up", "enter")
        assert "shown only sold: 114" in screen_text(pilot)
        assert {row.disposition for row in table.rows} == {"sold"}
        await press(pilot, "f", "escape", "f", "home", "enter")
        assert "shown only" not in screen_text(pilot)


async def test_what_is_shown_is_what_is_exported(daemon: StandIn, world: World, tmp_path: Path) -> None:
    path = tmp_path / "sprzedaż.csv"
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "enter", "f", "end", "up", "up", "enter", "x")
        typed(pilot, str(path))
        await press(pilot, "enter")
        assert notices(pilot) == [f"114 leads are in {path}."]
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == 115


async def test_leads_are_barred_here_or_everywhere_and_allowed_again(
    daemon: StandIn, world: World, made: Leads
) -> None:
    async with driven(daemon, "lists") as pilot:
        await _open(pilot)
        await press(pilot, "b")
        assert "Never call +48500000001 again?" in screen_text(pilot)
        await press(pilot, "escape")
        assert world.calls(leads.DO_NOT_CALL) == []
        await press(pilot, "space", "space", "b", "enter")
        assert world.calls(leads.DO_NOT_CALL) == [DoNotCall(id=1, on=True), DoNotCall(id=2, on=True)]
        assert notices(pilot) == ["2 leads changed."]
        assert screen_text(pilot).count("do not call") == 2
        await press(pilot, "home", "b", "down", "enter")
        assert world.calls(leads.DO_NOT_CALL)[-1] == DoNotCall(number="+48500000001", on=False)
        assert screen_text(pilot).count("do not call") == 1


async def test_a_lead_is_looked_at_with_its_whole_history(daemon: StandIn) -> None:
    async with driven(daemon, "lists", (100, 40)) as pilot:
        await _open(pilot)
        await press(pilot, "enter")
        said = screen_text(pilot)
        assert said.splitlines()[1] == " +48500000001  Jan Nowak · Zakład 1 · Łódź"
        assert "klienci.csv, 2026-05-04 12:00" in said
        called = [line for line in said.splitlines() if "Wiosna" in line]
        assert [line.split()[0] for line in called] == ["2026-05-03", "2026-05-02", "2026-05-01"]
        await press(pilot, "tab")
        assert "Zadzwonić po 15, żona odbiera. Pytać o ofertę. · next call agreed" in screen_text(pilot)
        assert "next call agreed for 2026-05-05 12:00" in " ".join(screen_text(pilot).split())
        await press(pilot, "down")
        assert "cause 17" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, LeadsPage)


async def test_fields_notes_and_the_next_call_are_edited_together(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists", (80, 30)) as pilot:
        await _open(pilot)
        await press(pilot, "e", *"Ewa", "down", "down", "down", *"po 15")
        await press(pilot, "tab", "right", "tab", "right", "tab")
        typed(pilot, "2026-05-04 9:30 rano")
        await press(pilot, "ctrl+s")
        assert "has to be written like 2026-05-04 09:30" in screen_text(pilot)
        typed(pilot, "2026-05-04 09:30")
        await press(pilot, "ctrl+s")
        (asked,) = world.calls(leads.EDIT)
        assert asked == LeadEdit(
            id=1, fields={"imię": "Ewa"}, notes="po 15", disposition="sold", owner="anna",
            due_at=NOON - timedelta(hours=2, minutes=30),
        )  # fmt: skip
        assert isinstance(pilot.app.screen, LeadsPage)
        assert "Ewa · Zakład 1" in screen_text(pilot)


async def test_an_empty_next_call_is_taken_away(daemon: StandIn, world: World, made: Leads) -> None:
    made.changed[1] = made.lead(4).model_copy(update={"id": 1})
    async with driven(daemon, "lists") as pilot:
        await _open(pilot)
        await press(pilot, "enter", "e", *["tab"] * 6)
        typed(pilot, "")
        await press(pilot, "ctrl+s")
        (asked,) = world.calls(leads.EDIT)
        assert asked.model_dump(exclude_unset=True) == {"id": 1, "due_at": None}
        assert "in its turn" in screen_text(pilot)


async def test_a_lead_that_is_being_called_is_left_alone(daemon: StandIn, world: World) -> None:
    world.refusals["leads.edit"] = ControlError("{number} is being called.", number="+48500000001")
    async with driven(daemon, "lists") as pilot:
        await _open(pilot)
        await press(pilot, "e", "x", "ctrl+s")
        assert notices(pilot) == ["+48500000001 is being called."]
        await press(pilot, "escape", "y")
        assert isinstance(pilot.app.screen, LeadsPage)


async def test_a_field_is_added(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        await _open(pilot)
        await press(pilot, "enter", "a", *"NIP", "enter", *"526", "enter")
        assert world.calls(leads.EDIT) == [LeadEdit(id=1, fields={"NIP": "526"})]
        assert "NIP" in screen_text(pilot)
        await press(pilot, "a", *"x", "enter", "escape")
        assert len(world.calls(leads.EDIT)) == 1
        await press(pilot, "b", "enter")
        assert "do not call, " in screen_text(pilot)


async def test_a_list_that_is_gone_is_told(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        world.refusals["lists.show"] = ControlError("There is no list “{name}”.", name="Ankieta")
        await press(pilot, "enter")
        assert notices(pilot) == ["There is no list “Ankieta”."]
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ListsPage)


async def test_an_empty_list_says_what_to_do(daemon: StandIn, world: World) -> None:
    world.lists = [world.lists[0].model_copy(update={"leads": 0})]
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "enter")
        assert "No leads in this list yet." in screen_text(pilot)


async def test_who_may_only_look_changes_nothing(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "lists") as pilot:
        await _open(pilot)
        await press(pilot, "b", "e", "enter")
        assert isinstance(pilot.app.screen, LeadPage)
        await press(pilot, "e", "a", "b", "enter")
        assert isinstance(pilot.app.screen, LeadPage)
        assert {name for name, _asked in world.asked if name.startswith("leads.")} == {"leads.page", "leads.show"}


async def test_a_restarted_daemon_shows_the_same_stretch(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "lists") as pilot:
        table = await _open(pilot)
        await press(pilot, "end", "up", "up")
        first = table.rows[0].id
        daemon.stop()
        await asyncio.sleep(0)
        daemon.start()
        await until(lambda: pilot.app.screen.supervisor.session.online)  # type: ignore[attr-defined]
        await settled(pilot)
        assert (table.rows[0].id, _at(table)) == (first, 999_998)


@LOOKS
def test_leads_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap(lambda: LeadsPage("Stara baza"), size, lang, press=("down", "space"))


@LOOKS
def test_one_lead_looks_right(snap: Snap, made: Leads, lang: str, size: tuple[int, int]) -> None:
    snap(lambda: LeadPage(2), size, lang, press=("tab",))


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_the_form_looks_right(snap: Snap, lang: str) -> None:
    snap(lambda: LeadPage(4), lang=lang, press=("e", "down", "down", "down"))
