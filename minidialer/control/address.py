"""Addresses of Unix sockets, which hold 107 bytes at most, for paths of any length."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

READ_ONLY_MODE = 0o660
_LONGEST = 107  # sun_path of Linux, less its final zero


def read_only_path(path: Path) -> Path:
    """The socket beside the control socket, for those who may only look."""
    return path.with_name(path.name + "-ro")


@contextlib.contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """What to give to bind() or connect() for this path, while the context lasts."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
