"""Ports on loopback for one lab, so that two labs on one machine never meet."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from .errors import LabError

_FIRST = 10_000
_LAST = 31_999  # below the range the kernel hands out by itself
_PER_LAB = 2_000
_RTP_FROM = 20  # ports below it are for signalling
_RTP_PORTS = (_PER_LAB - _RTP_FROM) // 2  # each Asterisk: room for 495 talks, two ports each


@dataclass(frozen=True)
class PortRange:
    """First and last port of an RTP range, both inclusive; the first one is even, as RTP wants it."""

    first: int
    last: int


class LabPorts:
    """One block of ports, locked for as long as this object is open; the lock dies with the process."""

    def __init__(self, base: int, lock: socket.socket) -> None:
        self._lock = lock
        self.pbx_sip = base
        self.pbx_manager = base + 1
        self.carrier_sip = base + 2
        self.pbx_rtp = PortRange(base + _RTP_FROM, base + _RTP_FROM + _RTP_PORTS - 1)
        self.carrier_rtp = PortRange(base + _RTP_FROM + _RTP_PORTS, base + _PER_LAB - 1)

    @classmethod
    def reserve(cls) -> LabPorts:
        """Take the first block that no other lab holds and whose signalling ports are free, or raise LabError."""
        for base in range(_FIRST, _LAST - _PER_LAB + 2, _PER_LAB):
            lock = _lock(base)
            if lock is None:
                continue
            if all(_is_free(port) for port in range(base, base + 3)):
                return cls(base, lock)
            lock.close()
        raise LabError(
            f"All ports from {_FIRST} to {_LAST} on loopback are taken; stop a lab that is no longer needed."
        )

    def release(self) -> None:
        """Let other labs have the block."""
        self._lock.close()


def keep_port() -> socket.socket:
    """A free port of loopback; the kernel gives it to nobody else while the socket is open, which does not listen.

    A server that sets SO_REUSEADDR, as those of asyncio do, may listen there.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper


def _lock(base: int) -> socket.socket | None:
    """A socket whose name, kept by the kernel beside the ports, nobody else can take while it is open; else None."""
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0minidialer-lab-{base}")
    except OSError:
        lock.close()
        return None
    return lock


def _is_free(port: int) -> bool:
    """Whether nobody listens on `port` of 127.0.0.1, neither TCP nor UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
