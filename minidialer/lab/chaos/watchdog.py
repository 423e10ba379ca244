"""What systemd does to a service with WatchdogSec: whoever gives no sign of life is ended and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from minidialer.lab.daemon_process import DaemonProcess
from minidialer.lab.errors import LabError

_ENDS_BY_ITSELF = 10.0  # seconds from SIGABRT to SIGKILL
_AGAIN = 0.2  # seconds between the end and the new start, as RestartSec


class Watchdog:
    """Of one daemon, which is to be started with `environment`. `restarts`: how often it was started again."""

    def __init__(self, address: Path, seconds: float) -> None:
        self._seconds = seconds
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(address))
        self.environment = {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": str(int(seconds * 1e6))}
        self.daemon: DaemonProcess | None = None
        self.restarts = 0

    async def watch(self) -> None:
        """Until cancelled. It watches from READY=1 to STOPPING=1."""
        loop, watching = asyncio.get_running_loop(), False
        while True:
            try:
                async with asyncio.timeout(self._seconds if watching else None):
                    said = await loop.sock_recv(self._socket, 4096)
            except TimeoutError:
                await self._restart()
                watching = False
                continue
            watching = (watching or b"READY=1" in said) and b"STOPPING=1" not in said

    async def _restart(self) -> None:
        daemon = self.daemon
        if daemon is None or (pid := daemon.pid) is None:
            raise LabError("The daemon ended by itself while the watchdog watched it.")
        os.kill(pid, signal.SIGABRT)
        os.kill(pid, signal.SIGCONT)  # as systemd does, so that a stopped process takes the other one
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_BY_ITSELF):
                while daemon.pid is not None:  # noqa: ASYNC110 — it is the process's own state
                    await asyncio.sleep(0.02)
        await daemon.kill()
        await asyncio.sleep(_AGAIN)
        await daemon.start()
        self.restarts += 1

    def close(self) -> None:
        """Its address is gone."""
        self._socket.close()


@contextlib.asynccontextmanager
async def watchdog(address: Path, seconds: float) -> AsyncIterator[Watchdog]:
    """Watching for the time of the context. `address`: where nothing is yet; a short path, as sockets want."""
    with contextlib.closing(Watchdog(address, seconds)) as dog:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(dog.watch(), name="watchdog")
            try:
                yield dog
            finally:
                watching.cancel()
