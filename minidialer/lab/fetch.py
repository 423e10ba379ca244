"""`python -m minidialer.lab.fetch`: have an Asterisk ready for the lab; costs nothing when there is one."""

from __future__ import annotations

import sys

from .embedded import ensure_asterisk
from .errors import LabError


def main() -> int:
    """Fetch, tell the version on stdout and the progress on stderr; 1 and a sentence when it cannot be done."""
    try:
        asterisk = ensure_asterisk(lambda line: print(line, file=sys.stderr, flush=True))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Asterisk {asterisk.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
