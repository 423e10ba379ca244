"""One running Asterisk with everything it reads and writes below a folder of its own."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import conf
from .children import ending_with_us
from .embedded import Asterisk
from .errors import AsteriskStartError, LabError

log = logging.getLogger(__name__)

BOOT_LIMIT = 60.0  # seconds; a quiet machine needs one
STOP_LIMIT = 4.0  # seconds of patience before SIGKILL
_POLL = 0.05
_LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107


class Instance:
    """An Asterisk process: started on files rendered from templates, asked through its control socket, stopped by pid.

    `home` receives `etc`, `log`, `lib`, `spool` and `run`; a `home` too long for the control socket gets a folder for
    it elsewhere.
    """

    def __init__(self, name: str, asterisk: Asterisk, home: Path) -> None:
        self.name = name
        self.asterisk = asterisk
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._run_dir = home / "run"
        if len(str(self._run_dir / "asterisk.ctl")) > _LONGEST_SOCKET_PATH:
            self._run_dir = Path(tempfile.mkdtemp(prefix="minidialer-"))

    @property
    def etc(self) -> Path:
        """Folder of the configuration files."""
        return self.home / "etc"

    @property
    def log_file(self) -> Path:
        """What Asterisk says, warnings and errors included."""
        return self.home / "log" / "console.log"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    async def start(self, templates: Sequence[Path], values: Mapping[str, object]) -> None:
        """Write the files, start the process and wait until it is fully booted. Raises AsteriskStartError."""
        self._write_files(templates, values)
        await self.boot()

    async def boot(self) -> None:
        """Start the process on the files already there; also used after `kill` or `stop`."""
        config = self.etc / "asterisk.conf"
        self._run_dir.mkdir(exist_ok=True)
        with self.log_file.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own command; returns at once
                [*ending_with_us("KILL"), *self.asterisk.command, "-f", "-C", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal is for us, we stop it in order
            )
        await self._wait_until_booted()

    async def rx(self, command: str, limit: float = 20.0) -> str:
        """What the console answers to `command`. Raises LabError when Asterisk is not there to answer."""
        process = await asyncio.create_subprocess_exec(
            *self.asterisk.command,
            *("-C", str(self.etc / "asterisk.conf"), "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), limit)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise LabError(f"The {self.name} did not answer {command!r} in {limit:g} s; see {self.log_file}.") from None
        if process.returncode != 0:
            raise LabError(f"The {self.name} did not take {command!r}: {output.decode(errors='replace').strip()}")
        return output.decode(errors="replace")

    async def channels(self) -> int:
        """How many channels are open."""
        for line in (await self.rx("core show channels count")).splitlines():
            if "active channel" in line:
                return int(line.split()[0])
        return 0

    async def wait_for(self, command: str, *wanted: str, limit: float = 20.0) -> str:
        """Ask `command` until its answer holds every string of `wanted`; returns that answer."""
        until = time.monotonic() + limit
        while True:
            answer = await self.rx(command)
            missing = [text for text in wanted if text not in answer]
            if not missing:
                return answer
            if time.monotonic() > until:
                raise LabError(f"The {self.name} still shows no {missing[0]!r} in {command!r}; see {self.log_file}.")
            await asyncio.sleep(_POLL)

    async def stop(self) -> None:
        """End the process, politely first, and remove its control socket; safe to call twice."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            if not await _gone(process, STOP_LIMIT):
                log.warning("%s ignores SIGTERM, killing it", self.name, extra={"action": "lab.kill"})
                process.kill()
                await _gone(process, STOP_LIMIT)
        self._process = None
        shutil.rmtree(self._run_dir, ignore_errors=True)

    async def kill(self) -> None:
        """End the process as a power cut would; `boot` starts it again on the same files."""
        if self._process is not None:
            self._process.kill()
            await _gone(self._process, STOP_LIMIT)

    def _write_files(self, templates: Sequence[Path], values: Mapping[str, object]) -> None:
        for folder in ("etc", "log", "log/cdr-custom", "lib", "spool"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        own = {
            "astetcdir": self.etc,
            "astvarlibdir": self.home / "lib",
            "astdbdir": self.home / "lib",
            "astkeydir": self.home / "lib",
            "astspooldir": self.home / "spool",
            "astrundir": self._run_dir,
            "astlogdir": self.home / "log",
        }
        directories = "\n".join(f"{key} => {path}" for key, path in {**self.asterisk.directories, **own}.items())
        conf.write_all(list(templates), self.etc, {**values, "directories": directories, "home": self.home})

    async def _wait_until_booted(self) -> None:
        until = time.monotonic() + BOOT_LIMIT
        while self.running and time.monotonic() < until:
            if (self._run_dir / "asterisk.ctl").exists():
                try:
                    if "fully booted" in await self.rx("core waitfullybooted", limit=BOOT_LIMIT):
                        return
                except LabError:  # the socket is there a moment before it answers
                    log.debug("%s does not answer yet", self.name, extra={"action": "lab.boot"})
            await asyncio.sleep(_POLL)
        state = "is not up yet" if self.running else f"ended with code {self._process and self._process.returncode}"
        tail = "\n".join(self.log_file.read_text(errors="replace").splitlines()[-15:])
        await self.stop()
        raise AsteriskStartError(f"The {self.name} {state} after its start; its log {self.log_file} ends with:\n{tail}")


async def _gone(process: subprocess.Popen[bytes], limit: float) -> bool:
    """Whether `process` ended within `limit` seconds."""
    until = time.monotonic() + limit
    while process.poll() is None:
        if time.monotonic() > until:
            return False
        await asyncio.sleep(_POLL)
    return True
