"""One daemon a store: whoever keeps it open for work, or puts another in its place, holds the lock beside it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from .engine import MODE
from .errors import StoreError, StoreInUseError


@contextlib.contextmanager
def sole_user(store: Path) -> Iterator[None]:
    """Hold the lock; the kernel lets go of it however the holder ends. Raises StoreInUseError, StoreError."""
    path = store.with_name(store.name + ".lock")
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, MODE)
    except OSError as error:
        raise StoreError(
            "The store {path} cannot be created: {problem}.", path=str(store), problem=error.strerror or str(error)
        ) from error
    try:
        if os.geteuid() == 0:  # else what root does once would keep the daemon's own user out for ever
            owner = store.parent.stat()
            os.fchown(lock, owner.st_uid, owner.st_gid)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreInUseError("A daemon uses the store {path}: stop it first.", path=str(store)) from None
        yield
    finally:
        os.close(lock)
