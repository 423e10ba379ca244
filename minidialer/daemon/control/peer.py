"""Who is at the other end of a Unix socket: the kernel knows."""

import itertools
import pwd
import socket
import struct

from minidialer.daemon.use_cases.desk import Actor

_clients = itertools.count(1)
_UCRED = struct.Struct("3i")  # pid, uid, gid (socket(7), SO_PEERCRED)


def peer_of(connection: socket.socket) -> Actor:
    """The process that connected, by uid and the name that goes with it."""
    client = next(_clients)
    _, uid, _ = _UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    try:
        return Actor(uid, pwd.getpwuid(uid).pw_name, client)
    except KeyError:
        return Actor(uid, f"uid {uid}", client)
