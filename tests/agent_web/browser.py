"""The Chromium of the tests."""

import sys
from functools import cache

from minidialer.lab.chromium import ensure_chromium

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@cache
def chromium() -> str:
    """Its path; `make setup` has it ready."""
    return str(ensure_chromium(lambda line: print(line, file=sys.stderr)))
