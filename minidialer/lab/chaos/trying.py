"""Trying one fault by itself, with dice of its own: its figures do not depend on which others are tried."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from pathlib import Path

from .context import Context, Progress
from .fault import Fault
from .outcome import Outcome

log = logging.getLogger(__name__)


async def try_fault(
    fault: Fault, home: Path, *, seed: int, progress: Progress, times: int | None = None, short: bool = False
) -> Outcome:
    """Try it, below `home`. What cannot be tried is told in the outcome's details, with `times_tried` 0."""
    count = times if times is not None else fault.short if short else fault.times
    dice = random.Random(f"{seed}:{fault.name}")  # noqa: S311 — a run has to be repeatable
    folder = home / fault.name
    folder.mkdir(parents=True)
    progress(0, "")
    context = Context(folder, count, dice, progress, short)
    try:
        outcome = await fault.run(context)
    except Exception as error:
        log.debug("%s could not be tried", fault.name, exc_info=True, extra={"action": "chaos"})
        return Outcome(fault.name, 0, details=(f"could not be tried: {_first(error)}",))
    if context.eased:
        outcome = replace(outcome, figures={**outcome.figures, "limits_eased": float(len(context.eased))})
    return outcome


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
