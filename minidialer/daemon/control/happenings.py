"""What happens on the floor, as lines: told by comparing it with how it was."""

from dataclasses import dataclass, field

from minidialer.control.models.watch import Line
from minidialer.domain.attempt import Attempt
from minidialer.domain.floor import Floor


@dataclass(slots=True)
class Happenings:
    """Lines since the last look. The first look gives none."""

    link_up: bool | None = None
    campaigns: dict[int, tuple[str, str]] = field(default_factory=dict)
    agents: dict[int, tuple[str, str]] = field(default_factory=dict)
    attempts: dict[int, tuple[Attempt, str]] = field(default_factory=dict)

    def look(self, floor: Floor) -> list[Line]:
        """What is different now."""
        first = self.link_up is None
        lines = [*self._link(floor), *self._campaigns(floor), *self._agents(floor), *self._attempts(floor)]
        return [] if first else lines

    def _link(self, floor: Floor) -> list[Line]:
        before, self.link_up = self.link_up, floor.link_up
        if before == floor.link_up:
            return []
        return [Line(kind="link", what="asterisk", state="up" if floor.link_up else "down")]

    def _campaigns(self, floor: Floor) -> list[Line]:
        now = {item.id: (item.status.value, item.status_reason) for item in floor.campaigns.values()}
        lines = [
            Line(kind="campaign", what=name, state=now[key][0], detail=now[key][1], campaign=name)
            for key, name in ((item.id, item.name) for item in floor.campaigns.values())
            if self.campaigns.get(key) != now[key]
        ]
        self.campaigns = now
        return lines

    def _agents(self, floor: Floor) -> list[Line]:
        now = {agent.id: (agent.state.value, agent.reason) for agent in floor.agents.values()}
        lines = []
        for agent in floor.agents.values():
            if self.agents.get(agent.id) != now[agent.id]:
                campaign = floor.campaign_of(agent)
                lines.append(
                    Line(
                        kind="agent",
                        what=agent.login,
                        state=agent.state.value,
                        detail=agent.reason,
                        campaign=campaign.name if campaign is not None else None,
                        agent=agent.login,
                    )
                )
        self.agents = now
        return lines

    def _attempts(self, floor: Floor) -> list[Line]:
        ended = [attempt for key, (attempt, _) in self.attempts.items() if key not in floor.attempts]
        changed = [
            attempt
            for attempt in floor.attempts.values()
            if attempt.id not in self.attempts or self.attempts[attempt.id][1] != attempt.state.value
        ]
        self.attempts = {attempt.id: (attempt, attempt.state.value) for attempt in floor.attempts.values()}
        return [_call_line(floor, attempt) for attempt in (*ended, *changed)]


def _call_line(floor: Floor, attempt: Attempt) -> Line:
    campaign = floor.campaigns.get(attempt.campaign_id)
    agent = floor.agents.get(attempt.agent_id) if attempt.agent_id is not None else None
    return Line(
        kind="call",
        what=attempt.number,
        state=attempt.state.value,
        detail=attempt.outcome.value if attempt.outcome is not None else "",
        campaign=campaign.name if campaign is not None else None,
        agent=agent.login if agent is not None else None,
    )
