"""The supervisor's terminal on the running demonstration: a program of its own, as every supervisor runs it."""

import asyncio
import contextlib
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

from minidialer.cli.demo_progress import Lines
from minidialer.domain.sentence import sentence
from minidialer.i18n import language

# Leave the alternate screen, show the cursor, end the reports of mouse, focus, paste and of the keyboard's protocol.
_AS_BEFORE = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[0m"


class Terminal:
    """`await terminal(config)`: back when the person has left it. `code`: its exit code, 0 when all was well."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.code = 0

    async def __call__(self, config: Path) -> None:
        with self._lines.held(), _kept():
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "minidialer", "--config", str(config), "--lang", language(), "tui")
            )
            try:
                self.code = await process.wait()
            finally:
                if process.returncode is None:
                    process.terminate()
                    await process.wait()
        if self.code:
            self._lines.say(sentence("The supervisor's terminal ended with code {code}", code=self.code))


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """The terminal is afterwards as it was, whatever happened to the program on it."""
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error, OSError):
            if termios.tcgetattr(sys.stdin) != before:  # it had no time to tidy up
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
                print(_AS_BEFORE, end="", flush=True)
