"""A person at a real terminal: a program on a pseudo-terminal of its own, its screen as a terminal would show it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import re
import shlex
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[1]
KEYS = {
    **{f"f{number}": f"\x1bO{letter}" for number, letter in zip(range(1, 5), "PQRS", strict=True)},
    **{f"f{number}": f"\x1b[{code}~" for number, code in zip(range(5, 10), (15, 17, 18, 19, 20), strict=True)},
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "delete": "\x1b[3~", "backspace": "\x7f",
}  # as xterm sends them  # fmt: skip


@dataclass(frozen=True)
class Tmux:
    """A server of its own for one program; it ends with the program. `command`: runs tmux; `home`: for its socket."""

    command: tuple[str, ...]
    home: Path

    def around(self, program: Sequence[str]) -> tuple[str, ...]:
        """The command that opens a session with the program."""
        settings = self.home / "tmux.conf"
        settings.write_text("set -g status off\nset -s escape-time 10\n")
        options = ("-S", str(self.home / "tmux.sock"), "-f", str(settings))
        return (*self.command, *options, "new-session", shlex.join(program))

    def end(self) -> None:
        """Kill whatever still runs in it."""
        subprocess.run(
            [*self.command, "-S", str(self.home / "tmux.sock"), "kill-server"], capture_output=True, check=False
        )


class Terminal:
    """What the person sees and presses. `process`: the program, leader of its session."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._mine, self.theirs = os.openpty()
        columns, lines = size
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()
        self.process: asyncio.subprocess.Process

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cooked(self) -> bool:
        """Is it as a shell wants it: lines are edited and echoed?"""
        wanted: int = termios.ICANON | termios.ECHO | termios.ISIG
        return bool(termios.tcgetattr(self._mine)[3] & wanted == wanted)

    async def sees(self, *texts: str, longest: float = 60) -> None:
        """Wait until all of them stand on the screen."""
        await self._until(lambda: all(text in self.text for text in texts), f"shows {texts}", longest)

    async def sees_like(self, pattern: str, longest: float = 60) -> re.Match[str]:
        """Wait until something like this stands there; gives it."""
        await self._until(lambda: re.search(pattern, self.text) is not None, f"shows {pattern!r}", longest)
        found = re.search(pattern, self.text)
        assert found is not None
        return found

    def press(self, *keys: str) -> None:
        """Keys by name, one after the other."""
        os.write(self._mine, "".join(KEYS.get(key, key) for key in keys).encode())

    def type(self, text: str) -> None:
        """A text as it is."""
        os.write(self._mine, text.encode())

    def close(self) -> None:
        """As the window's cross does."""
        if self._mine >= 0:
            asyncio.get_running_loop().remove_reader(self._mine)
            os.close(self._mine)
            self._mine = -1

    async def ended(self, longest: float = 60) -> int:
        """Wait for the program; gives its exit code."""
        try:
            return await asyncio.wait_for(self.process.wait(), longest)
        except TimeoutError:
            raise AssertionError(f"still running after {longest:g} s:\n{self.text}") from None

    def read(self) -> None:
        """What came from the program."""
        try:
            came = os.read(self._mine, 65536)
        except OSError:  # nobody is at the other end any more
            came = b""
        if came:
            self._stream.feed(came)
        else:
            asyncio.get_running_loop().remove_reader(self._mine)
        self._news.set()

    async def _until(self, reached: Callable[[], bool], what: str, longest: float) -> None:
        try:
            async with asyncio.timeout(longest):
                while not reached():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"after {longest:g} s it never {what}:\n{self.text}") from None


@contextlib.asynccontextmanager
async def at_terminal(
    *arguments: str,
    size: tuple[int, int] = (100, 30),
    environment: Mapping[str, str] | None = None,
    tmux: Tmux | None = None,
) -> AsyncIterator[Terminal]:
    """`minidialer` with these arguments on a terminal, within `tmux` if given; killed at the end when it still runs."""
    terminal = Terminal(size)
    program = (sys.executable, "-m", "minidialer", *arguments)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MINIDIALER_", "LC_", "LANG"))}
    terminal.process = await asyncio.create_subprocess_exec(
        *(tmux.around(program) if tmux is not None else program),
        stdin=terminal.theirs,
        stdout=terminal.theirs,
        stderr=terminal.theirs,
        cwd=ROOT,
        env=kept | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | dict(environment or {}),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # it is told when the terminal is closed
    )
    os.close(terminal.theirs)
    asyncio.get_running_loop().add_reader(terminal._mine, terminal.read)
    try:
        yield terminal
    finally:
        terminal.close()
        if terminal.process.returncode is None:
            terminal.process.kill()
            await terminal.process.wait()
        if tmux is not None:
            tmux.end()
