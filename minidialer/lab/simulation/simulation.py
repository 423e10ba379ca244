"""A simulation: days of a scenario under one policy."""

from datetime import UTC, datetime, timedelta

from minidialer.domain import events
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.dialer import Dialer
from minidialer.domain.floor import Floor
from minidialer.domain.trunk import Trunk

from .answer_rate import AnswerRate
from .clock import Clock
from .crew import Crew
from .customers import Customers
from .policy import Policy
from .result import Result, result_of
from .scenario import Scenario
from .tally import Tally
from .world import World

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
DAY = 86_400.0
OPENS = 7  # o'clock, when the shift leaves time for it
ANY = 1_000_000  # of what is not limited here


def simulate(scenario: Scenario, policy: Policy) -> Result:
    """Simulate all days. The same scenario and policy give the same result."""
    return Simulation(scenario, policy).run()


class Simulation:
    """One dialer through all days of a scenario; what it learned is kept from day to day."""

    def __init__(self, scenario: Scenario, policy: Policy) -> None:
        self.scenario = scenario
        self.policy = policy
        self.opens = 3600.0 * max(0, min(OPENS, int(24 - scenario.hours)))
        self.clock = Clock(FIRST_DAY)
        self.floor = _floor(scenario, policy, self._window())
        self.tally = Tally()
        self.rate = AnswerRate(scenario)
        campaign_of = {agent_id: 1 + agent_id % scenario.campaigns for agent_id in self.floor.agents}
        crew = Crew(scenario, self.clock, self.floor, campaign_of)
        self.world = World(Dialer(self.floor), self.clock, Customers(scenario, self.rate), crew, self.tally)
        policy.take_seat(self.floor, self._hours_left)

    def run(self) -> Result:
        """All days."""
        self.world.tell(events.LinkUp((), self.clock.now))
        for day in range(self.scenario.days):
            self._shift(self.opens + day * DAY * -(-self.scenario.hours // 24))
        return result_of(self.policy.name, self.scenario.agents, self.scenario.target, self.tally)

    def _shift(self, begin: float) -> None:
        self.clock.run(begin)
        self.world.shift_second = begin
        self.rate.new_day()
        self.tally.start_shift()
        self._status(CampaignStatus.RUNNING)
        self.world.crew.plan_shift(self.world.tell)
        end = begin + self.scenario.hours * 3600
        self.clock.after(self.policy.tick, self._tick)
        self.clock.run(end)
        self.tally.end_shift(end)
        self._status(CampaignStatus.STOPPED)
        while self.floor.attempts:
            self.clock.run(self.clock.seconds + 60)
        self.world.crew.send_home(self.world.tell)
        while any(agent.state is not AgentState.LOGGED_OUT for agent in self.floor.agents.values()):
            self.clock.run(self.clock.seconds + 60)

    def _hours_left(self, now: datetime) -> float:
        return self.scenario.hours - ((now - FIRST_DAY).total_seconds() - self.world.shift_second) / 3600

    def _status(self, status: CampaignStatus) -> None:
        for campaign in list(self.floor.campaigns.values()):
            changed = Campaign(
                campaign.id, campaign.name, campaign.list_id, campaign.settings, status, agent_ids=campaign.agent_ids
            )
            self.world.tell(events.CampaignStored(changed))

    def _tick(self) -> None:
        self.world.tell(events.Tick())
        if any(agent.state is not AgentState.LOGGED_OUT for agent in self.floor.agents.values()):
            self.clock.after(self.policy.tick, self._tick)

    def _window(self) -> CallingWindow:
        """The shift as the campaign's calling window, when it is one of whole minutes within a day."""
        end = FIRST_DAY + timedelta(seconds=self.opens + self.scenario.hours * 3600)
        if end - FIRST_DAY > timedelta(days=1) or end.second or end.microsecond:
            return CallingWindow()
        until = "24:00" if end.day != FIRST_DAY.day else f"{end:%H:%M}"
        return CallingWindow.parse(f"mon-sun {int(self.opens // 3600)}:00-{until}")


def _floor(scenario: Scenario, policy: Policy, window: CallingWindow) -> Floor:
    settings = CampaignSettings(
        ring_timeout=scenario.ring_timeout,
        answer_wait=scenario.answer_wait,
        abandon_target=scenario.target,
        max_attempts_per_5s=ANY,
        agent_connection=AgentConnection.NAILED_UP,
        calling_window=window,
        pacing_mode=policy.mode,
        overdial_percent=policy.overdial_percent,
        max_failures=ANY,
    )
    everybody = frozenset(range(1, scenario.agents + 1))
    campaigns = [
        Campaign(number, f"campaign {number}", number, settings, agent_ids=everybody)
        for number in range(1, scenario.campaigns + 1)
    ]
    agents = [Agent(agent_id, f"agent{agent_id}") for agent_id in sorted(everybody)]
    trunk = Trunk("carrier", "PJSIP/{number}@carrier", scenario.channels, ANY)
    return Floor(campaigns, agents, trunks=[trunk])
