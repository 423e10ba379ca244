"""A random walk of the whole dialer: people, networks, links, disks and crashes in any order."""

import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from minidialer.domain import events
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, CampaignStatus, PacingMode, PrivateLeads, WhenAllBusy
from minidialer.domain.disposition import Disposition
from minidialer.domain.listening import Spy, SpyMode

from .walk import AGENTS, CAMPAIGNS, Life

agent_ids = st.integers(1, AGENTS)
campaign_ids = st.integers(1, CAMPAIGNS)
rarely = st.sampled_from((False, False, True))
causes = st.sampled_from((0, 1, 16, 17, 19, 34, 38))
changes = st.sampled_from(
    (
        {"agent_connection": AgentConnection.NAILED_UP},
        {"agent_connection": AgentConnection.RING},
        {"overdial_percent": 0},
        {"overdial_percent": 100},
        {"overdial_percent": 250},
        {"max_attempts_per_5s": 2},
        {"max_attempts_per_5s": 20},
        {"when_all_busy": WhenAllBusy.QUEUE},
        {"when_all_busy": WhenAllBusy.DO_NOT_CONNECT},
        {"private_leads": PrivateLeads.AUTOMATIC},
        {"private_leads": PrivateLeads.OFF},
        {"pacing_mode": PacingMode.PROGRESSIVE},
        {"pacing_mode": PacingMode.POWER},
        {"pacing_mode": PacingMode.PREDICTIVE},
        {"pacing_mode": PacingMode.PREDICTIVE, "overdial_percent": 0, "max_attempts_per_5s": 100},
        {"pacing_mode": PacingMode.PREDICTIVE, "overdial_percent": 0, "abandon_target": 0.0},
        {"abandon_target": 3.0},
        {"abandon_target": 30.0},
        {"calling_window": CallingWindow.parse("mon-sun 9:00-18:00")},
        {"calling_window": CallingWindow()},
        {"pacing_mode": PacingMode.MANUAL},
        {"max_retries": 0},
        {"max_retries": 5},
    )
)


class Walk(RuleBasedStateMachine):
    """Any of these may happen at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.life.pbx.connect(self.life.now)
        self.life.deliver()
        for agent_id in range(1, AGENTS + 1):
            self.life.handle(events.LogIn(agent_id))
            self.life.handle(events.Join(agent_id, 1 + agent_id % CAMPAIGNS))

    # -- time, the wire, the disk --------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((0.1, 0.1, 1.0, 1.0, 3.0, 12.0, 60.0)))
    def time_passes(self, seconds: float) -> None:
        self.life.pass_time(seconds)

    @rule(count=st.integers(1, 8))
    def events_arrive(self, count: int) -> None:
        for _ in range(count):
            self.life.deliver()

    @rule()
    def an_event_arrives_twice(self) -> None:
        if self.life.pbx.wire and not isinstance(self.life.pbx.wire[0], events.LinkUp):
            self.life.pbx.wire.insert(1, self.life.pbx.wire[0])

    @rule()
    def events_overtake(self) -> None:
        wire = self.life.pbx.wire
        if len(wire) > 1 and _about(wire[0]).isdisjoint(_about(wire[1])):
            wire.rotate(-1)
            wire.insert(1, wire.pop())

    @rule(slow=st.booleans())
    def the_store_is_slow(self, slow: bool) -> None:
        self.life.slow_store(slow)

    @rule()
    def the_store_commits(self) -> None:
        self.life.commit()

    @rule()
    def the_link_breaks(self) -> None:
        self.life.lose_link()

    @rule()
    def the_link_is_back(self) -> None:
        if not self.life.pbx.link:
            self.life.pbx.connect(self.life.now)

    @rule(really=rarely)
    def asterisk_restarts(self, really: bool) -> None:
        if not really:
            return
        self.life.pbx.restart()
        self.life.lose_link()

    @rule(really=rarely)
    def the_daemon_crashes(self, really: bool) -> None:
        if not really:
            return
        self.life.crash()

    # -- customers and phones ------------------------------------------------------------------------------------

    @rule()
    def a_talk_comes_about(self) -> None:
        """Everybody picks up, and nothing is late: left to chance alone, talks would be rare."""
        if not self.life.pbx.link:
            self.life.pass_time(1)
            self.life.pbx.connect(self.life.now)
        self.life.slow_store(False)
        for _ in range(2):
            self._deliver_all()
            for leg, channel in list(self.life.pbx.channels.items()):
                if not channel.up:
                    self.life.pbx.answer(leg)
            self._deliver_all()

    def _deliver_all(self) -> None:
        while self.life.pbx.wire:
            self.life.deliver()

    @rule(which=st.integers(0, 9), cause=causes, what=st.sampled_from(("ring", "answer", "machine", "refuse", "end")))
    def a_call_proceeds(self, which: int, cause: int, what: str) -> None:
        waiting = [leg for leg, channel in self.life.pbx.channels.items() if not channel.up]
        if not waiting:
            return
        leg = waiting[which % len(waiting)]
        customer = self.life.pbx.channels[leg].agent_id is None
        match what:
            case "answer":
                self.life.pbx.answer(leg)
            case "refuse":
                self.life.pbx.refuse(leg)
            case "ring" if customer:
                self.life.pbx.ring(leg)
            case "machine" if customer:
                self.life.pbx.machine(leg)
            case _:
                self.life.pbx.hang_up(leg, cause)

    @rule(which=st.integers(0, 9), cause=causes)
    def somebody_hangs_up(self, which: int, cause: int) -> None:
        legs = list(self.life.pbx.channels)
        if legs:
            self.life.pbx.hang_up(legs[which % len(legs)], cause)

    # -- agents --------------------------------------------------------------------------------------------------

    @rule(agent_id=agent_ids, what=st.sampled_from((events.LogIn, events.LogOut, events.Leave, events.HangUp)))
    def an_agent_asks(self, agent_id: int, what: Any) -> None:
        self.life.handle(what(agent_id))

    @rule(agent_id=agent_ids)
    def an_agent_pauses(self, agent_id: int) -> None:
        self.life.handle(events.Pause(agent_id, "lunch"))

    @rule(agent_id=agent_ids)
    def an_agent_resumes(self, agent_id: int) -> None:
        self.life.handle(events.Resume(agent_id))

    @rule(agent_id=agent_ids, campaign_id=campaign_ids)
    def an_agent_joins(self, agent_id: int, campaign_id: int) -> None:
        self.life.handle(events.LogIn(agent_id))
        self.life.handle(events.Join(agent_id, campaign_id))

    @rule(agent_id=agent_ids, on=st.booleans())
    def an_agent_holds_or_talks_on(self, agent_id: int, on: bool) -> None:
        self.life.handle(events.SetHold(agent_id, on))

    @rule(agent_id=agent_ids)
    def an_agent_transfers(self, agent_id: int) -> None:
        self.life.handle(events.Transfer(agent_id, "PJSIP/200", "200"))

    @rule(agent_id=agent_ids, campaign_id=campaign_ids, which=st.integers(1, 10))
    def an_agent_calls_by_hand(self, agent_id: int, campaign_id: int, which: int) -> None:
        self.life.handle(events.CallByHand(agent_id, campaign_id, which + 10 * (campaign_id - 1)))

    @rule(agent_id=agent_ids, campaign_id=campaign_ids, slow=rarely)
    def a_call_by_hand_comes_about(self, agent_id: int, campaign_id: int, slow: bool) -> None:
        """Nobody is in the way: left to chance alone, such calls would be rare."""
        self._deliver_all()
        self.life.save(agent_id, Disposition(1, "done"))
        self.life.handle(events.LogIn(agent_id))
        self.life.slow_store(slow)
        free = [lead.id for lead in self.life.store.leads.values() if lead.list_id == campaign_id]
        for lead_id in free:
            self.life.handle(events.CallByHand(agent_id, campaign_id, lead_id))

    @rule(agent_id=agent_ids, then=st.sampled_from((None, events.HangUp, events.PageGone, events.LogOut)))
    def a_talk_is_held(self, agent_id: int, then: Any) -> None:
        """Every talk there is."""
        self.a_talk_comes_about()
        self.life.handle(events.SetHold(agent_id, True))
        if then is not None:
            self.life.handle(then(agent_id))

    @rule(agent_id=agent_ids, what=st.sampled_from((events.PageGone, events.PageBack)))
    def a_page_comes_or_goes(self, agent_id: int, what: Any) -> None:
        self.life.handle(what(agent_id))

    @rule(agent_id=agent_ids, kind=st.sampled_from(("done", "later", "mine", "never")))
    def an_agent_saves(self, agent_id: int, kind: str) -> None:
        later = kind == "later"
        disposition = Disposition(1, kind, asks_callback=later, private=kind == "mine", do_not_call=kind == "never")
        self.life.save(agent_id, disposition, self.life.now + timedelta(seconds=30) if later else None)

    # -- supervisors ---------------------------------------------------------------------------------------------

    @rule(campaign_id=campaign_ids, change=changes)
    def a_setting_changes(self, campaign_id: int, change: dict[str, Any]) -> None:
        campaign = self.life.floor.campaigns[campaign_id]
        self.life.handle(events.CampaignStored(replace(campaign, settings=replace(campaign.settings, **change))))

    @rule(campaign_id=campaign_ids, running=st.booleans())
    def a_campaign_starts_or_stops(self, campaign_id: int, running: bool) -> None:
        status = CampaignStatus.RUNNING if running else CampaignStatus.STOPPED
        self.life.handle(events.CampaignStored(replace(self.life.floor.campaigns[campaign_id], status=status)))

    @rule(campaign_id=campaign_ids, agent_id=agent_ids, assigned=st.booleans())
    def an_agent_is_assigned_or_not(self, campaign_id: int, agent_id: int, assigned: bool) -> None:
        campaign = self.life.floor.campaigns[campaign_id]
        ids = campaign.agent_ids | {agent_id} if assigned else campaign.agent_ids - {agent_id}
        self.life.handle(events.CampaignStored(replace(campaign, agent_ids=ids)))

    @rule(agent_id=agent_ids, order=st.sampled_from((events.LogOut, partial(events.Pause, reason="meeting"))))
    def an_order_by_force(self, agent_id: int, order: Any) -> None:
        self.life.handle(order(agent_id, force=True))

    @rule(agent_id=agent_ids, order=st.sampled_from((events.LogOut, partial(events.Pause, reason="meeting"))))
    def an_order_by_force_in_a_talk(self, agent_id: int, order: Any) -> None:
        self.a_talk_comes_about()
        self.life.handle(Spy(agent_id, SpyMode.LISTEN, "900"))
        self.life.handle(order(agent_id, force=True))

    @rule(agent_id=agent_ids, mode=st.sampled_from(SpyMode), extension=st.sampled_from(("900", "901")))
    def a_supervisor_listens(self, agent_id: int, mode: SpyMode, extension: str) -> None:
        self.life.handle(Spy(agent_id, mode, extension))

    @rule(agent_id=agent_ids, active=st.booleans())
    def an_agent_is_activated_or_not(self, agent_id: int, active: bool) -> None:
        stored = self.life.store.agents
        stored[agent_id] = replace(stored[agent_id], active=active)
        self.life.handle(events.AgentStored(replace(self.life.floor.agents[agent_id], active=active)))

    def teardown(self) -> None:
        """Whatever happened, everything can come to rest."""
        self.life.come_to_rest()
        self.life.check_history()


def _about(event: events.Event) -> set[str]:
    """The legs an event is about; LinkUp is about all."""
    match event:
        case events.Bridged():
            return {str(event.attempt_id), event.leg}
        case events.PhoneIdle() | events.PhoneGone():
            return {event.leg}
        case events.LinkUp():
            return {leg.name for leg in event.legs} | {"*"}
        case _:
            return {str(getattr(event, "attempt_id", "*"))}


Walk.TestCase.settings = settings(
    max_examples=int(os.environ.get("WALKS", "60")),
    stateful_step_count=80,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),  # explaining takes minutes on long walks
    suppress_health_check=list(HealthCheck),
)
TestWalk = Walk.TestCase
