"""The tally: where the agents' time went, and what became of the calls."""

from dataclasses import dataclass, field
from datetime import datetime

from minidialer.domain.agent import AgentState
from minidialer.domain.attempt import Attempt
from minidialer.domain.outcome import Outcome


@dataclass(slots=True)
class Day:
    """Calls of one day."""

    attempts: int = 0
    answered: int = 0  # by a person, those abandoned included
    abandoned: int = 0  # by the campaign's compliance profile


@dataclass(slots=True)
class Tally:
    """Seconds of all agents by state, and the days. Time is counted inside the shifts only.

    late: seconds after which a customer who was taken counts as abandoned all the same; None: never.
    """

    late: float | None = None
    seconds: dict[AgentState, float] = field(default_factory=lambda: dict.fromkeys(AgentState, 0.0))
    days: list[Day] = field(default_factory=list)
    talks: int = 0
    _open: bool = False
    _since: dict[int, tuple[AgentState, float]] = field(default_factory=dict)

    def start_shift(self) -> None:
        """A new day; nobody is in yet."""
        self.days.append(Day())
        self._open = True
        self._since.clear()

    def end_shift(self, second: float) -> None:
        """The agents' time is counted no further; calls still are."""
        for state, since in self._since.values():
            self.seconds[state] += second - since
        self._open = False

    def agent(self, agent_id: int, state: AgentState, second: float) -> None:
        """An agent is in this state from now on."""
        if not self._open:
            return
        before = self._since.get(agent_id)
        if before is not None:
            if before[0] is state:
                return
            self.seconds[before[0]] += second - before[1]
        self._since[agent_id] = state, second
        if state is AgentState.IN_CALL:
            self.talks += 1

    def called(self) -> None:
        """A call went out."""
        self.days[-1].attempts += 1

    def ended(self, attempt: Attempt) -> None:
        """A call ended."""
        if attempt.outcome is not None:
            self.ended_as(attempt.outcome, attempt.answered_at, attempt.connected_at)

    def ended_as(self, outcome: Outcome, answered_at: datetime | None, connected_at: datetime | None) -> None:
        """A call ended so; whoever answered it got an agent then, or none."""
        if outcome is Outcome.ANSWERED:
            self.days[-1].answered += 1
            self.days[-1].abandoned += self._is_late(answered_at, connected_at)
        elif outcome is Outcome.ABANDONED:
            self.days[-1].answered += 1
            self.days[-1].abandoned += 1

    def _is_late(self, answered_at: datetime | None, connected_at: datetime | None) -> bool:
        if self.late is None or answered_at is None or connected_at is None:
            return False
        return (connected_at - answered_at).total_seconds() > self.late
