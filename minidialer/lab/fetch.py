"""`python -m minidialer.lab.fetch [chromium] [tmux]`: have an Asterisk ready for the lab.

When named, the browser and the terminal multiplexer of the tests too. Costs nothing when they are there.
"""

from __future__ import annotations

import sys

from .chromium import ensure_chromium
from .embedded import ensure_asterisk
from .errors import LabError
from .tmux import ensure_tmux


def main() -> int:
    """Fetch, tell what there is on stdout and the progress on stderr; 1 and a sentence when it cannot be done."""
    try:
        asterisk = ensure_asterisk(_say)
        print(f"Asterisk {asterisk.version}")
        if "chromium" in sys.argv[1:]:
            print(f"Chromium {ensure_chromium(_say)}")
        if "tmux" in sys.argv[1:]:
            print(f"tmux {' '.join(ensure_tmux(_say))}")
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
