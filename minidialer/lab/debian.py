"""Programs from Debian's archive into a folder, without root and without touching the system.

A private apt state (own sources, lists and cache) fetches the whole closure of the packages, apt checks the archive's
signatures as always, and `dpkg-deb` unpacks everything below one folder, loader and C library included, so that the
age of the machine's own libraries does not matter.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError

Progress = Callable[[str], None]

ARCHIVE_VARIABLE = "MINIDIALER_DEBIAN_ARCHIVE"
"""Environment variable: URI of a Debian archive, for machines whose own sources name none."""

MACHINES = {  # folder of the libraries, and in it the loader
    "x86_64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
APT_TIMEOUT = 900  # seconds: a slow mirror needs minutes for 200 MB

_TOOLS = ("apt-get", "dpkg-deb")
_INDEX_LINE = re.compile(r"^'(?P<archive>\S+?)/+dists/(?P<suite>\S+?)/InRelease'", re.MULTILINE)
_SIDE_SUITE = re.compile(r"-(security|updates|backports|proposed|lts|debug)|/")
_UNUSED = ("doc", "man", "info", "locale", "perl", "perl5", "lintian", "gnupg", "zoneinfo", "misc", "gcc", "alsa")


@dataclass(frozen=True)
class Bundle:
    """A program and all it needs. `unused`: folders below usr/share it never reads; `way_out`: without the archive."""

    name: str
    packages: tuple[str, ...]
    suite: str
    megabytes: int
    way_out: str
    error: type[LabError]
    unused: tuple[str, ...] = ()

    def unavailable(self, why: str) -> LabError:
        """The error that says so."""
        return self.error(f"{self.name} cannot be fetched because {why}, or {self.way_out}.")


def fetch(bundle: Bundle, target: Path, progress: Progress) -> None:
    """Fetch and unpack into `target`, which must not exist yet; whatever fails, `target` is left incomplete."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        raise bundle.unavailable(f"this machine has no {' and no '.join(missing)}: use Debian")
    state = target / "apt"
    state.mkdir(parents=True)
    config = _write_apt_state(state, archive_uri(bundle), bundle.suite)
    progress("reading the index of Debian's archive")
    _apt(bundle, config, "update", "-o", "APT::Update::Error-Mode=any")
    progress(f"downloading {bundle.name} and its libraries, about {bundle.megabytes} MB")
    _apt(bundle, config, "install", "--yes", "--download-only", *bundle.packages)
    packages = sorted((state / "cache" / "archives").glob("*.deb"))
    progress(f"unpacking {len(packages)} packages")
    _unpack(packages, target / "root")
    _prune(target / "root", bundle.unused)
    shutil.rmtree(state)


def archive_uri(bundle: Bundle) -> str:
    """The Debian archive this machine itself uses, read by apt from its sources; works before any `apt-get update`."""
    chosen = os.environ.get(ARCHIVE_VARIABLE)
    if chosen:
        return chosen.rstrip("/")
    listing = subprocess.run(
        ["apt-get", "--print-uris", "update", "-o", "Debug::NoLocking=1"],  # noqa: S607 - apt as on PATH
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    ).stdout
    uri = choose_archive(listing)
    if uri is None:
        raise bundle.unavailable(f"apt's sources name no Debian archive: set {ARCHIVE_VARIABLE} to the URI of one")
    return uri


def choose_archive(listing: str) -> str | None:
    """The main archive in the output of `apt-get --print-uris update`: security, updates and others are left out."""
    for match in _INDEX_LINE.finditer(listing):
        archive, suite = match["archive"], match["suite"]
        if _SIDE_SUITE.search(suite) is None and archive.endswith(("/debian", "debian.list")):
            return archive
    return None


def _write_apt_state(state: Path, uri: str, suite: str) -> Path:
    """Lay out apt's folders below `state` and return the configuration file that makes apt use nothing else."""
    for folder in ("lists/partial", "cache/archives/partial", "parts", "preferences"):
        (state / folder).mkdir(parents=True)
    signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
    (state / "sources.list").write_text(f"deb{signed} {uri} {suite} main\n")
    config = state / "apt.conf"
    config.write_text(
        f"""\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "{state}/parts";
Dir::Etc::preferencesparts "{state}/preferences";
Dir::Etc::preferences "/dev/null";
Dir::State "{state}";
Dir::State::Lists "{state}/lists";
Dir::State::status "/dev/null";
Dir::Cache "{state}/cache";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Keep-Downloaded-Packages "true";
Acquire::Languages "none";
Acquire::Retries "2";
Debug::NoLocking "1";
"""
    )
    return config


def _apt(bundle: Bundle, config: Path, *arguments: str) -> None:
    """Run apt on the private state; on failure its own last words are part of the message."""
    done = subprocess.run(  # noqa: S603 - fixed arguments and our own paths
        ["apt-get", "-q", "-c", str(config), *arguments],  # noqa: S607 - apt as on PATH
        capture_output=True,
        text=True,
        check=False,
        timeout=APT_TIMEOUT,
        env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        why = " ".join(line for line in lines if line.startswith("E:")) or "no reason given"
        raise bundle.unavailable(f"apt failed ({why}): check the network")


def _unpack(packages: list[Path], root: Path) -> None:
    """Unpack all packages over one another into `root`."""
    root.mkdir()

    def unpack(package: Path) -> None:
        subprocess.run(  # noqa: S603 - fixed arguments and our own paths
            ["dpkg-deb", "--extract", str(package), str(root)],  # noqa: S607 - dpkg as on PATH
            check=True,
            capture_output=True,
        )

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(unpack, packages))


def _prune(root: Path, unused: tuple[str, ...]) -> None:
    """Drop what a running program never reads."""
    for name in (*_UNUSED, *unused):
        shutil.rmtree(root / "usr" / "share" / name, ignore_errors=True)
    for perl in (root / "usr" / "lib").glob("*/perl*"):
        shutil.rmtree(perl, ignore_errors=True)
