"""The service as systemd runs it: confined, and restarted when it hangs."""

import ctypes.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from minidialer.exporting.table import write_table
from tests.listening import kept_port

from .confined import BACKUP, UNIT, allowed_calls, lines_of

HIGHEST_EXPOSURE = 25  # in tenths
WATCHDOG = 1.0  # seconds
needs_analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
needs_seccomp = pytest.mark.skipif(ctypes.util.find_library("seccomp") is None, reason="libseccomp is not installed")
# A daemon whose loop somebody's mistake blocks, when told to.
HANGS = """
import signal, sys, time
def hang(*_):
    print("hanging", file=sys.stderr, flush=True)
    while True:
        time.sleep(60)
signal.signal(signal.SIGUSR1, hang)
from minidialer.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


@needs_analyze
@pytest.mark.parametrize("unit", [UNIT, BACKUP], ids=lambda unit: unit.stem)
def test_the_unit_is_confined(unit: Path) -> None:
    looked = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={HIGHEST_EXPOSURE}", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert looked.returncode == 0, looked.stdout.splitlines()[-1:] + looked.stderr.splitlines()


def test_a_hung_or_broken_daemon_is_restarted_for_ever() -> None:
    assert lines_of("Type") == ["notify"]
    assert lines_of("Restart") == ["on-failure"]  # a watchdog's SIGABRT is one
    assert lines_of("StartLimitIntervalSec") == ["0"]
    assert 2 * 5 <= float(lines_of("WatchdogSec")[0]) <= 60
    assert lines_of("LimitCORE") == ["0"]


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """Of a daemon whose Asterisk is not there."""
    file = tmp_path / "config.toml"
    file.touch(mode=0o600)
    with kept_port() as asterisk, kept_port() as pages:
        file.write_text(
            f'data_dir = "{tmp_path / "data"}"\n[asterisk]\nport = {asterisk}\nsecret = "s"\n'
            f"[web]\nport = {pages}\n[dialer]\nstop_timeout = 0\n"
        )
        yield file


@contextmanager
def systemd(folder: Path) -> Iterator[socket.socket]:
    """What the service manager listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(60)
        yield manager


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MINIDIALER_")}
    return kept | {"NOTIFY_SOCKET": str(folder / "notify"), **more}


def hear(manager: socket.socket, wanted: bytes) -> None:
    while wanted not in manager.recv(1000):
        pass


def test_a_blocked_loop_gives_no_sign_of_life_and_says_where_it_hung(config: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with systemd(tmp_path) as manager, log.open("wb") as out:
        daemon = subprocess.Popen(
            [sys.executable, "-c", HANGS, "--config", str(config), "daemon"],
            stdout=out,
            stderr=out,
            env=environment(tmp_path, WATCHDOG_USEC=str(int(WATCHDOG * 1e6))),
        )
        try:
            hear(manager, b"READY=1")
            hear(manager, b"WATCHDOG=1")
            hear(manager, b"WATCHDOG=1")
            daemon.send_signal(signal.SIGUSR1)
            until = time.monotonic() + 30
            while "hanging" not in log.read_text() and time.monotonic() < until:
                time.sleep(0.02)
            manager.settimeout(WATCHDOG * 1.5)
            with pytest.raises(TimeoutError):  # systemd waits for WATCHDOG seconds only
                for _ in range(10):  # those on their way
                    manager.recv(1000)
            assert daemon.poll() is None
            daemon.send_signal(signal.SIGABRT)  # as systemd does then
            assert daemon.wait(30) == -signal.SIGABRT
        finally:
            daemon.kill()
            daemon.wait()
    said = log.read_text()
    assert "hanging" in said
    assert "in hang" in said  # the traceback of faulthandler


def confined(unit: Path) -> list[str]:
    """What is put before a command."""
    return [sys.executable, str(Path(__file__).with_name("confined.py")), str(unit)]


@needs_analyze
@needs_seccomp
def test_everything_works_under_the_units_filter(config: Path, tmp_path: Path) -> None:
    """Start, the pages, the control socket, a backup, and an import: a file read by processes of the daemon."""
    assert not allowed_calls() & {"setrlimit", "mount", "ptrace", "setuid", "bpf"}
    assert {"fchownat", "setpriority", "prlimit64"} <= allowed_calls()
    file = tmp_path / "list.xlsx"
    write_table(file, ["telefon"], [["600100200"]])
    program = [sys.executable, "-m", "minidialer", "--config", str(config)]
    around = environment(tmp_path, PYTHONPATH=str(UNIT.parents[1]))

    def say(*arguments: str, under: Path | None = None) -> str:
        first = confined(under) if under is not None else []
        done = subprocess.run([*first, *program, *arguments], capture_output=True, text=True, env=around, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with systemd(tmp_path) as manager, (tmp_path / "log").open("wb") as out:
        daemon = subprocess.Popen([*confined(UNIT), *program, "daemon"], stdout=out, stderr=out, env=around)
        try:
            hear(manager, b"READY=1")
            imported = json.loads(say("import", str(file), "--list", "L", "--create-list", "--by-daemon", "--json"))
            assert imported["added"] == 1
            assert json.loads(say("status", "--json"))["alarms"] == []
            (tmp_path / "backups").mkdir(mode=0o700)
            backup = say("backup", str(tmp_path / "backups"), "--keep", "14", "--json", under=BACKUP)
            assert json.loads(backup)["rows"]["lead"] == 1
            daemon.terminate()
            assert daemon.wait(60) == 0, (tmp_path / "log").read_text()
        finally:
            daemon.kill()
            daemon.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()
