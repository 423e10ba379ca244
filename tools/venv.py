"""Make a virtual environment with pip, on a machine that may have nothing but a bare Python.

    python3 tools/venv.py FOLDER

Runs before any dependency exists, so it uses the standard library only. Debian takes ensurepip out of its python3
package; then, one after the other: python3-venv is installed when root asks, else pip's wheel is taken out of Debian's
own python3-pip-whl, which needs no rights. A venv that works is kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

OLDEST = (3, 11)
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # where Debian's pip looks for them; not touched if there
APT_TIMEOUT = 600  # seconds: a slow mirror needs minutes for its index
_NO_QUESTIONS = {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


class SetupError(Exception):
    """One way to a venv does not lead there on this machine; the text says why."""


def main(folder: str) -> int:
    """Have a working venv in `folder`; 1 and one sentence on stderr when this machine cannot have one."""
    if sys.version_info < OLDEST:
        have = ".".join(map(str, sys.version_info[:2]))
        return _fail(f"Python {have} is too old; name one of 3.11 or newer: make setup PYTHON=/path/to/python3.")
    venv = Path(folder).absolute()
    try:
        if not works(venv):
            create(venv)
    except SetupError as error:
        return _fail(str(error))
    return 0


def works(venv: Path) -> bool:
    """Whether there is a venv that runs, has pip, and was made at this very path: its scripts name it absolutely."""
    try:
        made_here = f" {venv}\n" in (venv / "pyvenv.cfg").read_text(encoding="utf-8")
        _run([str(venv / "bin" / "python"), "-m", "pip", "--version"])
    except (OSError, SetupError):
        return False
    return made_here


def create(venv: Path) -> None:
    """Make the venv in the first way that works."""
    ways: tuple[Callable[[Path], None], ...] = (with_ensurepip, with_debian_package, with_debian_wheel)
    reasons = []
    for way in ways:
        try:
            way(venv)
        except SetupError as error:
            reasons.append(str(error))
        else:
            return
    shutil.rmtree(venv, ignore_errors=True)
    raise SetupError(
        f"{sys.executable} cannot make a virtual environment ({'; '.join(reasons)}); "
        "install python3-venv as root (apt-get install python3-venv), or check the network, and run make setup again."
    )


def with_ensurepip(venv: Path) -> None:
    """The ordinary way, where Python is complete."""
    try:
        _run([sys.executable, "-c", "import ensurepip"])
    except SetupError:
        raise SetupError("it has no ensurepip") from None
    _run([sys.executable, "-m", "venv", "--clear", str(venv)])


def with_debian_package(venv: Path) -> None:
    """As root on Debian and its children: complete the system's Python."""
    if os.geteuid() != 0:
        raise SetupError("only root may install python3-venv")
    _require("apt-get")
    _say("installing Debian's python3-venv")
    packages = ["python3-venv"] if CERTIFICATES.exists() else ["python3-venv", "ca-certificates"]
    _run(["apt-get", "-q", "update"])
    _run(["apt-get", "-q", "-y", "install", "--no-install-recommends", *packages])
    with_ensurepip(venv)


def with_debian_wheel(venv: Path) -> None:
    """Without any rights: pip's wheel out of Debian's python3-pip-whl, which a private apt fetches and verifies."""
    _require("apt-get", "dpkg-deb")
    _say("taking pip out of Debian's python3-pip-whl")
    with tempfile.TemporaryDirectory(prefix="minidialer-setup-") as name:
        state = Path(name)
        unpacked = _fetch_package(state, "python3-pip-whl")
        wheel = next(unpacked.glob("usr/share/python-wheels/pip-*.whl"), None)
        if wheel is None:
            raise SetupError("Debian's python3-pip-whl holds no pip")
        _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(venv)])
        _run([str(venv / "bin" / "python"), f"{wheel}/pip", "install", "-q", "--no-index", str(wheel)])


def _fetch_package(state: Path, package: str) -> Path:
    """The unpacked contents of a package of the machine's own sources, fetched into `state`, the system untouched."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True)
    config = state / "apt.conf"
    config.write_text(
        f"""\
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "{state}";
Dir::State::Lists "{state}/lists";
Dir::State::status "/dev/null";
Dir::Cache "{state}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "1";
"""
    )
    apt = ["apt-get", "-q", "-c", str(config)]
    _run([*apt, "update"])
    _run([*apt, "download", package], cwd=state)
    archive = next(state.glob(f"{package}_*.deb"), None)
    if archive is None:
        raise SetupError(f"apt downloaded no {package}")
    _run(["dpkg-deb", "--extract", str(archive), str(state / "unpacked")])
    return state / "unpacked"


def _require(*tools: str) -> None:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise SetupError(f"this machine has no {' and no '.join(missing)}")


def _run(command: list[str], cwd: Path | None = None) -> str:
    """Run to the end and return stdout; the command's own last words become the error."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments and our own paths
            command,
            cwd=cwd,
            env={**os.environ, **_NO_QUESTIONS},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=APT_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(str(error)) from None
    if done.returncode != 0:
        raise SetupError(_last_words(done.stderr or done.stdout) or f"{command[0]} ended with {done.returncode}")
    return done.stdout


def _last_words(output: str) -> str:
    """The lines of an output that say what went wrong, else its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E:", "ERROR:"))]
    return " ".join(errors or lines[-1:])


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _fail(sentence: str) -> int:
    _say(sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
