"""The demonstration on a terminal opens the supervisor's; however that ends, nothing of the demonstration is left."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.terminal import Terminal, at_terminal

pytestmark = [pytest.mark.pbx, pytest.mark.timeout(180)]
STARTED = Counter({"asterisk": 2, "daemon": 1, "tui": 1})


def started_by(pid: int) -> dict[int, str]:
    """All that a process started, and what that started in turn: what each of them is."""
    found: dict[int, str] = {}
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        for child in map(int, (thread / "children").read_text().split()):
            found |= {child: kind(child), **started_by(child)}
    return found


def kind(pid: int) -> str:
    """What a process runs: asterisk, or minidialer's command."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return "asterisk" if any(word.endswith("/asterisk") for word in words) else words[-2]


def left(started: dict[int, str], folder: Path) -> list[object]:
    """What is still there: processes, files."""
    return [what for pid, what in started.items() if Path(f"/proc/{pid}").exists()] + [*folder.iterdir()]


async def running(terminal: Terminal, *texts: str) -> dict[int, str]:
    """Wait until the demonstration dials and the supervisor's terminal shows it; gives what was started for that."""
    await terminal.sees(*(texts or ("A seat is free", "demo", "running", "ready")), longest=60)
    started = started_by(terminal.process.pid)
    assert Counter(started.values()) == STARTED, started
    return started


OPTIONS = ("--lang", "en", "demo", "--leads", "200", "--agents", "2")


async def test_leaving_it_ends_everything_and_shows_the_books(tmp_path: Path) -> None:
    async with at_terminal(*OPTIONS, environment={"TMPDIR": str(tmp_path)}) as terminal:
        started = await running(terminal)
        terminal.press("q")
        await terminal.sees("Stopped; calls under way go on to their end")
        code = await terminal.ended()
        await terminal.sees("Every call in the carrier's record is one attempt in the store")
        assert code == 0
        assert left(started, tmp_path) == []


async def test_a_closed_terminal_ends_everything(tmp_path: Path) -> None:
    in_polish = ("--lang", "pl", *OPTIONS[2:])
    async with at_terminal(*in_polish, environment={"TMPDIR": str(tmp_path)}) as terminal:
        started = await running(terminal, "Jedno miejsce czeka na Ciebie", "Przegląd", "demo")
        terminal.close()
        assert await terminal.ended() == 130
        assert left(started, tmp_path) == []


async def test_a_crash_of_the_screens_ends_everything_and_leaves_a_usable_terminal(tmp_path: Path) -> None:
    async with at_terminal(*OPTIONS, environment={"TMPDIR": str(tmp_path)}) as terminal:
        started = await running(terminal)
        (screens,) = (pid for pid, what in started.items() if what == "tui")
        os.kill(screens, signal.SIGKILL)
        await terminal.sees("The supervisor's terminal ended with code -9")
        assert await terminal.ended() == 1
        assert terminal.cooked
        assert left(started, tmp_path) == []
