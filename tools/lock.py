"""Print constraints.txt: the newest versions that go together, asked of pip without installing anything.

    .venv/bin/python tools/lock.py > constraints.txt

Holds the project's dependencies, the dev group, pip itself, and what builds the project.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

HEADER = "# Pinned versions for `make setup`; written by `make lock`, not by hand."
EDITABLE_BUILD = "editables"  # hatchling asks for it when the project is installed in place


def main() -> int:
    """Resolve and print; pip's own exit code and words when it cannot."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    builders = [*project["build-system"]["requires"], EDITABLE_BUILD]
    resolved = subprocess.run(  # noqa: S603 - fixed arguments and the project's own file
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"),
            *("--group", "dev", "pip", *builders, "."),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if resolved.returncode != 0:
        return resolved.returncode
    found = [package["metadata"] for package in json.loads(resolved.stdout)["install"]]
    lines = [f"{one['name']}=={one['version']}" for one in found if one["name"] != project["project"]["name"]]
    print(HEADER, *sorted(lines, key=str.lower), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
