"""Telling systemd how the daemon is, by sd_notify(3): a datagram of KEY=VALUE lines to the socket it names."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


class Notifier:
    """Says READY, WATCHDOG, STATUS and STOPPING; silent where no systemd asks.

    `alive`: does the engine still work? Without a yes there is no sign of life, and systemd restarts the daemon.
    """

    def __init__(self, alive: Callable[[], bool], environ: Mapping[str, str] = os.environ) -> None:
        self._alive = alive
        address = environ.get("NOTIFY_SOCKET", "")
        # A leading @ stands for the zero byte of an abstract socket.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._watchdog = _seconds(environ)

    @property
    def watchdog_interval(self) -> float | None:
        """Seconds between two signs of life: half of what systemd allows; None when it does not watch."""
        return self._watchdog / 2 if self._watchdog is not None else None

    def ready(self, status: str = "") -> None:
        """The daemon serves."""
        self._send("READY=1", status)

    def stopping(self, status: str = "") -> None:
        """The daemon is about to end."""
        self._send("STOPPING=1", status)

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send("", text)

    async def run(self) -> None:
        """Give signs of life while there is life, until cancelled; back at once when systemd does not watch."""
        if self.watchdog_interval is None:
            return
        while True:
            if self._alive():
                self._send("WATCHDOG=1")
            else:
                log.error("The engine makes no progress: no sign of life is given", extra={"action": "watchdog"})
            await asyncio.sleep(self.watchdog_interval)

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        state, *status = lines
        text = "\n".join([state] * bool(state) + [f"STATUS={line.splitlines()[0]}" for line in status if line])
        if not text:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.sendto(text.encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told %s: %s", text, error, extra={"action": "notify"})


def _seconds(environ: Mapping[str, str]) -> float | None:
    """WATCHDOG_USEC, when it is meant for this process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        microseconds = int(environ.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    return microseconds / 1_000_000 if microseconds > 0 else None
