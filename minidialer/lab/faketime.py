"""A clock that can be set for one process alone: libfaketime, the machine's own or Debian's for this release."""

from __future__ import annotations

import platform
import re
from datetime import timedelta
from pathlib import Path

from . import debian
from .cache import cache_dir, fill_once
from .debian import MACHINES, Bundle, Progress
from .errors import LabError

_NAME = "faketime/libfaketimeMT.so.1"
_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do
_RELEASE = Path("/etc/os-release")


class SettableClock:
    """The clock of the processes started with `environment`; `set_by` sets it while they run."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = library
        self.set_by(timedelta())

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a process that goes by it. The clock nobody can set is left alone, as on a real machine."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }

    def set_by(self, off: timedelta) -> None:
        """So far ahead of the machine's own clock from now on."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{off.total_seconds():+f}\n")
        fresh.replace(self._file)  # a reader sees the old time or the new one


def settable_clock(folder: Path, progress: Progress) -> SettableClock:
    """Blocks, and fetches once when there is none. Raises LabError with the way out."""
    return SettableClock(_installed() or _fetched(progress), folder)


def _installed() -> Path | None:
    triplet, _loader = MACHINES.get(platform.machine(), ("", ""))
    path = Path("/usr/lib") / triplet / _NAME
    return path if path.exists() else None


def _fetched(progress: Progress) -> Path:
    machine = platform.machine()
    if machine not in MACHINES:
        raise LabError(f"libfaketime cannot be fetched for {machine}: install it by hand.")
    bundle = Bundle(
        name="libfaketime",
        packages=("libfaketime",),
        suite=_suite(),  # the library goes into our own processes: it must be as old as their C library
        megabytes=6,
        way_out="install libfaketime by hand",
        error=LabError,
    )
    home = cache_dir() / f"libfaketime-{_LAYOUT}-{bundle.suite}-{machine}"
    try:
        fill_once(home, lambda folder: debian.fetch(bundle, folder, progress))
    except OSError as error:
        raise LabError(f"libfaketime cannot be kept in {home.parent} ({error.strerror or error}).") from error
    return home / "root" / "usr" / "lib" / MACHINES[machine][0] / _NAME


def _suite() -> str:
    """This machine's release of Debian."""
    found = re.search(r"^VERSION_CODENAME=(\w+)", _RELEASE.read_text(), re.MULTILINE) if _RELEASE.exists() else None
    if found is None:
        raise LabError("libfaketime cannot be fetched: this machine names no release of Debian; install it by hand.")
    return found[1]
