"""An installation as a user has it: a configuration file, the daemon as a process, the command line as processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 60.0  # seconds: what is waited for comes at once, but for a machine that is busy or stalls


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The table as a script sees it."""
        head, *lines = (line.split("\t") for line in self.out.splitlines())
        return [dict(zip(head, line, strict=True)) for line in lines]


class Installation:
    """`data_dir`, configuration and everything below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = [kept_port() for _ in range(2)]
        ami, pages = (kept.getsockname()[1] for kept in self._kept)
        self.config = folder / "config.toml"
        self.data_dir = folder / "data"
        self.config.touch(mode=0o600)
        self.config.write_text(
            f'data_dir = "{self.data_dir}"\n'
            f'[asterisk]\nport = {ami}\nsecret = "s"\n'
            '[[trunks]]\nname = "carrier"\ndial = "PJSIP/{number}@carrier"\n'
            f"[web]\nport = {pages}\n"
        )
        self._daemon: subprocess.Popen[str] | None = None

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Said:
        """Run one command."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "minidialer", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=self._environment(environment),
            timeout=LONGEST,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def good(self, *arguments: str, stdin: str = "") -> Said:
        """Run one command that must succeed."""
        said = self(*arguments, stdin=stdin)
        assert said.code == 0, said.err
        return said

    def start(self) -> None:
        """Start the daemon and wait for its socket."""
        with (self.folder / "log").open("ab") as log:
            self._daemon = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "minidialer", "daemon"],
                stdout=log,
                stderr=log,
                text=True,
                env=self._environment({}),
            )
        deadline = time.monotonic() + LONGEST
        while not self._serves():
            assert self._daemon.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def _serves(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.data_dir / "control.sock")) == 0

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop the daemon; gives its exit code."""
        assert self._daemon is not None
        daemon, self._daemon = self._daemon, None
        daemon.send_signal(number)
        return daemon.wait(LONGEST)

    def clean_up(self) -> None:
        """Leave no process behind."""
        if self._daemon is not None:
            self.stop(signal.SIGKILL)
        for kept in self._kept:
            kept.close()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("MINIDIALER_", "LC_", "LANG"))
        }
        return {**kept, "MINIDIALER_CONFIG": str(self.config), "COLUMNS": "200", **more}


def kept_port() -> socket.socket:
    """Has a port of this machine where nobody listens but who was told of it; nobody else gets it while it is open."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server may have it, too
    keeper.bind(("127.0.0.1", 0))
    return keeper
