"""What a fault is given to work with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[int, str], None]
"""How often it has been tried so far, and what goes on: an English phrase, or empty."""

PATIENCE = 10.0


@dataclass(frozen=True)
class Context:
    """One trial. `home`: an empty folder for everything it writes. `dice`: the only source of chance.

    short: the small version for the tests, on machines that do something else meanwhile.
    """

    home: Path
    times: int
    dice: random.Random
    progress: Progress
    short: bool = False

    def limit(self, seconds: float) -> float:
        """A promised time in seconds; ten times as long in the short version, which may not measure."""
        return seconds * PATIENCE if self.short else seconds
