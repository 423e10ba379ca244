"""What the machine itself needs: a place to write, and a clock that is not years off."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from minidialer.control.connecting import connected_socket
from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.daemon.closed_files import open_to_others
from minidialer.domain.sentence import sentence
from minidialer.settings import Settings

from .backups import backup_checks
from .check import Check, failed, ok, warning

_LITTLE, _TOO_LITTLE = 2 * 1024**3, 200 * 1024**2  # bytes
_NOT_RUNNING = sentence("not running")
_NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)  # this program is not older


def machine_checks(settings: Settings) -> Iterator[Check]:
    """Configuration, folders, disk, backups, clock, and whether the daemon runs."""
    yield _config(settings)
    yield _folder(settings.data_dir)
    yield from backup_checks(settings.data_dir, datetime.now(UTC))
    yield _clock()
    yield _daemon(settings.socket_path)


def _config(settings: Settings) -> Check:
    source = str(settings.source) if settings.source is not None else "-"
    exposed = next(open_to_others(settings), None)
    if exposed is not None:
        return failed("config", exposed, sentence("Until then the daemon does not start."))
    if settings.warnings:
        return warning("config", sentence("{file}", file=source), settings.warnings[0])
    if not settings.trunks:
        return warning(
            "config", sentence("{file}: no trunk is configured", file=source), sentence("Add a [[trunks]] section.")
        )
    if not settings.ami_secret:
        return failed(
            "config",
            sentence("{file}: the AMI password is missing or may not be read by this user", file=source),
            sentence("Set asterisk.secret or asterisk.secret_file, and run doctor as the daemon's user."),
        )
    return ok("config", sentence("{file}", file=source))


def _folder(folder: Path) -> Check:
    if not folder.is_dir():
        return failed(
            "disk",
            sentence("{folder} does not exist", folder=folder),
            sentence("Create it for the daemon's user, or start the daemon, which does."),
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed(
            "disk",
            sentence("{folder} may not be written by this user", folder=folder),
            sentence("Run doctor as the daemon's user, or give the folder to it."),
        )
    free = shutil.disk_usage(folder).free
    said = sentence("{folder} has {free:.1f} GiB free", folder=folder, free=free / 1024**3)
    if free < _TOO_LITTLE:
        return failed("disk", said, sentence("Free some space: a full disk stops all dialling."))
    if free < _LITTLE:
        return warning("disk", said, sentence("Free some space before the disk is full."))
    return ok("disk", said)


def _clock() -> Check:
    now = datetime.now(UTC)
    said = sentence("{now} UTC", now=f"{now:%Y-%m-%d %H:%M:%S}")
    if now < _NOT_BEFORE:
        return failed("clock", said, sentence("Set the clock: calling windows and callbacks go by it."))
    return ok("clock", said)


def daemon_runs(path: Path) -> bool:
    """Does anybody listen at the control socket?"""
    return _daemon(path).detail != _NOT_RUNNING


def _daemon(path: Path) -> Check:
    try:
        connected_socket(path, timeout=2).close()
    except DaemonAwayError:
        return warning("daemon", _NOT_RUNNING, sentence("Start it: systemctl start minidialer."))
    except ControlError as error:
        return warning("daemon", sentence("running"), error.sentence)
    return ok("daemon", sentence("listens at {socket}", socket=path))
