"""The ways in: the control socket, and beside it the one for those who may only look."""

import contextlib
import logging
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from minidialer.control.address import READ_ONLY_MODE, read_only_path
from minidialer.daemon.use_cases.desk import Desk
from minidialer.domain.sentence import sentence

from .connection import Connection
from .socket_file import group_id, listening_socket

log = logging.getLogger(__name__)


@dataclass
class Door:
    """One listening socket and who came in by it, at most `most` at once: no kind of client crowds out the other."""

    listener: socket.socket
    most: int
    read_only: bool = False
    connections: set[Connection] = field(default_factory=set)

    async def room(self) -> bool:
        """Make room by dropping the client that has asked nothing for the longest time and watches nothing."""
        if len(self.connections) < self.most:
            return True
        idle = [connection for connection in self.connections if not connection.watching]
        if not idle:
            return False
        oldest = min(idle, key=lambda connection: connection.last_request)
        oldest.drop()
        self.connections.discard(oldest)
        return True


@contextlib.contextmanager
def opened(desk: Desk, most: int) -> Iterator[list[Door]]:
    """Every door, while the context lasts. Raises SocketError, SettingsError."""
    settings = desk.settings
    path, readers = settings.socket_path, settings.control.read_only_group
    with contextlib.ExitStack() as stack:
        doors = []
        if readers:  # first, so that who may not use the other always finds this one beside it
            gid = group_id(readers, "control.read_only_group")
            beside = read_only_path(path)
            listener = stack.enter_context(listening_socket(beside, READ_ONLY_MODE, readers))
            doors.append(Door(listener, most, read_only=True))
            _open_the_way(desk, beside, readers, gid)
        listener = stack.enter_context(listening_socket(path, settings.socket_mode, settings.control.group))
        yield [*doors, Door(listener, most)]


def _open_the_way(desk: Desk, path: Path, group: str, gid: int) -> None:
    """Let the group through our own data_dir; of any other folder in its way, say so."""
    for folder in path.parents:
        found = folder.stat()
        if found.st_mode & stat.S_IXOTH or (found.st_gid == gid and found.st_mode & stat.S_IXGRP):
            continue
        if folder == desk.settings.data_dir and found.st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)  # to pass, not to list
            continue
        alarm = sentence(
            "The group {group} cannot reach {socket}: let it pass through {folder} (chmod o+x).",
            group=group,
            socket=str(path),
            folder=str(folder),
        )
        desk.alarms["read_only"] = alarm
        log.warning("%s", alarm, extra={"action": "control"})
        return
