"""The result of a demonstration run: what a script reads, and how a person sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Delays:
    """From the customer's answer to both hearing each other, in milliseconds; zeros when nobody was joined."""

    p50: float = 0.0
    p99: float = 0.0
    max: float = 0.0

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Delays:
        """Percentiles by nearest rank."""
        if not seconds:
            return cls()
        ordered = sorted(seconds)
        return cls(*(round(1000 * value, 2) for value in (_rank(ordered, 50), _rank(ordered, 99), ordered[-1])))


def _rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@dataclass(frozen=True)
class DemoResult:
    """What a run did. `differences`: one sentence for everything that does not add up; empty when all does."""

    asterisk_version: str
    leads: int
    attempts: int
    outcomes: dict[str, int]
    connected: int
    abandoned: int
    dispositions: dict[str, int]
    answer_to_agent_ms: Delays
    lost: int
    stuck_agents: int
    open_channels: int
    reconciled: bool = False
    differences: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Everything adds up and nothing was left behind."""
        return self.reconciled and not (self.differences or self.lost or self.stuck_agents or self.open_channels)

    def as_dict(self) -> dict[str, object]:
        """The keys of `--json`."""
        return asdict(self)
