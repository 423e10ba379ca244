"""What a fault is given to work with."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Progress = Callable[[int, str], None]
"""How often it has been tried so far, and what goes on: an English phrase, or empty."""

PATIENCE = 10.0
BUSY = 1.5  # waiting for a core, for each core there is: two Asterisks, a daemon and robots are less than 1


@dataclass(frozen=True)
class Context:
    """One trial. `home`: an empty folder for everything it writes. `dice`: the only source of chance.

    short: the small version for the tests, on machines that do something else meanwhile. eased: promised times, in
    seconds, that were not held to because the machine had too much to do.
    """

    home: Path
    times: int
    dice: random.Random
    progress: Progress
    short: bool = False
    eased: set[float] = field(default_factory=set)

    def limit(self, seconds: float) -> float:
        """A promised time in seconds; ten times as long where it cannot be measured: in tests, on a busy machine."""
        if self.short:
            return seconds * PATIENCE
        if is_busy():
            self.eased.add(seconds)
            return seconds * PATIENCE
        return seconds


def is_busy() -> bool:
    """Has the machine more to do than this?"""
    return os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
