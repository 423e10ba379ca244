"""The daemon as a user runs it: its own process, its own configuration file, stopped with SIGTERM."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import weakref
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from minidialer.control.address import socket_address

from .children import ending_with_us
from .errors import LabError
from .pbx import ManagerAccess
from .ports import keep_port

START_LIMIT = 30.0
STOP_LIMIT = 60.0


class Exchange(Protocol):
    """Where the daemon finds Asterisk, and how it calls a customer there."""

    @property
    def manager(self) -> ManagerAccess:
        """The manager interface."""

    def dial_string(self, number: str) -> str:
        """The channel of a customer."""


class WithExchange(Protocol):
    """A lab, of which the daemon needs the PBX alone."""

    @property
    def pbx(self) -> Exchange:
        """The PBX."""


class DaemonProcess:
    """`async with DaemonProcess(lab, home) as daemon`: up on entering, stopped in order on leaving.

    `manager`: where it reaches Asterisk's manager interface, by itself the PBX of the lab; `more`: lines for the top of
    its configuration file. Before it starts, `prefix` may name a program to start it with, `environment` more
    variables, `store_folder` a folder of its own for the store, and `pages` hold lines for its section [web].
    """

    def __init__(self, lab: WithExchange, home: Path, *, manager: ManagerAccess | None = None, more: str = "") -> None:
        self.home = home
        self.data_dir = home / "data"
        self.config = home / "minidialer.toml"
        keeper = keep_port()  # until nobody has this object any more: what is stopped is started again on its port
        self.page_port = int(keeper.getsockname()[1])
        weakref.finalize(self, keeper.close)
        self._lab = lab
        self._more = more
        self._manager = manager
        self.prefix: tuple[str, ...] = ()
        self.environment: dict[str, str] = {}
        self.store_folder = self.data_dir
        self.pages = ""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def socket(self) -> Path:
        """The control socket."""
        return self.data_dir / "control.sock"

    @property
    def page_url(self) -> str:
        """Where agents open their pages."""
        return f"http://127.0.0.1:{self.page_port}"

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.store_folder / "minidialer.sqlite"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def write_config(self) -> None:
        """A configuration file like a user's, for the PBX of the lab."""
        manager = self._manager or self._lab.pbx.manager
        self.data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        self.config.touch(mode=0o600)
        self.config.write_text(
            f"data_dir = {json.dumps(str(self.data_dir))}\n{self._more}"
            f"paths.store = {json.dumps(str(self.store))}\n"
            "[asterisk]\n"
            f"host = {json.dumps(manager.host)}\nport = {manager.port}\n"
            f"user = {json.dumps(manager.user)}\nsecret = {json.dumps(manager.secret)}\n"
            "[[trunks]]\n"
            f'name = "carrier"\ndial = "{self._lab.pbx.dial_string("{number}")}"\n'
            "channels = 1000\ncalls_per_second = 100\n"
            f"[web]\nport = {self.page_port}\n"
            f'transfer_extensions = ["1002"]\n{self.pages}'
        )

    async def __aenter__(self) -> Self:
        self.write_config()
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it and wait until the control socket is there. Raises LabError with the end of its log."""
        with (self.home / "daemon.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.prefix,
                *ending_with_us("TERM"),
                *(sys.executable, "-m", "minidialer", "--config", str(self.config), "daemon"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={key: value for key, value in os.environ.items() if not key.startswith("MINIDIALER_")}
                | self.environment,
                start_new_session=True,  # a Ctrl-C in the terminal is for the lab, which stops it in order
            )
        try:
            async with asyncio.timeout(START_LIMIT):
                while not await self._listens():
                    if self._process.returncode is not None:
                        raise LabError(f"The daemon did not start: {self.log_tail()}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise LabError(f"The daemon was not up after {START_LIMIT:g} s: {self.log_tail()}") from None

    async def _listens(self) -> bool:
        """Not only is the file there: a killed daemon leaves it behind."""
        try:
            with socket_address(self.socket) as address:
                _reader, writer = await asyncio.open_unix_connection(address)
        except OSError:
            return False
        writer.close()
        return True

    async def stop(self) -> int:
        """SIGTERM, and SIGKILL when it does not end; gives its exit code."""
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_LIMIT)
            except TimeoutError:
                process.kill()
        return await process.wait()

    async def kill(self) -> None:
        """SIGKILL: what no program can prepare for."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def log_tail(self, lines: int = 10) -> str:
        """The end of what it said."""
        return "\n".join((self.home / "daemon.log").read_text(errors="replace").splitlines()[-lines:])
