"""Rolls: what one campaign has live, sorted by what pacing and matching ask for: no event costs a pass over all.

The floor files every attempt and agent anew whenever something about them changes; nothing else writes here.
"""

from dataclasses import dataclass, field

from .agent import BUSY, Agent, AgentState
from .attempt import UNANSWERED, Attempt, AttemptState


@dataclass(slots=True)
class Roll:
    """By id, in the order they came in. What a test finds by a pass over the floor is what stands here."""

    attempts: dict[int, Attempt] = field(default_factory=dict)  # live
    ringing: dict[int, Attempt] = field(default_factory=dict)  # not answered yet, for whoever is free
    waiting: dict[int, Attempt] = field(default_factory=dict)  # answered, no agent, not being let go
    joined: dict[int, Agent] = field(default_factory=dict)  # in whatever state
    free: dict[int, Agent] = field(default_factory=dict)  # can take a customer
    busy: dict[int, Agent] = field(default_factory=dict)  # reserved, in a call or wrapping up
    # With the seconds since 1970 at which it began, for a decision asks for the ages of all of them at once:
    dialled: dict[int, tuple[float, Attempt]] = field(default_factory=dict)  # those ringing, since they were dialled
    talking: dict[int, tuple[float, Agent]] = field(default_factory=dict)  # since their talk began
    wrapping_up: dict[int, tuple[float, Agent]] = field(default_factory=dict)  # since it was over

    @property
    def in_flight(self) -> int:
        """Calls for whoever is free that have no agent yet, pending claims apart."""
        if not self.waiting:
            return len(self.ringing)
        return len(self.ringing) + sum([1 for attempt in self.waiting.values() if attempt.owner_id is None])

    def file_attempt(self, attempt: Attempt) -> None:
        """Put a live attempt where it belongs now."""
        key, state = attempt.id, attempt.state
        self.attempts[key] = attempt
        if state in UNANSWERED and attempt.owner_id is None:
            self.ringing[key] = attempt
            if attempt.dialled_at is not None:
                self.dialled[key] = attempt.dialled_at.timestamp(), attempt
        else:
            self.ringing.pop(key, None)
            self.dialled.pop(key, None)
        if state is AttemptState.WAITING and not attempt.letting_go:
            self.waiting[key] = attempt
        else:
            self.waiting.pop(key, None)

    def file_agent(self, agent: Agent, *, free: bool) -> None:
        """Put an agent of this campaign where they belong now."""
        key = agent.id
        self.joined[key] = agent
        if free:
            self.free[key] = agent
        else:
            self.free.pop(key, None)
        if agent.state in BUSY:
            self.busy[key] = agent
        else:
            self.busy.pop(key, None)
        for state, part in ((AgentState.IN_CALL, self.talking), (AgentState.WRAP_UP, self.wrapping_up)):
            if agent.state is state and agent.since is not None:
                part[key] = agent.since.timestamp(), agent
            else:
                part.pop(key, None)

    def strike_attempt(self, attempt_id: int) -> None:
        """The attempt is not live any more."""
        for part in (self.attempts, self.ringing, self.waiting, self.dialled):
            part.pop(attempt_id, None)

    def strike_agent(self, agent_id: int) -> None:
        """The agent has left the campaign."""
        for part in (self.joined, self.free, self.busy, self.talking, self.wrapping_up):
            part.pop(agent_id, None)
