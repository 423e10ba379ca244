"""A simulation: days on a stage under one policy."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from minidialer.domain import events
from minidialer.domain.agent import AgentState
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.dialer import Dialer
from minidialer.domain.sentence import RefusedError

from .policy import Policy
from .result import Result, result_of
from .scenario import Scenario
from .stage import Stage, stage_of
from .tally import Tally
from .world import World

DAY = 86_400.0
LAST_CALLS = 60.0  # seconds between looks whether everybody has gone home
LOOK_EVERY = 900.0  # seconds between looks whether it is worth going on

Promising = Callable[[Tally], bool]


def simulate(scenario: Scenario, policy: Policy) -> Result:
    """Simulate all days. The same scenario and policy give the same result."""
    return Simulation(stage_of(scenario, policy), policy).run()


class Simulation:
    """One dialer through all days; what it learned is kept from day to day.

    A shift is counted to its end. Then nothing new is dialled, and agents stay until every call and form is done.
    """

    def __init__(self, stage: Stage, policy: Policy) -> None:
        self.stage = stage
        self.policy = policy
        self.floor = stage.floor
        self.clock = stage.clock
        self.tally = Tally(stage.late)
        self.world = World(Dialer(stage.floor), stage.clock, stage.callees, stage.staff, self.tally)
        policy.take_seat(stage.floor, self._hours_left)

    def run(self) -> Result:
        """All days."""
        self.run_while(lambda _tally: True)
        return self._result()

    def run_while(self, promising: Promising) -> Result | None:
        """All days; None when one look at what came so far said that it is not worth going on."""
        self.world.tell(events.LinkUp((), self.clock.now))
        for day in range(self.stage.days):
            if not self._shift(self.stage.opens + day * DAY * -(-self.stage.hours // 24), promising):
                return None
        return self._result()

    def _result(self) -> Result:
        return result_of(self.policy.name, self.stage.agents, self.stage.target, self.tally)

    def _shift(self, begin: float, promising: Promising) -> bool:
        self.clock.run(begin)
        self.world.shift_second = begin
        self.stage.new_day()
        self.tally.start_shift()
        self._status(CampaignStatus.RUNNING)
        self.stage.staff.plan_shift(self.world.tell)
        end = begin + self.stage.hours * 3600
        self.clock.at(begin, self._tick)
        while self.clock.seconds < end:
            self.clock.run(min(self.clock.seconds + LOOK_EVERY, end))
            if not promising(self.tally):
                return False
        self.tally.end_shift(end)
        self._status(CampaignStatus.STOPPED)
        while self.floor.attempts:
            self.clock.run(self.clock.seconds + LAST_CALLS)
        while self._somebody_in():
            self._send_home()  # again for those who came back from a break meanwhile
            self.clock.run(self.clock.seconds + LAST_CALLS)
        return True

    def _send_home(self) -> None:
        for agent_id in self.floor.agents:
            try:
                self.world.tell(events.LogOut(agent_id))
            except RefusedError:
                continue

    def _somebody_in(self) -> bool:
        return any(agent.state is not AgentState.LOGGED_OUT for agent in self.floor.agents.values())

    def _hours_left(self, now: datetime) -> float:
        return self.stage.hours - ((now - self.clock.start).total_seconds() - self.world.shift_second) / 3600

    def _status(self, status: CampaignStatus) -> None:
        for campaign in list(self.floor.campaigns.values()):
            self.world.tell(events.CampaignStored(replace(campaign, status=status)))

    def _tick(self) -> None:
        self.world.tell(events.Tick())
        if self.world.second < self.stage.hours * 3600 or self._somebody_in():
            self.clock.after(self.policy.tick, self._tick)
