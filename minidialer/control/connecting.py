"""Connecting to the daemon: the socket, or one sentence that says why there is none."""

import socket
from pathlib import Path

from .address import read_only_path, socket_address
from .sentences import ControlError, DaemonAwayError


def connected_socket(path: Path, timeout: float = 10.0) -> socket.socket:
    """A blocking socket connected to the daemon: the one for reading only where the user may not use the other.

    Raises DaemonAwayError, or ControlError without permission.
    """
    try:
        return _connected(path, timeout)
    except ControlError as error:
        if error.code != "permission_denied":
            raise
        try:
            return _connected(read_only_path(path), timeout)
        except ControlError:
            raise error from None


def _connected(path: Path, timeout: float) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    opened.settimeout(timeout)
    try:
        with socket_address(path) as address:
            opened.connect(address)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
        opened.close()
        raise DaemonAwayError(
            "The daemon is not running ({socket}): start it with `minidialer daemon`, or give the right --config.",
            code="daemon_away",
            socket=str(path),
        ) from None
    except PermissionError:
        opened.close()
        raise ControlError(
            "This user may not use {socket}: join the group the socket belongs to.",
            code="permission_denied",
            socket=str(path),
        ) from None
    except OSError as error:
        opened.close()
        raise DaemonAwayError(
            "The daemon cannot be reached at {socket}: {problem}.",
            code="daemon_away",
            socket=str(path),
            problem=error.strerror or str(error),
        ) from None
    return opened
