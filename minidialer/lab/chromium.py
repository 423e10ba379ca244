"""The browser that tests look at the agents' pages with: the machine's own, or one from Debian in the cache folder.

The fetched one runs on its own loader and libraries, whatever the age of the machine. Chromium takes the folder of its
program for that of its resources and starts its parts from the program's name, so the loader lies beside it, and a
script stands for the program.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
from pathlib import Path

from . import debian
from .cache import cache_dir, fill_once
from .debian import MACHINES, Bundle, Progress
from .errors import ChromiumUnavailableError

CHOICE_VARIABLE = "MINIDIALER_CHROMIUM"
"""Environment variable: path of the chromium to use, or `fetch` to ignore the machine's own."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium", "fonts-dejavu-core")
_LAYOUT = 1  # raised whenever an earlier fetched folder would no longer do
_BUNDLE = Bundle(
    name="Chromium",
    packages=_PACKAGES,
    suite="stable",
    megabytes=220,
    way_out="install Chromium by hand so that `chromium` is on PATH",
    error=ChromiumUnavailableError,
    unused=("icons", "gtk-3.0", "bash-completion", "zsh"),
)


def ensure_chromium(progress: Progress) -> Path:
    """The browser's program: installed, installed now by apt when we are root, or fetched. Blocks, minutes at most.

    Raises ChromiumUnavailableError with the way out.
    """
    choice = os.environ.get(CHOICE_VARIABLE, "")
    if choice and choice != "fetch":
        if not _runs(Path(choice)):
            raise ChromiumUnavailableError(
                f"{CHOICE_VARIABLE} names {choice}, which does not run; correct or unset it."
            )
        return Path(choice)
    if choice == "fetch":
        return _fetched(progress)
    return _installed() or _install(progress) or _fetched(progress)


def _installed() -> Path | None:
    """The one on PATH that runs: some distributions have a program of this name that only points to a shop."""
    found = (Path(path) for name in _NAMES if (path := shutil.which(name)))
    return next((path for path in found if _runs(path)), None)


def _install(progress: Progress) -> Path | None:
    """Have apt install it, which takes root; None when that does not work."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    progress("installing Chromium by apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "--yes", "--no-install-recommends", *_PACKAGES)):
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["apt-get", "-q", *arguments],  # noqa: S607 - apt as on PATH
            capture_output=True,
            check=False,
            env=environment,
            timeout=debian.APT_TIMEOUT,
        )
        if done.returncode != 0:
            return None
    return _installed()


def _fetched(progress: Progress) -> Path:
    """The Chromium in the cache folder, put there first when it is missing."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in MACHINES:
        raise ChromiumUnavailableError(
            f"Chromium cannot be fetched for {platform.system()} on {machine}; {_BUNDLE.way_out}."
        )
    home = cache_dir() / f"chromium-{_LAYOUT}-{machine}"

    def fill(folder: Path) -> None:
        debian.fetch(_BUNDLE, folder, progress)
        _write_program(folder, home, *MACHINES[machine])
        progress(f"Chromium is ready in {home}")

    try:
        fill_once(home, fill)
    except OSError as error:
        raise ChromiumUnavailableError(
            f"Chromium cannot be kept in {home.parent} ({error.strerror or error}); "
            "set MINIDIALER_CACHE_DIR to a folder that can be written and has 1.5 GB free."
        ) from error
    program = home / "chromium"
    if not _runs(program):
        raise ChromiumUnavailableError(
            f"The Chromium in {home} does not run; delete that folder to have it fetched again."
        )
    return program


def _write_program(folder: Path, home: Path, triplet: str, loader: str) -> None:
    """The loader beside the program, and the script that starts both; `folder` will be moved to `home`."""
    libraries, own = Path("root/usr/lib") / triplet, Path("root/usr/lib/chromium")
    shutil.copy2((folder / libraries / loader).resolve(), folder / own / loader)
    search = ":".join(str(home / path) for path in (libraries, libraries / "pulseaudio", own))
    parts = (home / own / loader, "--library-path", search, home / own / "chromium")
    more = ("--no-zygote", f"--browser-subprocess-path={home / 'chromium'}", "--disable-breakpad")
    script = folder / "chromium"
    script.write_text(
        "#!/bin/sh\n"
        f"export FONTCONFIG_SYSROOT={shlex.quote(str(home / 'root'))} FONTCONFIG_PATH=/etc/fonts\n"
        f'exec {shlex.join(map(str, (*parts, *more)))} "$@"\n'
    )
    script.chmod(0o755)


def _runs(program: Path) -> bool:
    """Does it say its version?"""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "Chrom" in done.stdout
