"""Agents' work in a time: what the statistics of agents, campaigns and the agents' own page are made of."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .agent import AgentState

# While the daemon is away nobody's states are known. A restart shorter than this counts as work: talks go on through
# it. After a longer absence (a night, a crash nobody saw) what agents seemed to be doing meanwhile is left out.
AWAY = timedelta(minutes=5)


@dataclass(slots=True)
class Work:
    """Seconds by state and, of pauses, by reason; talks that began in this time and what was saved for them."""

    seconds: dict[AgentState, float] = field(default_factory=lambda: defaultdict(float))
    pauses: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: int = 0
    successes: int = 0
    dispositions: Counter[str] = field(default_factory=Counter)

    def spend(self, state: AgentState, reason: str, seconds: float) -> None:
        """Add time in a state."""
        self.seconds[state] += seconds
        if state is AgentState.PAUSED:
            self.pauses[reason] += seconds

    def talk(self, disposition: str, *, success: bool, count: int = 1) -> None:
        """Add talks with this disposition; "": none saved yet."""
        self.calls += count
        self.successes += count if success else 0
        if disposition:
            self.dispositions[disposition] += count

    @property
    def logged_in(self) -> float:
        """Seconds: the sum of every state but logged_out, so the parts always add up."""
        return sum(seconds for state, seconds in self.seconds.items() if state is not AgentState.LOGGED_OUT)

    @property
    def calls_per_hour(self) -> float | None:
        """Talks an hour logged in."""
        return self.calls * 3600 / self.logged_in if self.logged_in > 0 else None

    @property
    def average_talk(self) -> float | None:
        """Seconds of talk a call."""
        return self.seconds[AgentState.IN_CALL] / self.calls if self.calls else None


def present(
    absences: list[tuple[datetime, datetime]], since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of this time outside the absences, which lie within it, in order."""
    parts = []
    for left, back in absences:
        parts.append((since, left))
        since = back
    parts.append((since, until))
    return [(begin, end) for begin, end in parts if begin < end]
