"""The Asterisk of the lab: the one on PATH, or one fetched from Debian into the cache folder."""

from __future__ import annotations

import logging
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import debian
from .cache import cache_dir, fill_once
from .debian import MACHINES, Bundle, Progress
from .errors import AsteriskUnavailableError

log = logging.getLogger(__name__)

CHOICE_VARIABLE = "MINIDIALER_ASTERISK"
"""Environment variable: path of the asterisk to use, or `fetch` to ignore the one on PATH."""

OLDEST_MAJOR = 18
_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do
_VERSION = re.compile(r"Asterisk (?:certified[/-])?(\d+\.\d[\d.]*(?:-cert\d+)?)")  # distributions add +... or ~...
_BUNDLE = Bundle(
    name="Asterisk",
    packages=("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav"),
    suite="sid",  # the only suite of Debian with an Asterisk since bookworm
    megabytes=110,
    way_out=f"install Asterisk {OLDEST_MAJOR} or newer by hand so that `asterisk` is on PATH",
    error=AsteriskUnavailableError,
    unused=("snmp", "asterisk/rest-api", "asterisk/static-http", "asterisk/phoneprov", "asterisk/firmware"),
)


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
    if platform.system() != "Linux" or machine not in MACHINES:
        raise AsteriskUnavailableError(
            f"Asterisk cannot be fetched for {platform.system()} on {machine}; "
            f"install Asterisk {OLDEST_MAJOR} or newer so that `asterisk` is on PATH."
        )
    home = cache_dir() / f"asterisk-{_LAYOUT}-{machine}"
    triplet, loader = MACHINES[machine]

    def fill(folder: Path) -> None:
        debian.fetch(_BUNDLE, folder, say)
        _name_sounds(folder / "root")
        say(f"Asterisk {_unpacked(folder / 'root', triplet, loader).version} is ready in {home}")

    try:
        fill_once(home, fill)
    except OSError as error:
        raise AsteriskUnavailableError(
            f"Asterisk cannot be kept in {home.parent} ({error.strerror or error}); "
            "set MINIDIALER_CACHE_DIR to a folder that can be written and has 700 MB free."
        ) from error
    return _unpacked(home / "root", triplet, loader)


def _name_sounds(root: Path) -> None:
    """Name the English sounds as Debian's install script would."""
    sounds = root / "usr" / "share" / "asterisk" / "sounds"
    (sounds / "en").symlink_to(next(sounds.glob("en_US*")).name)


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
