"""One daemon's life for random walks: the dialer between a scripted Asterisk and an in-memory store.

Every event is checked against `floor_rules`; the history is kept, so that it can be played again.
"""

import copy
import functools
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from minidialer.domain import events
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt
from minidialer.domain.campaign import Campaign, CampaignSettings, CampaignStatus, PrivateLeads
from minidialer.domain.commands import CallCustomer, CancelAttempt, Command, SaveDefaultForm
from minidialer.domain.dialer import Dialer
from minidialer.domain.disposition import Disposition
from minidialer.domain.floor import Floor
from minidialer.domain.lead import Lead
from minidialer.domain.listening import Spy
from minidialer.domain.pacing.observation import Answered, Dialled, Taken, TalkEnded, Unanswered, WrapUpEnded
from minidialer.domain.pacing.pacer import CampaignPacing
from minidialer.domain.sentence import RefusedError
from minidialer.domain.trunk import Trunk

from . import floor_rules
from .memory_leads import MemoryLeads
from .pbx import Pbx
from .words import STORE_COMMANDS

REFUSABLE = (
    events.LogIn,
    events.LogOut,
    events.Join,
    events.Leave,
    events.Pause,
    events.Resume,
    events.HangUp,
    events.SetHold,
    events.Transfer,
    events.SendDigit,
    events.CallByHand,
    Spy,
)
START = datetime(2026, 5, 4, 10, tzinfo=UTC)
FIVE_SECONDS, ONE_SECOND = timedelta(seconds=5), timedelta(seconds=1)
AGENTS, CAMPAIGNS, LEADS = 3, 2, 20
TRUNK = Trunk("carrier", "PJSIP/{digits}@carrier", channels=8, calls_per_second=6)
OWNERS = {1: 1, 2: 2, 5: 3}
SETTINGS = CampaignSettings(
    private_leads=PrivateLeads.AUTOMATIC,
    overdial_percent=50,
    retry_interval=1,
    queue_wait=5,
    max_failures=4,
    ring_timeout=20,
)


def first_campaigns(settings: CampaignSettings) -> list[Campaign]:
    """Two running campaigns; the second dials both lists' numbers again, from a list of its own."""
    everyone = frozenset(range(1, AGENTS + 1))
    return [
        Campaign(index, f"campaign {index}", index, settings, CampaignStatus.RUNNING, agent_ids=everyone)
        for index in range(1, CAMPAIGNS + 1)
    ]


def first_leads(count: int) -> list[Lead]:
    """Half of the leads in each list, the same numbers in both; some belong to an agent."""
    half = count // 2
    return [
        Lead(index, 1 + (index > half), f"+48600000{index % half:03}", owner_id=OWNERS.get(index % half))
        for index in range(1, count + 1)
    ]


class Life:
    """A daemon, its Asterisk and its store. `pending` are store commands not committed yet."""

    def __init__(self, settings: CampaignSettings = SETTINGS, leads: int = LEADS, trunk: Trunk = TRUNK) -> None:
        self.now = START
        self._trunk = trunk
        self.pbx = Pbx()
        self.store = MemoryLeads(first_leads(leads))
        self.campaigns = {campaign.id: campaign for campaign in first_campaigns(settings)}
        for index in range(1, AGENTS + 1):
            self.store.agents[index] = Agent(index, f"agent{index}")
        self.pending: list[Command] = []
        self.left_forms: list[SaveDefaultForm] = []
        self._starts: dict[int, list[datetime]] = defaultdict(list)
        self._slow = False
        self._begin()

    def _begin(self) -> None:
        agents, attempts = self.store.stored_agents(), self.store.live_attempts()
        self._at_start = copy.deepcopy((list(self.campaigns.values()), agents, attempts))
        self.dialer = Dialer(_floor(list(self.campaigns.values()), agents, attempts, self._trunk))
        self.history: list[tuple[events.Event, datetime, list[Command] | str]] = []
        self._starts.clear()
        self._resynced = False

    @property
    def floor(self) -> Floor:
        """The dialer's floor."""
        return self.dialer.floor

    # -- what happens --------------------------------------------------------------------------------------------

    def handle(self, event: events.Event) -> bool:
        """Give the dialer an event and do what it commands; False when it refuses."""
        before = self._known() if isinstance(event, REFUSABLE) else None
        try:
            commands = self.dialer.handle(event, self.now)
        except RefusedError as error:
            assert before == self._known(), f"{event} was refused and changed something"
            self.history.append((event, self.now, str(error)))
            return False
        self.history.append((event, self.now, list(commands)))
        self._resynced = self._resynced or isinstance(event, events.LinkUp)
        floor_rules.check(self.floor, seats=self._resynced)
        if isinstance(event, events.AttemptsClaimed):
            self._check_claim(event, commands)
        self._check_starts(commands)
        for command in commands:
            if isinstance(command, STORE_COMMANDS):
                self.pending.append(command)
            elif isinstance(command, SaveDefaultForm):
                self.left_forms.append(command)
            else:
                self.pbx.execute(command, self.now)
        self.campaigns = dict(self.floor.campaigns)
        if not self._slow:
            self.commit()
        return True

    def _known(self) -> object:
        floor = self.floor
        return copy.deepcopy((floor.campaigns, floor.agents, floor.attempts, floor.claims, floor.private_dry_until))

    def commit(self) -> None:
        """Commit everything pending and give the dialer the answers."""
        pending, self.pending = self.pending, []
        for answer in self.store.apply(pending):
            self.handle(answer)

    def slow_store(self, slow: bool) -> None:
        """Does the store keep the dialer waiting?"""
        self._slow = slow
        if not slow:
            self.commit()

    def deliver(self) -> None:
        """The next event that Asterisk sent."""
        if self.pbx.wire:
            self.handle(self.pbx.wire.popleft())

    def pass_time(self, seconds: float) -> None:
        """Forms that wait for no agent are set aside, time passes, then a tick."""
        left, self.left_forms = self.left_forms, []
        for command in left:
            if self.floor.agents[command.agent_id].attempt_id == command.attempt_id:
                self.save(command.agent_id, Disposition(2, "set aside", retry_minutes=1))
        self.now += timedelta(seconds=seconds)
        self.handle(events.Tick())

    def lose_link(self) -> None:
        """The link breaks, and the daemon notices."""
        if self.pbx.link:
            self.pbx.lose_link()
            self.handle(events.LinkDown())

    def crash(self) -> None:
        """The daemon dies with what was not committed; Asterisk goes on; the next daemon starts."""
        self.check_history()
        self.pending, self.left_forms = [], []
        self.pbx.lose_link()
        self.now += timedelta(seconds=2)
        self._begin()
        floor_rules.check(self.floor, seats=False)

    def save(self, agent_id: int, disposition: Disposition, callback_at: datetime | None = None) -> None:
        """An agent saves an open form."""
        self.commit()
        agent = self.floor.agents[agent_id]
        row = self.store.attempts.get(agent.attempt_id or 0)
        if row is None or row.saved or row.attempt.connected_at is None or row.attempt.agent_id != agent_id:
            return
        settings = self.floor.campaigns[row.attempt.campaign_id].settings
        self.store.save_form(row.attempt.id, disposition, settings, self.now, callback_at)
        self.handle(events.FormSaved(agent_id, row.attempt.id))

    # -- what must hold ------------------------------------------------------------------------------------------

    def _check_claim(self, event: events.AttemptsClaimed, commands: list[Command]) -> None:
        called = [command.attempt_id for command in commands if isinstance(command, CallCustomer)]
        cancelled = [command.pick.attempt_id for command in commands if isinstance(command, CancelAttempt)]
        picked = [pick.attempt_id for pick in event.picks]
        placed = [attempt_id for attempt_id in picked if attempt_id in self.floor.picks]  # by hand, the phone first
        called = [attempt_id for attempt_id in called if attempt_id in picked]
        assert sorted(called + cancelled + placed) == sorted(picked), "a claim is not resolved"
        for attempt_id in called:
            assert self.store.attempts[attempt_id].attempt.live, "called before its attempt was committed"

    def _check_starts(self, commands: list[Command]) -> None:
        for command in commands:
            if not isinstance(command, CallCustomer):
                continue
            attempt = self.floor.attempts[command.attempt_id]
            starts, limit = self._starts[attempt.campaign_id], command.settings.max_attempts_per_5s
            starts.append(self.now)
            recent = sum(1 for start in starts if self.now - start < FIVE_SECONDS)
            assert recent <= limit, f"{recent} starts in 5 s where {limit} are allowed"
            this_second = sum(self.now - start < ONE_SECOND for every in self._starts.values() for start in every)
            assert this_second <= command.trunk.calls_per_second
            assert len(self.floor.attempts) <= command.trunk.channels
            if attempt.owner_id is None:
                floor_rules.check_starts(self.floor, attempt.campaign_id)
            else:
                assert self.floor.agents[attempt.owner_id].attempt_id == attempt.id

    def check_history(self) -> None:
        """The same history gives the same commands."""
        campaigns, agents, attempts = copy.deepcopy(self._at_start)
        again = Dialer(_floor(campaigns, agents, attempts, self._trunk))
        for event, now, given in self.history:
            try:
                commands: list[Command] | str = again.handle(event, now)
            except RefusedError as error:
                commands = str(error)
            assert commands == given, f"{event} gave other commands the second time"

    def come_to_rest(self) -> None:
        """Everything ends: the link is up, customers hang up, phones are answered, forms are saved, time passes."""
        self.slow_store(False)
        if not self.pbx.link:
            self.pbx.connect(self.now)
        for campaign in list(self.floor.campaigns.values()):
            self.handle(events.CampaignStored(replace(campaign, status=CampaignStatus.STOPPED)))
        for _ in range(12):
            for leg, channel in list(self.pbx.channels.items()):
                if channel.agent_id is None:
                    self.pbx.hang_up(leg, 16)
                elif not channel.up:
                    self.pbx.answer(leg)
            while self.pbx.wire:
                self.deliver()
            for agent_id in self.floor.agents:
                self.save(agent_id, Disposition(1, "done"))
            self.pass_time(6)
        self.check_rest()

    def check_rest(self) -> None:
        """No attempt is live, every lead can be told, and every agent can get back to ready."""
        assert not self.floor.attempts, f"these never ended: {self.floor.attempts}"
        assert not self.floor.claims
        assert not self.floor.listeners, "somebody listens to a talk that is over"
        assert not self.store.live_attempts()
        for row in self.store.attempts.values():
            assert row.attempt.outcome is not None
            assert row.settled, f"{row.attempt} never changed its lead"
        for agent in self.floor.agents.values():
            assert agent.state not in floor_rules.WITH_CALL, f"{agent} is stuck"
            known = replace(self.store.agents[agent.id], active=agent.active)
            assert known == agent, "the store knows the agent otherwise"
            self._back_to_ready(agent)
        assert set(self.pbx.channels) == {it.phone.leg for it in self.floor.agents.values() if it.phone.leg}

    def _back_to_ready(self, agent: Agent) -> None:
        self.handle(events.AgentStored(replace(agent, active=True)))
        self.handle(events.CampaignStored(replace(self.floor.campaigns[1], agent_ids=frozenset({1, 2, 3}))))
        self.handle(events.LogIn(agent.id))
        if not self.handle(events.Join(agent.id, 1)) or agent.state is AgentState.PAUSED:
            self.handle(events.Resume(agent.id))
        for leg, channel in list(self.pbx.channels.items()):
            if not channel.up:
                self.pbx.answer(leg)
        while self.pbx.wire:
            self.deliver()
        assert self.floor.can_take(agent), f"{agent} cannot get back to ready"


def _floor(campaigns: list[Campaign], agents: list[Agent], attempts: list[Attempt], trunk: Trunk) -> Floor:
    """A floor whose campaigns have calls behind them, so that they would call ahead if they were let."""
    floor = Floor(campaigns, agents, attempts, [trunk])
    for campaign in campaigns:
        floor.run(campaign.id).pacing.load(_experience(), age=60.0)
    return floor


@functools.cache
def _experience() -> dict[str, Any]:
    """A morning in which one call of three was answered and nobody was lost: its account is full."""
    pacing, now = CampaignPacing(), START - timedelta(minutes=400)
    seen = (Dialled(), Unanswered(30.0), Dialled(), Unanswered(30.0), Dialled(), Answered(8.0), Taken(0.1))
    for _ in range(400):
        now += timedelta(minutes=1)
        for each in (*seen, TalkEnded(1, 8.0), WrapUpEnded(1, 2.0)):
            pacing.observe(each, now)
    return pacing.dump()
