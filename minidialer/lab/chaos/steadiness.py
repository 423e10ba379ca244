"""What must not grow while calls flow: queues, memory, tasks and files of the daemon."""

from __future__ import annotations

from collections.abc import Iterator

from .gauges import QUEUES, Gauges

_FEW = 20.0  # entries of a queue that are on their way at any moment when hundreds of calls are live
_UNSENT = 65_536.0  # bytes: what Asterisk reads in one gulp


def growing(gauges: Gauges) -> Iterator[str]:
    """A sentence for each queue that is longer in the last third of the shift than in the first, and not short."""
    for name in QUEUES:
        before, after = gauges.usual(name, 0.0, 1 / 3), gauges.usual(name, 2 / 3, 1.0)
        if after > max(2 * before, _UNSENT if name.endswith("bytes") else _FEW):
            yield f"the queue {name} grew from {before:g} to {after:g}"


def more_memory(gauges: Gauges, since: float, allowed: float) -> tuple[float, float, str]:
    """Megabytes at this share of the shift (0 to 1) and at its end; a sentence when it grew by more than allowed."""
    width = 0.05
    before = gauges.usual("resident_memory_bytes", max(0.0, since - width), since + width) / 1e6
    after = gauges.usual("resident_memory_bytes", 1 - 2 * width, 1.0) / 1e6
    grown = after - before
    return before, after, f"the daemon's memory grew by {grown:.1f} MB" if grown > allowed else ""
