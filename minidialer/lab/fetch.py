"""`python -m minidialer.lab.fetch [chromium]`: have an Asterisk ready for the lab; costs nothing when there is one.

With `chromium` also the browser of the tests.
"""

from __future__ import annotations

import sys

from .chromium import ensure_chromium
from .embedded import ensure_asterisk
from .errors import LabError


def main() -> int:
    """Fetch, tell what there is on stdout and the progress on stderr; 1 and a sentence when it cannot be done."""
    try:
        asterisk = ensure_asterisk(_say)
        print(f"Asterisk {asterisk.version}")
        if "chromium" in sys.argv[1:]:
            print(f"Chromium {ensure_chromium(_say)}")
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
