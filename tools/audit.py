"""Looks at what the project is built of: `python tools/audit.py CONSTRAINTS FOLDER`; run by `make check`.

Offline, always: everything the project needs, at whatever distance, is pinned and installed in that version.

Then known vulnerabilities of the pinned versions, by pip-audit, which lives in an environment of its own in FOLDER:
what is audited must not have a say in it. It asks the package index, so where there is no network, or the index keeps
no advisories (as mirrors do), nothing can be looked up. That is said in plain words and is no error: a build without a
network must go through, and it must not look as if it had been audited.
"""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

AUDITOR = "pip-audit>=2.9,<3"
PATIENCE = 120  # seconds
ACCEPTED: dict[str, str] = {}
"""Vulnerabilities that do not concern us, by id, and why."""

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


def main(constraints: Path, folder: Path) -> int:
    """0 unless something is wrong that was seen."""
    problems = list(unpinned(pins(constraints)))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if look_up(constraints, folder) or problems else 0


def pins(constraints: Path) -> dict[str, str]:
    """By name, the version."""
    lines = constraints.read_text(encoding="utf-8").splitlines()
    return {_plain(found["name"]): found["version"] for line in lines if (found := _PIN.match(line))}


def unpinned(pinned: dict[str, str]) -> list[str]:
    """What is needed here and is not as it was pinned, a sentence each."""
    problems = []
    for name, version in needed().items():
        if pinned.get(name) != version:
            wanted = f"{pinned[name]} is pinned" if name in pinned else "it is not pinned"
            problems.append(f"{name} {version} is installed, {wanted}: make lock, then make setup.")
    return sorted(problems)


def needed() -> dict[str, str]:
    """Everything that is installed because the project, or its development, asks for it: name and version."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    found: dict[str, str] = {}
    asked: set[str] = set()
    while wanted:
        requirement = Requirement(wanted.pop())
        extras = [{"extra": extra} for extra in requirement.extras] or [{"extra": ""}]
        key = _plain(requirement.name) + "".join(sorted(requirement.extras))
        try:
            package = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # for another system
        if key in asked or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        asked.add(key)
        found[_plain(requirement.name)] = package.version
        for text in package.requires or []:
            marker = Requirement(text).marker
            if marker is None or any(marker.evaluate(extra) for extra in extras):
                wanted.append(text.partition(";")[0])
    return found


def look_up(constraints: Path, folder: Path) -> bool:
    """Ask for vulnerabilities, and say how far that went. True: there are some."""
    found = report(constraints, folder)
    if found is None:
        return False
    looked = [item for item in found if "vulns" in item]
    bad = [(item, vuln) for item in looked for vuln in item["vulns"] if vuln["id"] not in ACCEPTED]
    for item, vuln in bad:
        fixed = ", ".join(vuln.get("fix_versions", [])) or "none yet"
        print(f"{item['name']} {item['version']}: {vuln['id']}; fixed in: {fixed}.", file=sys.stderr)
    if not looked:
        print("NOT AUDITED: the package index knows no advisories, or cannot be reached.")
    else:
        missing = len(found) - len(looked)
        print(f"audited {len(looked)} packages" + (f"; {missing} could NOT be looked up." if missing else "."))
    return bool(bad)


def report(constraints: Path, folder: Path) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; None when it cannot run."""
    python = folder / "bin" / "python"
    try:
        if not (folder / "bin" / "pip-audit").exists():
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", AUDITOR)
        told = _run(
            *(str(python), "-m", "pip_audit", "-r", str(constraints), "--no-deps", "--disable-pip"),
            *("-f", "json", "--progress-spinner", "off", "--timeout", "10"),
            check=False,
        )
        return list(json.loads(told)["dependencies"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        print(f"NOT AUDITED: pip-audit cannot be used here ({type(error).__name__}).")
        return None


def _run(*command: str, check: bool = True) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=check)  # noqa: S603
    return done.stdout


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
