"""The bar of what takes a while."""

import sys
import threading

import pytest

from minidialer.cli import progress


def test_a_long_answer_is_looked_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "_PATIENCE", 0.001)
    asked = threading.Event()

    def share() -> float:
        asked.set()
        return 0.5

    with progress.looked_after("undoing", share):
        assert asked.wait(60)


def test_a_look_that_fails_harms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "_PATIENCE", 0.001)
    asked = threading.Event()

    def share() -> float:
        asked.set()
        raise OSError

    with progress.looked_after("undoing", share):
        assert asked.wait(60)


def test_nobody_looks_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    with progress.looked_after("undoing", lambda: 1 / 0), progress.bar("importing") as show:
        show(0.5, "3 rows")
