"""A random walk of a dialer that calls ahead: calls by the dozen, and accounts that are full, empty and full again."""

import os
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from minidialer.domain import events
from minidialer.domain.agent import AgentState
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, CampaignStatus, PacingMode, PrivateLeads
from minidialer.domain.disposition import Disposition
from minidialer.domain.trunk import Trunk

from .walk import AGENTS, CAMPAIGNS, SETTINGS, Life

FIRST = replace(
    SETTINGS,
    pacing_mode=PacingMode.PREDICTIVE,
    agent_connection=AgentConnection.NAILED_UP,
    private_leads=PrivateLeads.OFF,
    overdial_percent=0,
    abandon_target=40.0,  # far ahead
    max_attempts_per_5s=12,
    max_failures=10_000,
)
TRUNK = Trunk("carrier", "PJSIP/{digits}@carrier", channels=14, calls_per_second=9)
campaign_ids = st.integers(1, CAMPAIGNS)
chances = st.integers(0, 2**16)
changes = st.sampled_from(
    (
        {"overdial_percent": 0},
        {"overdial_percent": 34},
        {"overdial_percent": 100},
        {"max_attempts_per_5s": 3},
        {"max_attempts_per_5s": 4},
        {"max_attempts_per_5s": 7},
        {"max_attempts_per_5s": 100},
        {"abandon_target": 0.0},
        {"abandon_target": 0.2},  # of the morning's 400 answers: less than one loss
        {"abandon_target": 0.3},
        {"abandon_target": 3.0},
        {"abandon_target": 40.0},
        {"abandon_target": 40.0},
        {"calling_window": CallingWindow()},
        {"calling_window": CallingWindow.parse("mon-sun 9:00-18:00")},
        {"pacing_mode": PacingMode.PROGRESSIVE},
        {"pacing_mode": PacingMode.PREDICTIVE},
        {"pacing_mode": PacingMode.PREDICTIVE},
    )
)


class WalkAhead(RuleBasedStateMachine):
    """`Life` checks every start against `floor_rules.check_starts`, and plays the whole history again at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(FIRST, leads=600, trunk=TRUNK)
        self.life.pbx.connect(self.life.now)
        self.settle()
        for agent_id in range(1, AGENTS + 1):
            self.joins(agent_id, 1)

    def settle(self) -> None:
        """Everything sent has arrived, and agents' phones are picked up."""
        while self.life.pbx.wire:
            self.life.deliver()
        for leg, channel in list(self.life.pbx.channels.items()):
            if channel.agent_id is not None and not channel.up:
                self.life.pbx.answer(leg)
        while self.life.pbx.wire:
            self.life.deliver()

    def joins(self, agent_id: int, campaign_id: int) -> None:
        """The agent comes to this campaign."""
        for event in (events.LogIn(agent_id), events.Join(agent_id, campaign_id), events.Resume(agent_id)):
            self.life.handle(event)
        self.settle()

    @rule(seconds=st.sampled_from((0.1, 0.1, 0.3, 1.0, 1.0, 6.0)))
    def time_passes(self, seconds: float) -> None:
        self.life.pass_time(seconds)
        self.settle()

    @rule(chance=chances, answered=st.sampled_from((0.05, 0.3, 0.9)))
    def some_calls_come_to_something(self, chance: int, answered: float) -> None:
        dice = Random(chance)
        for leg, channel in list(self.life.pbx.channels.items()):
            if channel.agent_id is None and not channel.up:
                drawn = dice.random()
                if drawn < answered:
                    self.life.pbx.answer(leg)
                elif drawn > 0.8:
                    self.life.pbx.hang_up(leg, dice.choice((1, 17, 19)))
        self.settle()

    @rule(chance=chances)
    def some_customers_hang_up(self, chance: int) -> None:
        dice = Random(chance)
        for leg, channel in list(self.life.pbx.channels.items()):
            if channel.agent_id is None and channel.up and dice.random() < 0.6:
                self.life.pbx.hang_up(leg, 16)
        self.settle()

    @rule()
    def forms_are_saved(self) -> None:
        for agent_id in range(1, AGENTS + 1):
            self.life.save(agent_id, Disposition(1, "done"))
        self.settle()

    @rule(agent_id=st.integers(1, AGENTS), campaign_id=campaign_ids)
    def an_agent_joins(self, agent_id: int, campaign_id: int) -> None:
        if self.life.floor.agents[agent_id].state in (AgentState.LOGGED_OUT, AgentState.PAUSED, AgentState.READY):
            self.life.handle(events.Leave(agent_id))
        self.joins(agent_id, campaign_id)

    @rule(agent_id=st.integers(1, AGENTS), what=st.sampled_from(("pause", "leave", "log out")))
    def an_agent_goes(self, agent_id: int, what: str) -> None:
        orders: dict[str, Any] = {"leave": events.Leave(agent_id), "log out": events.LogOut(agent_id)}
        self.life.handle(orders.get(what, events.Pause(agent_id, "lunch")))
        self.settle()

    @rule(campaign_id=campaign_ids, change=changes)
    def a_setting_changes(self, campaign_id: int, change: dict[str, Any]) -> None:
        campaign = self.life.floor.campaigns[campaign_id]
        self.life.handle(events.CampaignStored(replace(campaign, settings=replace(campaign.settings, **change))))
        self.settle()

    @rule(slow=st.booleans())
    def the_store_is_slow(self, slow: bool) -> None:
        self.life.slow_store(slow)

    @rule(really=st.sampled_from((False, False, False, True)))
    def the_daemon_crashes(self, really: bool) -> None:
        if really:
            self.life.slow_store(False)  # what dies with a slow store is for the other walk
            self.life.crash()
            self.life.pbx.connect(self.life.now)
            self.settle()

    def teardown(self) -> None:
        """The same history gives the same decisions."""
        for campaign in list(self.life.floor.campaigns.values()):
            self.life.handle(events.CampaignStored(replace(campaign, status=CampaignStatus.STOPPED)))
        self.life.check_history()


WalkAhead.TestCase.settings = settings(
    max_examples=int(os.environ.get("WALKS", "60")),
    stateful_step_count=50,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TestWalkAhead = WalkAhead.TestCase
