"""What came of a fault: one row of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """One fault, tried `times_tried` times.

    lost: what a page, the store or the carrier had and is gone: attempts, dispositions, drafts, leads, talks cut off.
    doubled: calls to a number that was being called, or was not to be called again.
    stuck: agents, calls and channels that did not come to where they belong in time.
    time_to_recover: seconds until all was as it should be again, the worst one seen.
    details: one sentence for each of the lost, doubled and stuck. figures: what else was measured, by what it is.
    """

    fault: str
    times_tried: int
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    time_to_recover: float = 0.0
    details: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """It was tried, and harmed nothing."""
        return self.times_tried > 0 and not (self.lost or self.doubled or self.stuck)

    def as_dict(self) -> dict[str, object]:
        """An object of `--json`; `figures` only where there are some."""
        more = {"figures": dict(self.figures)} if self.figures else {}
        return {
            "fault": self.fault,
            "times_tried": self.times_tried,
            "lost": self.lost,
            "doubled": self.doubled,
            "stuck": self.stuck,
            "time_to_recover": round(self.time_to_recover, 3),
            **more,
        }
