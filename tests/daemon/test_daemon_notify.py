"""What systemd hears."""

import asyncio
import os
import socket
from pathlib import Path

from minidialer.daemon.notify import Notifier


def bound(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(2)
    return listener


def test_ready_status_and_stopping(tmp_path: Path) -> None:
    path = str(tmp_path / "n")
    with bound(path) as systemd:
        notifier = Notifier(lambda: True, {"NOTIFY_SOCKET": path})
        notifier.ready("serving")
        assert systemd.recv(1000) == b"READY=1\nSTATUS=serving"
        notifier.status("3 calls\nmore")
        assert systemd.recv(1000) == b"STATUS=3 calls"
        notifier.stopping()
        assert systemd.recv(1000) == b"STOPPING=1"


def test_an_abstract_socket() -> None:
    name = f"minidialer-test-{os.getpid()}"
    with bound("\0" + name) as systemd:
        Notifier(lambda: True, {"NOTIFY_SOCKET": "@" + name}).ready()
        assert systemd.recv(1000) == b"READY=1"


async def test_signs_of_life_only_while_the_engine_lives(tmp_path: Path) -> None:
    path = str(tmp_path / "n")
    alive = [True]
    with bound(path) as systemd:
        notifier = Notifier(lambda: alive[0], {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "100000"})
        assert notifier.watchdog_interval == 0.05
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(notifier.run())
            await asyncio.sleep(0.12)
            alive[0] = False
            await asyncio.sleep(0.06)
            systemd.setblocking(False)
            heard = []
            try:
                while True:
                    heard.append(systemd.recv(100))
            except BlockingIOError:
                pass
            await asyncio.sleep(0.12)
            try:
                heard.append(systemd.recv(100))
            except BlockingIOError:
                heard.append(b"silence")
            running.cancel()
    assert set(heard[:-1]) == {b"WATCHDOG=1"}
    assert heard[-1] == b"silence"


async def test_nothing_is_said_without_systemd() -> None:
    notifier = Notifier(lambda: True, {})
    notifier.ready()
    await notifier.run()
    assert notifier.watchdog_interval is None


def test_a_watchdog_meant_for_another_process() -> None:
    assert Notifier(lambda: True, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog_interval is None
