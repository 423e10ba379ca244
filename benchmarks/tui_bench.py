"""The live panel on a terminal: 200 agents and 400 live calls from a stand-in daemon, a snapshot every 250 ms.

Run: python -m benchmarks.tui_bench [SECONDS]. The program runs as people run it, in a process and a pseudo-terminal of
its own; the daemon is this process, behind a real socket. Printed are its CPU time, and the time from a key's press to
the bytes that draw its effect; beside them, from the same run, a floor: the smallest Textual app with the same key, and
parsing the snapshots without showing them.
"""

import fcntl
import json
import os
import pty
import random
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from minidialer.control import wire
from minidialer.control.models.watch import SNAPSHOT, Snapshot
from minidialer.daemon.control.panel import panel
from minidialer.domain.snapshot import system_snapshot
from minidialer.tui.app import SupervisorApp
from tests.tui.stand_in import StandIn
from tests.tui.world import busy_world

from .busy_floor import Feed, snapshots
from .dialer_bench import NOW, full_floor, seconds_each
from .store_bench import say

KEYS = 200  # four down, four up, and so on: the cursor ends where it began
SIZES = ((80, 24), (140, 40))
CURSOR = b"48;2;47;74;107"  # the background of the line under the cursor, in the program and in the floor
FIRST_ROW = {24: 7, 40: 8}  # of the panel's table of agents, counted from 1 as terminals do
CPUCLOCK_SCHED = 2
SHARES = {"median": 0.5, "p95": 0.95}
UP, DOWN = b"\x1b[A", b"\x1b[B"


# -- the programs that are measured -------------------------------------------------------------------------------


class _Rows(Widget, can_focus=True):
    at = 0

    def render_line(self, y: int) -> Strip:
        style = Style(bgcolor="#2f4a6b" if y == self.at else None)
        return Strip([Segment(f"row {y}".ljust(self.size.width), style)])

    def key_up(self) -> None:
        self._move(-1)

    def key_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        self.at += by
        self.refresh(Region(0, self.at - by, self.size.width, 1), Region(0, self.at, self.size.width, 1))


class Smallest(App[None]):
    """A line under a cursor that moves."""

    def compose(self) -> ComposeResult:
        yield _Rows()


def program(socket: str) -> None:
    """The program itself, on the terminal it is started in; without a socket the floor."""
    if socket:
        SupervisorApp(Path(socket), zone=ZoneInfo("Europe/Warsaw")).run()
    else:
        Smallest().run()


class Terminal:
    """A process on a pseudo-terminal; what it writes is read all the time."""

    def __init__(self, socket: str, size: tuple[int, int]) -> None:
        self._master, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.tui_bench", "--program", socket],
            stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_US.UTF-8"},
        )  # fmt: skip
        os.close(inner)
        self.written = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        os.close(self._master)

    @property
    def cpu(self) -> float:
        """CPU seconds it has used so far, its threads together."""
        return time.clock_gettime(~self._process.pid << 3 | CPUCLOCK_SCHED)  # as clock_getcpuclockid makes it

    def press(self, key: bytes) -> None:
        """Type it."""
        os.write(self._master, key)

    def read(self, seconds: float, enough: Callable[[bytes], bool] = lambda _: False) -> bytes:
        """What it writes within this time, or until that is enough."""
        until, found = time.monotonic() + seconds, b""
        while (left := until - time.monotonic()) > 0 and not enough(found):
            if select.select([self._master], [], [], left)[0]:
                piece = os.read(self._master, 65536)
                self.written += len(piece)
                found += piece
        return found


def draws_cursor(output: bytes, row: int) -> bool:
    """Does this draw the cursor's line on the row?"""
    parts = re.split(rb"\x1b\[(\d+);\d+H", output)
    return any(int(at) == row and CURSOR in text for at, text in zip(parts[1::2], parts[2::2], strict=False))


# -- what is measured ---------------------------------------------------------------------------------------------


def awake(terminal: Terminal, first: int) -> None:
    """Wait till it takes keys; the cursor is on its first row afterwards."""
    terminal.read(30, lambda found: draws_cursor(found, first))
    for _ in range(10):
        terminal.press(DOWN)
        taken = draws_cursor(terminal.read(2, lambda found: draws_cursor(found, first + 1)), first + 1)
        terminal.press(UP)
        terminal.read(1)
        if taken:
            return
    raise SystemExit("The program takes no keys.")


class Taken(NamedTuple):
    """Of all presses, sorted: seconds from the press to its effect, and CPU seconds of the program in that time."""

    wall: list[float]
    cpu: list[float]

    def __str__(self) -> str:
        return ", ".join(f"{name} {_most(self.wall, share) * 1000:.1f} ms" for name, share in SHARES.items())

    def busy(self) -> str:
        """CPU alone: what is left of it on a machine that does nothing else."""
        return ", ".join(f"{name} {_most(self.cpu, share) * 1000:.1f} ms" for name, share in SHARES.items())

    def ratios(self, floor: "Taken") -> str:
        """To the same of the floor."""
        pairs = [(_most(self.wall, share), _most(floor.wall, share)) for share in SHARES.values()]
        return " and ".join(f"{own / least:.1f}" for own, least in pairs) + " x the floor"


def _most(taken: list[float], share: float) -> float:
    return taken[int(len(taken) * share)]


def key_times(terminal: Terminal, first: int) -> Taken:
    """From each press of the arrow keys to the bytes that draw the cursor on its new row."""
    chance, row = random.Random(1), first
    wall, cpu = [], []
    for turn in range(KEYS):
        terminal.read(chance.uniform(0.05, 0.2))
        step = 1 if turn % 8 < 4 else -1
        row += step
        used, began = terminal.cpu, time.perf_counter()
        terminal.press(DOWN if step > 0 else UP)
        output = terminal.read(5, partial(draws_cursor, row=row))
        wall.append(time.perf_counter() - began)
        cpu.append(terminal.cpu - used)
        if not draws_cursor(output, row):
            raise SystemExit(f"The cursor did not come to row {row}.")
    return Taken(sorted(wall), sorted(cpu))


def bench_floor() -> Taken:
    """The smallest app."""
    with Terminal("", SIZES[0]) as terminal:
        awake(terminal, 1)
        taken = key_times(terminal, 1)
        say("the smallest Textual app, key to paint", str(taken))
        say("  of that CPU", taken.busy())
    return taken


def bench_panel(socket: str, feed: Feed, size: tuple[int, int], seconds: float, floor: Taken) -> float:
    """The panel at a size. Gives CPU seconds a snapshot."""
    with Terminal(socket, size) as terminal:
        terminal.read(30, lambda found: b"Wiosna" in found)
        terminal.read(1)
        terminal.press(b"\r")
        awake(terminal, FIRST_ROW[size[1]])
        before, sent, written, began = terminal.cpu, feed.sent, terminal.written, time.monotonic()
        terminal.read(seconds)
        spent, shown = terminal.cpu - before, feed.sent - sent
        share = spent / (time.monotonic() - began)
        name = f"live panel at {size[0]}x{size[1]}"
        say(name, f"{share:.1%} of a core, {spent / shown * 1000:.1f} ms a snapshot")
        say("  written a snapshot", f"{(terminal.written - written) / shown / 1000:.1f} kB")
        taken = key_times(terminal, FIRST_ROW[size[1]])
        say("  key to paint", f"{taken}, {taken.ratios(floor)}")
        say("  of that CPU", taken.busy())
    return spent / shown


def bench_wire() -> None:
    """What a snapshot costs the daemon for each who watches, and a client before anything is shown."""
    floor = full_floor()
    for name, campaign in (("everything", None), ("one campaign of five", 1)):
        made = system_snapshot(floor, NOW, campaign)
        shown = panel(made, floor, lambda _: "list", NOW)
        parts = [
            seconds_each(work) * 1000
            for work in (
                partial(system_snapshot, floor, NOW, campaign),
                partial(panel, made, floor, lambda _: "list", NOW),
                partial(wire.notification, SNAPSHOT, shown),
            )
        ]
        size = len(wire.notification(SNAPSHOT, shown)) / 1000
        said = "{:.2f} to look, {:.2f} as models, {:.2f} as JSON".format(*parts)
        say(f"the daemon: a snapshot of {name}", f"{sum(parts):.1f} ms: {said}, {size:.0f} kB")


def parsing() -> float:
    """CPU seconds to parse and check one snapshot."""
    text = wire.notification(SNAPSHOT, next(snapshots()))
    began = time.process_time()
    for _ in range(200):
        Snapshot.model_validate(json.loads(text)["params"])
    return (time.process_time() - began) / 200


def main(seconds: float) -> None:
    """All figures."""
    world = busy_world()
    bench_wire()
    parsed = parsing()
    say(
        "a client: parsing and checking a snapshot", f"{parsed * 1000:.1f} ms, at 4 a second {parsed * 4:.1%} of a core"
    )
    floor = bench_floor()
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "control.sock"
        with StandIn(world, socket) as daemon, Feed(daemon, world) as feed:
            for size in SIZES:
                spent = bench_panel(str(socket), feed, size, seconds, floor)
                say("  CPU a snapshot as a ratio to parsing it", f"{spent / parsed:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--program"]:
        program(sys.argv[2])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
