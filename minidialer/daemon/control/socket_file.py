"""The control socket's file: never wider than its mode, never two daemons on one."""

import contextlib
import fcntl
import grp
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from minidialer.control.address import socket_address
from minidialer.domain.sentence import RefusedError
from minidialer.settings import SettingsError


class SocketError(RefusedError):
    """The control socket cannot be opened."""


@contextlib.contextmanager
def listening_socket(path: Path, mode: int, group: str, backlog: int = 128) -> Iterator[socket.socket]:
    """A listening socket at `path`; the file goes when the context ends.

    Raises SocketError; SettingsError for a path or a group that cannot be right.

    It is made under another name, closed to everybody else, and renamed once owner and mode are right: there is no
    moment with a wider mode, and a stale file is replaced in one step.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_other_file(path)
        with _sole_owner(path):
            yield from _served(path, mode, group, backlog)
    except OSError as error:
        raise SocketError(
            "The control socket {socket} cannot be opened: {problem}.",
            socket=str(path),
            problem=error.strerror or str(error),
        ) from None


def _refuse_other_file(path: Path) -> None:
    """A path typed wrong must not cost anybody the file it names."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise SettingsError("control.socket = {socket}: this is no socket: give a path of its own.", socket=str(path))


def _served(path: Path, mode: int, group: str, backlog: int) -> Iterator[socket.socket]:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        _bind_closed(listener, fresh)
        try:
            if group:
                os.chown(fresh, -1, group_id(group))
            listener.listen(backlog)
            fresh.chmod(mode)
            fresh.rename(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        listener.setblocking(False)
        ours = path.stat().st_ino
        try:
            yield listener
        finally:
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_ino == ours:
                    path.unlink()


def _bind_closed(listener: socket.socket, path: Path) -> None:
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        with socket_address(path) as address:
            listener.bind(address)
    finally:
        os.umask(before)


def group_id(group: str, key: str = "control.group") -> int:
    """The number of a group. Raises SettingsError."""
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise SettingsError("{key} = {group}: there is no such group: create it.", key=key, group=group) from None


@contextlib.contextmanager
def _sole_owner(path: Path) -> Iterator[None]:
    """Hold the lock beside the socket: the kernel lets go of it however the daemon ends."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(path) from None
        if _answers(path):
            raise _taken(path)
        yield
    finally:
        os.close(lock)


def _answers(path: Path) -> bool:
    """Does something accept connections there?"""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            with socket_address(path) as address:
                probe.connect(address)
        except OSError:
            return False
        return True


def _taken(path: Path) -> SocketError:
    return SocketError(
        "Another daemon listens at {socket}: stop it, or give this one a data_dir of its own.", socket=str(path)
    )
