"""The way of a file through the screens on a real daemon: brought, tried, cancelled, imported, looked into, undone."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.files import FilesPage
from minidialer.tui.screens.import_result import ImportResultPage
from minidialer.tui.screens.imports import ImportsPage
from minidialer.tui.screens.lead import LeadPage
from minidialer.tui.screens.leads import LeadsPage
from minidialer.tui.screens.new_import import NewImportPage
from tests.control.office import open_office

from .harness import notices, press, screen_text, settled, typed, until

_ROWS = 10_000  # an import of fewer may be over before it is cancelled


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    lines = [f"Żaneta {number};{600_000_000 + number};Łódź" for number in range(_ROWS)]
    text = "\r\n".join(["Nazwisko;Telefon;Miasto", *lines, "Zły;12;Brzeg", f"Dwa razy;{600_000_000};Brzeg"])
    (folder / "klienci.csv").write_bytes(text.encode("cp1250"))
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def _seen(pilot: Pilot[None], *texts: str) -> None:
    await until(lambda: all(text in screen_text(pilot) for text in texts))
    await pilot.pause()


async def _on(pilot: Pilot[None], kind: type) -> None:
    await until(lambda: isinstance(pilot.app.screen, kind))
    await pilot.pause()


async def _bring(pilot: Pilot[None]) -> None:
    """The file, looked at by the daemon."""
    await press(pilot, "n")
    await _on(pilot, FilesPage)
    await press(pilot, "end")
    await pilot.press("enter")
    await _on(pilot, NewImportPage)
    await _seen(pilot, "cp1250", "semicolon ;", "number to dial", "+48600000000")


@pytest.mark.timeout(300)
async def test_a_file_goes_all_the_way_on_a_real_daemon(home: Path, tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        app = SupervisorApp(office.socket, zone=ZoneInfo("Europe/Warsaw"))
        async with app.run_test(size=(100, 30)) as pilot:
            await settled(pilot)
            await press(pilot, "f5")
            await _bring(pilot)
            await pilot.press("i")
            await _seen(pilot, "New list", "klienci")
            await pilot.press("enter")  # the list is made on the way
            await _seen(pilot, "Importing klienci.csv")
            await pilot.press("escape")
            await until(lambda: "Cancelled: the list is as it was before." in notices(pilot))
            await _on(pilot, NewImportPage)
            await _seen(pilot, "+48600000000")  # it was sent again
            await pilot.press("t")
            await _on(pilot, ImportResultPage)
            await _seen(pilot, "klienci.csv: tried, nothing changed yet", "10 000  into the list klienci")
            await pilot.press("i")
            await _seen(pilot, "klienci.csv: imported", "the number has too few digits")
            await pilot.press("escape")
            await _on(pilot, ImportsPage)
            await settled(pilot)
            await _look_into(pilot)
            await press(pilot, "u", "y")
            await until(lambda: any(text.startswith("Removed 9 999; 1 stay") for text in notices(pilot)))


async def _look_into(pilot: Pilot[None]) -> None:
    """Search, look, edit, bar, and back to the imports."""
    await pilot.press("enter")
    await _on(pilot, LeadsPage)
    await settled(pilot)
    await press(pilot, "slash")
    typed(pilot, "zaneta 9999")
    await press(pilot, "enter")
    await _seen(pilot, "shown only “zaneta 9999”: 1")
    await pilot.press("enter")
    await _on(pilot, LeadPage)
    await settled(pilot)
    await press(pilot, "e")
    await settled(pilot)
    typed(pilot, "Żaneta 9999 Nowa")
    await press(pilot, "ctrl+s")
    await _seen(pilot, "Żaneta 9999 Nowa", "Never called yet.")
    await press(pilot, "b", "enter")
    await _seen(pilot, "do not call, fresh")
    await press(pilot, "escape")
    await _seen(pilot, "do not call")
    await press(pilot, "c", "end")
    await _seen(pilot, "+48600009999")
    await press(pilot, "escape")
    await _on(pilot, ImportsPage)
