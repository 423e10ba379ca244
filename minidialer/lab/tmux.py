"""The tmux that the supervisor's terminal is tried in: the machine's own, or one from Debian in the cache folder."""

from __future__ import annotations

import platform
import shutil
import subprocess

from . import debian
from .cache import cache_dir, fill_once
from .debian import MACHINES, Bundle, Progress
from .errors import TmuxUnavailableError

_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do
_BUNDLE = Bundle(
    name="tmux",
    packages=("tmux",),
    suite="stable",
    megabytes=10,
    way_out="install tmux by hand so that `tmux` is on PATH",
    error=TmuxUnavailableError,
)


def ensure_tmux(progress: Progress) -> tuple[str, ...]:
    """The command that runs it. Blocks, a minute at most. Raises TmuxUnavailableError with the way out."""
    installed = shutil.which("tmux")
    return (installed,) if installed and _runs((installed,)) else _fetched(progress)


def _fetched(progress: Progress) -> tuple[str, ...]:
    """The one in the cache folder, put there first when it is missing; it runs on its own loader and libraries."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in MACHINES:
        raise TmuxUnavailableError(f"tmux cannot be fetched for {platform.system()} on {machine}; {_BUNDLE.way_out}.")
    home = cache_dir() / f"tmux-{_LAYOUT}-{machine}"
    try:
        fill_once(home, lambda folder: debian.fetch(_BUNDLE, folder, progress))
    except OSError as error:
        raise TmuxUnavailableError(
            f"tmux cannot be kept in {home.parent} ({error.strerror or error}); "
            "set MINIDIALER_CACHE_DIR to a folder that can be written."
        ) from error
    triplet, loader = MACHINES[machine]
    usr = home / "root" / "usr"
    libraries = usr / "lib" / triplet
    command = (str(libraries / loader), "--library-path", str(libraries), str(usr / "bin" / "tmux"))
    if not _runs(command):
        raise TmuxUnavailableError(f"The tmux in {home} does not run; delete that folder to have it fetched again.")
    return command


def _runs(command: tuple[str, ...]) -> bool:
    """Does it say its version?"""
    try:
        done = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.startswith("tmux ")
