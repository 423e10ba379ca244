"""Imports: past ones undone; a new one from the choice of a file to what came of it."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from minidialer.control.models import imports, uploads
from minidialer.control.models.uploads import ImportRun, Reading
from minidialer.control.sentences import ControlError
from minidialer.tui.screens.files import FilesPage
from minidialer.tui.screens.import_result import ImportResultPage
from minidialer.tui.screens.imports import ImportsPage
from minidialer.tui.screens.new_import import NewImportPage
from minidialer.tui.widgets.table import Table

from .conftest import Snap
from .harness import LOOKS, driven, notices, press, screen_text, settled, typed, until
from .stand_in import StandIn
from .world import NOON, World
from .world_imports import Imported, add_imports

_ID = "a" * 32


@pytest.fixture
def made(world: World) -> Imported:
    return add_imports(world)


@pytest.fixture(autouse=True)
def home(made: Imported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with files to choose from."""
    folder = tmp_path / "home"
    (folder / "2026").mkdir(parents=True)
    for name, text in {"klienci.csv": "telefon;miasto\n600100200;Łódź\n", "notes.pdf": "x", ".secret.csv": "1"}.items():
        (folder / name).write_text(text)
    (folder / "2026" / "maj.xlsx").write_bytes(b"x" * 3_400_000)
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def _go_on(pilot: Pilot[None], kind: type) -> None:
    """Wait for a page of this kind, settled."""
    await until(lambda: isinstance(pilot.app.screen, kind))
    await settled(pilot)


async def _chosen(pilot: Pilot[None]) -> NewImportPage:
    """The page of klienci.csv, from the list of imports."""
    await press(pilot, "n")
    assert isinstance(pilot.app.screen, FilesPage)
    await press(pilot, "end", "up")
    await pilot.press("enter")
    await _go_on(pilot, NewImportPage)
    page = pilot.app.screen
    assert isinstance(page, NewImportPage)
    return page


async def test_a_file_is_chosen_looked_at_tried_and_imported(daemon: StandIn, world: World, made: Imported) -> None:
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        said = screen_text(pilot)
        assert "telefon    number to dial" in said
        assert "✗ the number has too " in said
        await press(pilot, "shift+tab", "down")
        assert screen_text(pilot).splitlines()[-2] == " line 3: the number has too few digits"
        await press(pilot, "t")  # no list was chosen yet
        assert "Into which list?" in screen_text(pilot)
        await press(pilot, "enter")
        await _go_on(pilot, ImportResultPage)
        assert made.run == ImportRun(id=_ID, lead_list="Klienci 2026", create_list=False, on_duplicate="skip",
                                     strict=False, dry_run=True)  # fmt: skip
        said = screen_text(pilot)
        assert "klienci.csv: tried, nothing changed yet" in said
        assert re.search(r"added +900  into the list Klienci 2026", said)
        await press(pilot, "i")
        await _go_on(pilot, ImportResultPage)
        assert "klienci.csv: imported" in screen_text(pilot)
        assert re.search(r"rows read +1 000\n", screen_text(pilot))  # a long path below leaves it room
        assert "all of them in /var/lib/minidialer/rejected" in screen_text(pilot)
        assert not made.run.dry_run
        await press(pilot, "escape")
        await _go_on(pilot, ImportsPage)
        assert len(world.calls(uploads.UPLOAD)) == 1


async def test_what_was_detected_can_be_corrected(daemon: StandIn, world: World, made: Imported) -> None:
    made.two_numbers = True
    async with driven(daemon, "import", (100, 30)) as pilot:
        await _chosen(pilot)
        assert "Which column has the numbers to dial?" in screen_text(pilot)
        assert "t Try it" not in screen_text(pilot)
        await press(pilot, "tab", "down", "down", "enter")
        assert "What is in the column miasto?" in screen_text(pilot)
        await press(pilot, "home", "enter")
        assert world.calls(uploads.PREVIEW)[-1] == Reading(id=_ID, mapping=["number=3"])
        assert "t Try it" in screen_text(pilot)
        await press(pilot, "shift+tab", "down", "enter", "down", "enter")  # a number that is there
        await press(pilot, "down", "enter", "down", "enter")  # rows that cannot be dialled
        assert "update its fields" in screen_text(pilot)
        await press(pilot, "down", "enter", "down", "down", "enter")
        assert world.calls(uploads.PREVIEW)[-1] == Reading(id=_ID, encoding="iso-8859-2")
        await press(pilot, "down", "down", "enter", "down", "enter")
        assert world.calls(uploads.PREVIEW)[-1] == Reading(id=_ID, encoding="iso-8859-2", header=False)
        await press(pilot, "up", "enter", "down", "enter")
        assert world.calls(uploads.PREVIEW)[-1].delimiter == ","
        assert "telefon;nazwisko;miasto" in screen_text(pilot)
        assert len(world.calls(uploads.UPLOAD)) == 1


async def test_a_correction_that_is_refused_leaves_all_as_it_was(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        world.refusals["imports.preview"] = ControlError("The daemon is busy: try again.")
        await press(pilot, "down", "down", "down", "enter", "down", "enter")
        assert notices(pilot) == ["The daemon is busy: try again."]
        assert "cp1250" in screen_text(pilot)


async def test_a_new_list_is_named_after_the_file(daemon: StandIn, world: World, made: Imported) -> None:
    world.lists = []
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await press(pilot, "l")
        await press(pilot, "enter")
        assert "klienci (new)" in screen_text(pilot)
        await pilot.press("i")
        await _go_on(pilot, ImportResultPage)
        assert made.run.create_list
        assert made.run.lead_list == "klienci"


async def test_cancelling_takes_back_and_the_file_can_be_imported_again(
    daemon: StandIn, world: World, made: Imported
) -> None:
    made.stays = made.takes_back = True
    world.lists = world.lists[:1]
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await pilot.press("i")
        await until(lambda: "rows 600, added 540, rejected 0" in screen_text(pilot))
        assert "Importing klienci.csv" in screen_text(pilot)
        await pilot.press("escape")
        await until(lambda: "taking back what was done" in screen_text(pilot))
        made.takes_back = False
        await _go_on(pilot, NewImportPage)
        assert notices(pilot) == ["Cancelled: the list is as it was before."]
        await until(lambda: len(world.calls(uploads.UPLOAD)) == 2)


async def test_the_button_cancels_as_escape_does(daemon: StandIn, world: World, made: Imported) -> None:
    made.stays = True
    world.lists = world.lists[:1]
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await pilot.press("i")
        await until(lambda: "Importing klienci.csv" in screen_text(pilot))
        await pilot.click("Working Button")
        await _go_on(pilot, NewImportPage)
        assert notices(pilot) == ["Cancelled: the list is as it was before."]


async def test_a_file_brought_from_a_list_goes_into_it(daemon: StandIn, world: World, made: Imported) -> None:
    async with driven(daemon, "lists") as pilot:
        await press(pilot, "down", "i", "end", "up")
        await pilot.press("enter")
        await _go_on(pilot, NewImportPage)
        await press(pilot, "i")
        await _go_on(pilot, ImportResultPage)
        assert made.run.lead_list == world.lists[1].name


async def test_an_import_that_is_refused_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["imports.run"] = ControlError("2 imports are under way: wait for one to end.")
    world.lists = world.lists[:1]
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await press(pilot, "i")
        assert notices(pilot) == ["2 imports are under way: wait for one to end."]


async def test_a_file_that_cannot_be_sent_says_why(daemon: StandIn, world: World, home: Path) -> None:
    (home / "klienci.csv").write_text("")
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        assert "klienci.csv is empty: choose another one." in screen_text(pilot)
        (home / "klienci.csv").write_text("600100200\n")
        await press(pilot, "ctrl+r")
        assert "is empty" not in screen_text(pilot)
        assert "number to dial" in screen_text(pilot)


async def test_a_restarted_daemon_gets_the_file_again(daemon: StandIn, world: World, made: Imported) -> None:
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        daemon.stop()
        await until(lambda: "waiting" in screen_text(pilot) or "Nobody" in screen_text(pilot))
        daemon.start()
        await settled(pilot)
        await press(pilot, "down", "down", "down", "enter", "down", "enter")
        assert world.calls(uploads.PREVIEW)[-1].encoding == "utf-8"
        assert len(world.calls(uploads.UPLOAD)) == 2


async def test_rejected_rows_are_saved_to_a_file(daemon: StandIn, world: World, made: Imported, home: Path) -> None:
    world.lists = world.lists[:1]
    made.invalid = 3
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await pilot.press("i")
        await _go_on(pilot, ImportResultPage)
        await press(pilot, "x", "enter")
        path = home / "klienci-rejected.csv"
        assert notices(pilot) == [f"Rejected rows in {path}: 3."]
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        assert lines[:2] == ["line;number;why it cannot be dialled", "3;12;the number has too few digits"]
        assert lines[3] == "212;'=1+1;there are letters or signs in it that do not belong to a phone number"


async def test_all_rejected_rows_are_saved_not_only_the_first(daemon: StandIn, world: World, home: Path) -> None:
    world.lists = world.lists[:1]
    async with driven(daemon, "import") as pilot:
        await _chosen(pilot)
        await pilot.press("i")
        await _go_on(pilot, ImportResultPage)
        await press(pilot, "x")
        await pilot.press("enter")
        await until(lambda: bool(notices(pilot)))
        path = home / "klienci-rejected.csv"
        assert notices(pilot) == [f"Rejected rows in {path}: 41."]
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        assert [line.partition(";")[0] for line in lines] == ["line", *map(str, range(3, 44))]
        assert [asked.after for asked in world.calls(uploads.REJECTED)] == [0, 20]


async def test_folders_are_walked(daemon: StandIn, home: Path, tmp_path: Path) -> None:
    async with driven(daemon, "import") as pilot:
        await press(pilot, "n")
        assert ".secret.csv" not in screen_text(pilot)
        await press(pilot, "h")
        assert ".secret.csv" in screen_text(pilot)
        await press(pilot, "down", "enter")
        assert screen_text(pilot).splitlines()[1] == " ~/2026"
        assert "3.2 MB" in screen_text(pilot)
        await press(pilot, "backspace")
        assert _current(pilot) == "2026"
        await press(pilot, "slash", *"KLI", "enter")
        assert "notes.pdf" not in screen_text(pilot)
        await press(pilot, "slash", "g")
        typed(pilot, str(tmp_path / "nowhere" / "a.csv"))
        await pilot.press("enter")
        await _go_on(pilot, NewImportPage)
        assert "a.csv cannot be read: No such file or directory." in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ImportsPage)


async def test_a_folder_that_cannot_be_opened_is_told(daemon: StandIn, home: Path) -> None:
    async with driven(daemon, "import") as pilot:
        await press(pilot, "n", "down")
        (home / "2026" / "maj.xlsx").unlink()
        (home / "2026").rmdir()
        await press(pilot, "enter")
        assert notices(pilot) == [f"{home}/2026 cannot be opened: No such file or directory."]
        await press(pilot, "g")
        typed(pilot, "~nobody-of-this-name/x")
        await press(pilot, "enter")
        assert "cannot be opened" in notices(pilot)[-1]
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ImportsPage)


def _current(pilot: Pilot[None]) -> str:
    row = pilot.app.screen.query_one(Table).current
    return str(row.name) if row is not None else ""


async def test_an_import_is_undone_after_a_question(daemon: StandIn, world: World) -> None:
    async with driven(daemon, "import") as pilot:
        await press(pilot, "u")
        assert "Undo the import of klienci marzec.csv?" in screen_text(pilot)
        await press(pilot, "escape")
        assert world.calls(imports.UNDO) == []
        await press(pilot, "u", "y")
        assert world.calls(imports.UNDO) == [imports.ImportKey(id=3)]
        (said,) = notices(pilot)
        assert said == (
            "Removed 9; 2 stay, because they were called or marked. Leads it updated keep their new fields: 1."
        )
        assert "undone 2026-05-04 12:00: 9 leads removed" in screen_text(pilot)
        assert "u Undo" not in screen_text(pilot)


async def test_a_refused_undo_is_told(daemon: StandIn, world: World) -> None:
    world.refusals["imports.undo"] = ControlError("Import {id} is undone already.", id=3)
    async with driven(daemon, "import") as pilot:
        await press(pilot, "u", "y")
        assert notices(pilot) == ["Import 3 is undone already."]


async def test_who_may_only_look_sees_past_imports(daemon: StandIn, world: World) -> None:
    world.read_only = True
    async with driven(daemon, "import") as pilot:
        await press(pilot, "n", "u")
        assert isinstance(pilot.app.screen, ImportsPage)
        assert "Import a file" not in screen_text(pilot)


async def test_an_empty_system_says_what_to_press(daemon: StandIn, made: Imported) -> None:
    made.made = []
    async with driven(daemon, "import") as pilot:
        assert "Press n to choose a file of numbers" in screen_text(pilot)


@LOOKS
def test_past_imports_look_right(snap: Snap, lang: str, size: tuple[int, int]) -> None:
    snap("import", size, lang, press=("down", "up"))


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_choosing_a_file_looks_right(snap: Snap, lang: str, home: Path) -> None:
    snap(lambda: FilesPage(home), lang=lang, press=("down",))


@LOOKS
def test_the_preview_looks_right(snap: Snap, home: Path, lang: str, size: tuple[int, int]) -> None:
    snap(lambda: NewImportPage(home / "klienci.csv", "Klienci 2026"), size, lang)


def _result(dry_run: bool, made: Imported) -> Callable[[], ImportResultPage]:
    made.size, made.name = 1, "klienci.csv"
    made.begin(ImportRun(id=_ID, lead_list="Klienci 2026", dry_run=dry_run))
    return lambda: ImportResultPage(made._job("done", 1.0))


@LOOKS
def test_what_came_of_it_looks_right(snap: Snap, made: Imported, lang: str, size: tuple[int, int]) -> None:
    snap(_result(True, made), size, lang)


@pytest.mark.parametrize("lang", ["en", "pl"])
def test_an_import_under_way_looks_right(snap: Snap, made: Imported, home: Path, lang: str) -> None:
    made.stays = True

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press("i")
        await until(lambda: "60%" in screen_text(pilot))

    snap(lambda: NewImportPage(home / "klienci.csv", "Klienci 2026"), lang=lang, before=run)
