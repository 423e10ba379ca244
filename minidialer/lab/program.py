"""A program the lab needs: the machine's own, or one from Debian in the cache folder."""

from __future__ import annotations

import platform
import shutil
import subprocess

from . import debian
from .cache import cache_dir, fill_once
from .debian import MACHINES, Bundle, Progress

_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do


def ensure_program(bundle: Bundle, progress: Progress) -> tuple[str, ...]:
    """The command that runs `bundle.name`. Blocks, a minute at most. Raises `bundle.error` with the way out."""
    installed = shutil.which(bundle.name)
    return (installed,) if installed and _runs(bundle, (installed,)) else _fetched(bundle, progress)


def _fetched(bundle: Bundle, progress: Progress) -> tuple[str, ...]:
    """The one in the cache folder, put there first when it is missing; it runs on its own loader and libraries."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in MACHINES:
        raise bundle.error(f"{bundle.name} cannot be fetched for {platform.system()} on {machine}; {bundle.way_out}.")
    home = cache_dir() / f"{bundle.name}-{_LAYOUT}-{machine}"
    try:
        fill_once(home, lambda folder: debian.fetch(bundle, folder, progress))
    except OSError as error:
        raise bundle.error(
            f"{bundle.name} cannot be kept in {home.parent} ({error.strerror or error}); "
            "set MINIDIALER_CACHE_DIR to a folder that can be written."
        ) from error
    triplet, loader = MACHINES[machine]
    usr = home / "root" / "usr"
    libraries = usr / "lib" / triplet
    command = (str(libraries / loader), "--library-path", str(libraries), str(usr / "bin" / bundle.name))
    if not _runs(bundle, command):
        raise bundle.error(f"The {bundle.name} in {home} does not run; delete that folder to have it fetched again.")
    return command


def _runs(bundle: Bundle, command: tuple[str, ...]) -> bool:
    """Does it say its version?"""
    try:
        done = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.startswith(f"{bundle.name} ")
