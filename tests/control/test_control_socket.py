"""The socket's file: its mode at every moment, stale ones, live ones, long paths, and who is at the other end."""

import asyncio
import gc
import itertools
import os
import pwd
import socket
import stat
import threading
import time
import warnings
from pathlib import Path

import pytest

from minidialer.control.caller import Caller
from minidialer.control.client import Away, Client, watch
from minidialer.control.models import lists
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.system import STATUS
from minidialer.control.models.watch import Lines, Snapshot
from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.daemon.control.socket_file import SocketError, listening_socket
from minidialer.settings import SettingsError

from .office import LONGEST, Office, open_office


def test_the_file_is_never_wider_than_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "s"
    seen: set[int] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for file in tmp_path.iterdir():
                try:
                    if stat.S_ISSOCK(file.stat().st_mode):
                        seen.add(stat.S_IMODE(file.stat().st_mode))
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=look)
    before = os.umask(0)
    watcher.start()
    try:
        deadline = time.monotonic() + LONGEST
        for made in itertools.count(1):
            with listening_socket(path, 0o640, ""):
                pass
            if made >= 200 and (seen or time.monotonic() > deadline):  # the watcher may not have had its turn yet
                break
    finally:
        over.set()
        watcher.join()
        os.umask(before)
    assert seen <= {0o600, 0o640}
    assert seen


def test_mode_and_disappearance(tmp_path: Path) -> None:
    path = tmp_path / "run" / "s"
    with listening_socket(path, 0o660, ""):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert not path.exists()


def test_a_stale_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with listening_socket(path, 0o660, ""), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_live_daemon_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with listening_socket(path, 0o660, ""):
        with pytest.raises(SocketError, match="Another daemon listens"), listening_socket(path, 0o660, ""):
            pass
        assert path.exists()


def test_a_foreign_server_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(path))
        foreign.listen()
        with pytest.raises(SocketError, match="Another daemon listens"), listening_socket(path, 0o660, ""):
            pass


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("600100200")
    with (
        pytest.raises(SettingsError, match="this is no socket"),
        listening_socket(tmp_path / "customers.csv", 0o660, ""),
    ):
        pass
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("customers.csv", "600100200")]


def test_an_unknown_group_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(SettingsError, match=r"control\.group = nosuchgroup"),
        listening_socket(tmp_path / "s", 0o660, "nosuchgroup"),
    ):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["s.lock"]


async def test_a_path_longer_than_a_socket_address(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    async with open_office(folder) as office, office.client() as client:
        await client.call(STATUS, Nothing())


async def test_the_peer_is_who_the_kernel_says(office: Office) -> None:
    client = Client(office.socket, name="somebody else")
    async with client:
        await client.call(lists.ADD, Named(name="A"))
    line = (await office.audit_lines())[0]
    assert (line.uid, line.actor) == (os.getuid(), pwd.getpwuid(os.getuid()).pw_name)


def test_no_daemon_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(DaemonAwayError, match=r"^The daemon is not running \(.*/s\): start it with"),
        Caller(tmp_path / "s"),
    ):
        pass
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "s"))
    with pytest.raises(DaemonAwayError, match="is not running"), Caller(tmp_path / "s"):
        pass


async def test_no_daemon_for_the_asynchronous_client(tmp_path: Path) -> None:
    with pytest.raises(DaemonAwayError, match="is not running"):
        async with Client(tmp_path / "s"):
            pass


@pytest.mark.skipif(os.getuid() == 0, reason="root may use every socket")
def test_no_permission_is_one_sentence(tmp_path: Path) -> None:
    with (
        listening_socket(tmp_path / "s", 0o000, ""),
        pytest.raises(ControlError, match="may not use"),
        Caller(tmp_path / "s"),
    ):
        pass


async def test_the_blocking_client(office: Office) -> None:
    def ask() -> tuple[int, str]:
        with Caller(office.socket) as caller:
            status = caller.call(STATUS, Nothing())
            with pytest.raises(ControlError, match="There is no list") as caught:
                caller.call(lists.SHOW, Named(name="nie ma"))
            return status.protocol, caught.value.sentence.template

    protocol, template = await asyncio.to_thread(ask)
    assert protocol == 1
    assert template == "There is no list “{name}”: `minidialer lists` shows those there are."


async def test_calls_under_way_fail_when_the_daemon_goes(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        client = office.client()
        await client.__aenter__()
    with pytest.raises(DaemonAwayError, match="closed the connection"):
        await client.call(STATUS, Nothing())
    await client.__aexit__(None, None, None)


async def test_a_watch_outlives_the_daemon(tmp_path: Path) -> None:
    seen: list[Snapshot | Lines | Away] = []

    async def follow() -> None:
        async for item in watch(tmp_path / "data" / "control.sock"):
            seen.append(item)  # noqa: PERF401  # seen while it goes on

    async def until_seen(kind: type, count: int) -> None:
        async with asyncio.timeout(LONGEST):
            while sum(isinstance(item, kind) for item in seen) < count:  # noqa: ASYNC110  # `seen` is a plain list
                await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(follow())
        await until_seen(Away, 1)
        async with open_office(tmp_path):
            await until_seen(Snapshot, 2)
        away = sum(isinstance(item, Away) for item in seen)
        await until_seen(Away, away + 1)
        snapshots = sum(isinstance(item, Snapshot) for item in seen)
        async with open_office(tmp_path):
            await until_seen(Snapshot, snapshots + 1)
        task.cancel()


@pytest.mark.parametrize("turns", range(6))
async def test_who_comes_while_the_daemon_stops_leaves_no_socket_open(tmp_path: Path, turns: int) -> None:
    """Turns of the loop from the connection to the stop: accepted, and not yet served."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        async with open_office(tmp_path) as office:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(office.socket))
                for _ in range(turns):
                    await asyncio.sleep(0)
        gc.collect()
    assert [str(warning.message) for warning in told if warning.category is ResourceWarning] == []
