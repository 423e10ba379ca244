"""The Asterisk of the lab: the one on PATH, or one fetched from Debian into the cache folder."""

from __future__ import annotations

import fcntl
import logging
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import debian
from .debian import Progress
from .errors import AsteriskUnavailableError

log = logging.getLogger(__name__)

CHOICE_VARIABLE = "MINIDIALER_ASTERISK"
"""Environment variable: path of the asterisk to use, or `fetch` to ignore the one on PATH."""

OLDEST_MAJOR = 18
_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do
_VERSION = re.compile(r"Asterisk (?:certified[/-])?(\d+\.\d[\d.]*(?:-cert\d+)?)")  # distributions add +... or ~...
_MACHINES = {  # folder of the libraries, and in it the loader
    "x86_64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}


@dataclass(frozen=True)
class Asterisk:
    """An Asterisk that can be started.

    `command` is the program with its loader when it needs one, arguments go behind it. `directories` are lines for
    the [directories] section; an installed Asterisk knows its own, so there it is empty.
    """

    command: tuple[str, ...]
    version: str
    directories: dict[str, Path] = field(default_factory=dict)

    @property
    def release(self) -> tuple[int, int]:
        """Main and minor version, (18, 26) for 18.26.4."""
        main, minor = re.findall(r"\d+", self.version)[:2]
        return int(main), int(minor)


def cache_dir() -> Path:
    """Where fetched things live: `MINIDIALER_CACHE_DIR`, else `minidialer` in the user's cache folder."""
    own = os.environ.get("MINIDIALER_CACHE_DIR")
    if own:
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "minidialer"


def ensure_asterisk(progress: Progress | None = None) -> Asterisk:
    """Find an Asterisk, fetching it when there is none (minutes at most, once).

    Blocks; call it in a thread from a running loop. Raises AsteriskUnavailableError with the way out.
    """
    say = progress or log.info
    choice = os.environ.get(CHOICE_VARIABLE, "")
    if choice != "fetch":
        installed = _installed(choice)
        if installed is not None:
            return installed
    return _fetched(say)


def _installed(choice: str) -> Asterisk | None:
    """The asterisk named by `choice`, else the one on PATH when it is new enough, else None."""
    path = choice or shutil.which("asterisk")
    if path is None:
        return None
    version = _version((path,))
    if version is not None and int(version.partition(".")[0]) >= OLDEST_MAJOR:
        return Asterisk(command=(path,), version=version)
    if choice:
        raise AsteriskUnavailableError(
            f"{CHOICE_VARIABLE} names {choice}, which is no Asterisk {OLDEST_MAJOR} or newer; correct or unset it."
        )
    return None


def _fetched(say: Progress) -> Asterisk:
    """The Asterisk in the cache folder, put there first when it is missing."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in _MACHINES:
        raise AsteriskUnavailableError(
            f"Asterisk cannot be fetched for {platform.system()} on {machine}; "
            f"install Asterisk {OLDEST_MAJOR} or newer so that `asterisk` is on PATH."
        )
    home = cache_dir() / f"asterisk-{_LAYOUT}-{machine}"
    try:
        if not home.exists():
            with _locked(home.with_suffix(".lock")):
                if not home.exists():  # another process may have fetched it while this one waited
                    _fetch_into(home, say)
    except OSError as error:
        raise AsteriskUnavailableError(
            f"Asterisk cannot be kept in {home.parent} ({error.strerror or error}); "
            "set MINIDIALER_CACHE_DIR to a folder that can be written and has 700 MB free."
        ) from error
    triplet, loader = _MACHINES[machine]
    return _unpacked(home / "root", triplet, loader)


def _fetch_into(home: Path, say: Progress) -> None:
    """Fetch beside `home` and move into place when complete: a half-done fetch is never taken for a done one."""
    partial = home.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        debian.fetch(partial, say)
        triplet, loader = _MACHINES[platform.machine()]
        found = _unpacked(partial / "root", triplet, loader)
        partial.rename(home)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"Asterisk {found.version} is ready in {home}")


def _unpacked(root: Path, triplet: str, loader: str) -> Asterisk:
    """The Asterisk below an unpacked `root`, run by that root's own loader."""
    libraries = root / "usr" / "lib" / triplet
    search = ":".join(str(path) for path in (libraries, libraries / "asterisk"))
    command = (str(libraries / loader), "--library-path", search, str(root / "usr" / "sbin" / "asterisk"))
    version = _version(command)
    if version is None:
        raise AsteriskUnavailableError(
            f"The Asterisk in {root.parent} does not run; delete that folder to have it fetched again."
        )
    share = root / "usr" / "share" / "asterisk"
    return Asterisk(command, version, {"astmoddir": libraries / "asterisk" / "modules", "astdatadir": share})


def _version(command: tuple[str, ...]) -> str | None:
    """What `asterisk -V` says, as `22.10.1`; None when it does not run or says something else."""
    try:
        done = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(done.stdout)
    return match[1] if match else None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path` across processes; the kernel lets go of it if this process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
