"""What must not grow while calls flow: queues, memory, tasks and files of the daemon."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import Findings
from .gauges import QUEUES, Gauges

MORE_BLOCKS = 1.05  # times: more calls are live at one moment than at another
MORE_MEMORY = 40.0  # megabytes
_FEW = 20.0  # entries of a queue that are on their way at any moment when hundreds of calls are live
_UNSENT = 65_536.0  # bytes: what Asterisk reads in one gulp


def growing(gauges: Gauges) -> Iterator[str]:
    """A sentence for each queue that is longer in the last third of the shift than in the first, and not short."""
    for name in QUEUES:
        before, after = gauges.usual(name, 0.0, 1 / 3), gauges.usual(name, 2 / 3, 1.0)
        if after > max(2 * before, _UNSENT if name.endswith("bytes") else _FEW):
            yield f"the queue {name} grew from {before:g} to {after:g}"


def kept(gauges: Gauges, since: float, findings: Findings, *, patient: bool) -> None:
    """Memory at this share of the shift (0 to 1) and at its end: what Python holds must be the same.

    The whole process may grow by the store's caches, up to 32 MB for each of five connections. patient: so short a
    shift that memory is still being taken into use.
    """
    width = 0.05
    first, last = (max(0.0, since - width), since + width), (1 - 2 * width, 1.0)
    resident = [gauges.usual("resident_memory_bytes", *part) / 1e6 for part in (first, last)]
    blocks = [gauges.usual("python_blocks", *part) / 1e3 for part in (first, last)]
    findings.measured(
        memory_first_mb=resident[0],
        memory_last_mb=resident[1],
        python_blocks_first_thousand=blocks[0],
        python_blocks_last_thousand=blocks[1],
    )
    if blocks[1] > blocks[0] * (1.2 if patient else MORE_BLOCKS):
        findings.stuck(
            f"Python held {blocks[0]:.0f} thousand blocks of memory, and {blocks[1]:.0f} thousand at the end"
        )
    if resident[1] > resident[0] + MORE_MEMORY:
        findings.stuck(f"the daemon's memory grew from {resident[0]:.0f} to {resident[1]:.0f} MB")
