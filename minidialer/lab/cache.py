"""Where fetched programs live, each put there once however many ask for it at the same time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_dir() -> Path:
    """`MINIDIALER_CACHE_DIR`, else `minidialer` in the user's cache folder."""
    own = os.environ.get("MINIDIALER_CACHE_DIR")
    if own:
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "minidialer"


def fill_once(home: Path, fill: Callable[[Path], None]) -> None:
    """Have `home` filled; beside it, and moved when complete: half of it is never taken for all. Raises OSError."""
    if home.exists():
        return
    with _locked(home.with_suffix(".lock")):
        if home.exists():  # another process may have filled it while this one waited
            return
        partial = home.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            fill(partial)
            partial.rename(home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path` across processes; the kernel lets go of it if this process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
