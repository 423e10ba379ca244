"""A fault: its name, how often it is tried, and the function that tries it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .context import Context
from .outcome import Outcome


@dataclass(frozen=True)
class Fault:
    """One row of the table. A module of `faults/` names its own in `FAULTS`.

    name: words parted by hyphens, as typed. about: one English sentence. times, short: how often it is tried, and how
    often in the short version. run: tries it `context.times` times; raises LabError when it cannot be tried.
    """

    name: str
    about: str
    run: Callable[[Context], Awaitable[Outcome]]
    times: int
    short: int
