"""`minidialer tui` as it is typed."""

import sys

import pytest

from minidialer import i18n
from minidialer.cli.errors import REFUSED, USAGE
from minidialer.cli.main import run
from minidialer.control.sentences import ControlError
from minidialer.tui.app import SupervisorApp


def test_without_a_terminal_it_says_what_to_use_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "pl", "tui"]) == USAGE
    i18n.set_language("en")
    assert capsys.readouterr().err.startswith("`minidialer tui` potrzebuje terminala")


def test_what_kept_it_from_beginning_is_its_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(app: SupervisorApp) -> None:
        app.fatal = ControlError("This user may not use {socket}: join the group the socket belongs to.", socket="x")

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(SupervisorApp, "run_async", refused)
    assert run(["--lang", "en", "tui"]) == REFUSED
    assert capsys.readouterr().err == "This user may not use x: join the group the socket belongs to.\n"


def test_a_crash_is_told_by_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    async def crashed(app: SupervisorApp) -> None:
        app._return_code = 1

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(SupervisorApp, "run_async", crashed)
    assert run(["tui"]) == 1
