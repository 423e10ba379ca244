"""What came of a fault: one row of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One fault, tried `times_tried` times.

    lost: what a page, the store or the carrier had and is gone: attempts, dispositions, drafts, leads, talks cut off.
    doubled: calls to a number that was being called, or was not to be called again.
    stuck: agents, calls and channels that did not come to where they belong in time.
    time_to_recover: seconds until all was as it should be again, the worst one seen.
    details: one sentence for each of the lost, doubled and stuck.
    """

    fault: str
    times_tried: int
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    time_to_recover: float = 0.0
    details: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """It was tried, and harmed nothing."""
        return self.times_tried > 0 and not (self.lost or self.doubled or self.stuck)

    def as_dict(self) -> dict[str, object]:
        """An object of `--json`."""
        return {
            "fault": self.fault,
            "times_tried": self.times_tried,
            "lost": self.lost,
            "doubled": self.doubled,
            "stuck": self.stuck,
            "time_to_recover": round(self.time_to_recover, 3),
        }
