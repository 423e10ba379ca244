"""What a person at a terminal sees."""

import os
import pty
import signal
import subprocess
import sys
import time

from .installation import LONGEST, Installation


class Terminal:
    """A pseudo-terminal with one command on it."""

    def __init__(self, installed: Installation, *arguments: str) -> None:
        self._mine, theirs = pty.openpty()
        environment = {**os.environ, "MINIDIALER_CONFIG": str(installed.config), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", "minidialer", *arguments]
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        self.seen = ""

    def until(self, text: str, longest: float = LONGEST) -> None:
        """Read until this was shown."""
        deadline = time.monotonic() + longest
        while text not in self.seen:
            assert time.monotonic() < deadline, self.seen
            self._read()

    def end(self) -> int:
        """The exit code, everything read."""
        try:
            while True:
                self._read()
        except OSError:  # the other end is closed
            os.close(self._mine)
        return self.process.wait(LONGEST)

    def _read(self) -> None:
        self.seen += os.read(self._mine, 65536).decode(errors="replace")


def test_the_live_panel(running: Installation) -> None:
    running.good("agents", "add", "3001", "--name", "Zofia")
    running.good("lists", "add", "Gdańsk")
    running.good("campaigns", "add", "Zima", "--list", "Gdańsk", "--agent", "3001")
    terminal = Terminal(running, "watch")
    terminal.until("Zima")
    terminal.until("no link to Asterisk")
    running.good("campaigns", "start", "Zima")
    terminal.until("running")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.seen


def test_tables_have_lines_on_a_terminal_only(running: Installation) -> None:
    terminal = Terminal(running, "agents")
    assert terminal.end() == 0
    assert "─" in terminal.seen
    assert "─" not in running.good("agents").out
