"""The floor: everything that is live right now. One dialer owns it; everybody else only reads it.

In-flight is always the set of live attempts and pending claims, never a counter. Whatever changes the state of an
attempt, an agent or a phone goes through the methods below under “what changes”, which keep the campaigns' rolls.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .agent import Agent, AgentEvent, AgentState, PhoneState
from .attempt import Attempt, AttemptEvent
from .campaign import AgentConnection, Campaign
from .events import Pick
from .listening import Listener
from .pacing.observation import Observation
from .pacing.pacer import CampaignPacing
from .pacing.start_window import StartWindow
from .roll import Roll
from .run import ONE_HOUR, PendingClaim, Run, TrunkUse
from .sentence import RefusedError
from .tolls import Tolls
from .trunk import Trunk


class Floor:
    """Campaigns, agents and live attempts by id, and the link's state."""

    def __init__(
        self,
        campaigns: Iterable[Campaign] = (),
        agents: Iterable[Agent] = (),
        attempts: Iterable[Attempt] = (),
        trunks: Iterable[Trunk] = (),
        zone: ZoneInfo | None = None,
        *,
        tolls: Tolls | None = None,
        by_hand_per_hour: int | None = None,
    ) -> None:
        self.campaigns = {campaign.id: campaign for campaign in campaigns}
        self.agents = {agent.id: agent for agent in agents}
        self.attempts = {attempt.id: attempt for attempt in attempts}
        self.trunks: Mapping[str, Trunk] = {trunk.name: trunk for trunk in trunks}
        self.zone = zone or ZoneInfo("UTC")
        self.tolls = tolls or Tolls()
        self.by_hand_per_hour = by_hand_per_hour  # of each agent; None: as many as they like
        self.rolls: dict[int, Roll] = {}
        self.runs: dict[int, Run] = {}
        self.trunk_use: dict[str, TrunkUse] = {}
        self.claims: dict[int, PendingClaim] = {}
        self.private_dry_until: dict[int, datetime] = {}  # by agent: no private lead was due
        self.link_up = False
        self.draining = False
        self.resync_asked_at: datetime | None = None
        self.resync_due_at: datetime | None = None  # a new link is asked once more when all its channels are made
        self.nothing_overdue_until: datetime | None = None  # None: not known, look (see flow/limits)
        self.default_form_asked_at: dict[int, datetime] = {}  # by attempt
        self.clock_off = timedelta()  # how far the machine's clock was set ahead of ours, and not followed yet
        self.picks: dict[int, Pick] = {}  # by attempt: placed by hand in this run, the customer not called yet
        self.listeners: dict[str, Listener] = {}  # by leg
        self.by_hand_starts: dict[int, StartWindow] = {}  # by agent: customers called by hand in the last hour
        self._claim_id = 0
        self._leg_serial = 0
        self._trunk_users: dict[str, list[int]] = {}  # looked up anew when campaigns change
        for attempt in self.attempts.values():
            self.roll(attempt.campaign_id).file_attempt(attempt)
        for agent in self.agents.values():
            self._file(agent)

    # -- lookups -------------------------------------------------------------------------------------------------

    def campaign(self, campaign_id: int) -> Campaign:
        """The campaign, or RefusedError."""
        try:
            return self.campaigns[campaign_id]
        except KeyError:
            raise RefusedError("There is no campaign {id}.", id=campaign_id) from None

    def agent(self, agent_id: int) -> Agent:
        """The agent, or RefusedError."""
        try:
            return self.agents[agent_id]
        except KeyError:
            raise RefusedError("There is no agent {id}.", id=agent_id) from None

    def run(self, campaign_id: int) -> Run:
        """The campaign's running figures."""
        try:
            return self.runs[campaign_id]
        except KeyError:
            return self.runs.setdefault(campaign_id, Run(pacing=CampaignPacing(self.zone)))

    def roll(self, campaign_id: int) -> Roll:
        """What the campaign has live."""
        try:
            return self.rolls[campaign_id]
        except KeyError:
            return self.rolls.setdefault(campaign_id, Roll())

    def observe(self, campaign_id: int, seen: Observation, now: datetime) -> None:
        """The campaign's pacing learns from what happened."""
        self.run(campaign_id).pacing.observe(seen, now)

    def trunk_of(self, campaign: Campaign) -> Trunk | None:
        """The campaign's trunk, else the first configured one."""
        if campaign.settings.trunk:
            return self.trunks.get(campaign.settings.trunk)
        return next(iter(self.trunks.values()), None)

    def campaign_of(self, agent: Agent) -> Campaign | None:
        """The campaign the agent has joined."""
        return self.campaigns.get(agent.campaign_id) if agent.campaign_id is not None else None

    def attempts_of(self, campaign_id: int) -> Collection[Attempt]:
        """The campaign's live attempts, oldest first."""
        return self.roll(campaign_id).attempts.values()

    def joined(self, campaign_id: int) -> list[Agent]:
        """Agents who have joined the campaign, in whatever state."""
        return list(self.roll(campaign_id).joined.values())

    def most_retries(self, list_id: int | None) -> int | None:
        """The highest limit of retries among the campaigns that dial this list; None when none does."""
        limits = [item.settings.max_retries for item in self.campaigns.values() if item.list_id == list_id]
        return max(limits, default=None)

    def may_work(self, agent: Agent, campaign: Campaign) -> bool:
        """Is the agent assigned to the campaign, and its list not blocked for them?"""
        return agent.id in campaign.agent_ids and campaign.list_id not in agent.blocked_lists

    def note_start(self, campaign_id: int, moment: datetime) -> None:
        """A call went out: it counts for the campaign's 5 seconds and for its trunk's second."""
        self.run(campaign_id).starts.add(moment)
        campaign = self.campaigns.get(campaign_id)
        trunk = self.trunk_of(campaign) if campaign is not None else None
        if trunk is not None:
            self._use_of(trunk).starts.add(moment)

    def note_by_hand(self, agent_id: int, moment: datetime) -> None:
        """A customer was called because this agent clicked, or sent on to a number."""
        self.by_hand_starts.setdefault(agent_id, StartWindow(ONE_HOUR)).add(moment)

    def by_hand_left(self, agent_id: int, now: datetime) -> bool:
        """May the agent place one more call by hand, or send a customer on to a number?"""
        if self.by_hand_per_hour is None:
            return True
        window = self.by_hand_starts.get(agent_id)
        return (self.by_hand_per_hour if window is None else window.left(self.by_hand_per_hour, now)) > 0

    # -- what is free --------------------------------------------------------------------------------------------

    def can_take(self, agent: Agent) -> bool:
        """Ready, and the phone can be joined at once (nailed_up) or rung (ring)."""
        campaign = self.campaign_of(agent)
        if campaign is None or agent.state is not AgentState.READY:
            return False
        if campaign.settings.agent_connection is AgentConnection.NAILED_UP:
            return agent.phone.state is PhoneState.IDLE
        return agent.phone.state is PhoneState.DOWN

    def free_agents(self, campaign_id: int) -> list[Agent]:
        """Agents of the campaign who can take a customer, the one ready for the longest time first."""
        free = self.roll(campaign_id).free.values()
        return sorted(free, key=lambda agent: (_stamp(agent.ready_since), agent.id))

    def asked_for_private(self) -> set[int]:
        """Agents for whom the store is being asked for a private lead right now."""
        if not self.claims:
            return set()
        return {owner for claim in self.claims.values() for owner in claim.owner_ids}

    def waiting(self, campaign_id: int) -> list[Attempt]:
        """Customers who answered and have no agent, the one waiting for the longest time first."""
        waiting = self.roll(campaign_id).waiting.values()
        return sorted(waiting, key=lambda attempt: (_stamp(attempt.answered_at), attempt.id))

    def in_flight(self, campaign_id: int) -> int:
        """Calls under way that have no agent yet: unmatched live attempts without an owner, and pending claims."""
        live = self.roll(campaign_id).in_flight
        if not self.claims:
            return live
        return live + sum(
            claim.count for claim in self.claims.values() if claim.campaign_id == campaign_id and not claim.owner_ids
        )

    def starts_left(self, campaign: Campaign, now: datetime) -> int:
        """Attempts the campaign's 5-second limit still allows, pending claims taken off."""
        left = self.run(campaign.id).starts.left(campaign.settings.max_attempts_per_5s, now)
        return max(0, left - self._claimed(campaign.id))

    def trunk_left(self, campaign: Campaign, now: datetime) -> int:
        """Calls the campaign's trunk still carries: free channels, and starts of this second."""
        trunk = self.trunk_of(campaign)
        if trunk is None:
            return 0
        users = self._users_of(trunk)
        claimed, live = 0, sum([len(self.roll(user).attempts) for user in users])
        if self.claims:
            claimed = sum([claim.count for claim in self.claims.values() if claim.campaign_id in users])
        starts = self._use_of(trunk).starts.left(trunk.calls_per_second, now)
        return max(0, min(trunk.channels - live, starts) - claimed)

    def trunk_in_use(self, trunk: Trunk) -> int:
        """Live attempts on this trunk; each has one of its channels, or is about to."""
        return sum([len(self.roll(user).attempts) for user in self._users_of(trunk)])

    def beside(self, campaign: Campaign) -> list[Campaign]:
        """The other campaigns on the campaign's trunk."""
        trunk = self.trunk_of(campaign)
        users = self._users_of(trunk) if trunk is not None else []
        return [self.campaigns[other] for other in users if other != campaign.id]

    def trunk_start_left(self, campaign: Campaign, now: datetime) -> bool:
        """May one of the live attempts be called on the campaign's trunk now? Its channel is counted already."""
        trunk = self.trunk_of(campaign)
        return trunk is not None and self._use_of(trunk).starts.left(trunk.calls_per_second, now) > 0

    def _use_of(self, trunk: Trunk) -> TrunkUse:
        try:
            return self.trunk_use[trunk.name]
        except KeyError:
            return self.trunk_use.setdefault(trunk.name, TrunkUse())

    def _users_of(self, trunk: Trunk) -> list[int]:
        """Campaigns that dial over it."""
        if trunk.name not in self._trunk_users:
            users = [item.id for item in self.campaigns.values() if self.trunk_of(item) is trunk]
            self._trunk_users[trunk.name] = users
        return self._trunk_users[trunk.name]

    def _claimed(self, campaign_id: int) -> int:
        if not self.claims:
            return 0
        return sum([claim.count for claim in self.claims.values() if claim.campaign_id == campaign_id])

    # -- what changes --------------------------------------------------------------------------------------------

    def store_campaign(self, campaign: Campaign) -> None:
        """A new campaign, or new settings: how phones are reached says who is free."""
        self.campaigns[campaign.id] = campaign
        self.nothing_overdue_until = None
        self._trunk_users.clear()
        for agent in self.joined(campaign.id):
            self._file(agent)

    def remove_campaign(self, campaign_id: int) -> None:
        """It is gone, and nothing of it is live."""
        del self.campaigns[campaign_id]
        self._trunk_users.clear()
        self.runs.pop(campaign_id, None)
        self.rolls.pop(campaign_id, None)

    def add_agent(self, agent: Agent) -> None:
        """An agent there was not."""
        self.agents[agent.id] = agent
        self._file(agent)

    def remove_agent(self, agent: Agent) -> None:
        """An agent who is in no campaign."""
        del self.agents[agent.id]

    def step_agent(self, agent: Agent, event: AgentEvent, now: datetime, reason: str = "") -> None:
        """Something happens to an agent. Raises TransitionError with nothing changed."""
        agent.advance(event, now, reason)
        self._file(agent)

    def seat(self, agent: Agent, campaign_id: int | None) -> None:
        """The agent is in this campaign now, or in none."""
        if agent.campaign_id is not None:
            self.roll(agent.campaign_id).strike_agent(agent.id)
        self.nothing_overdue_until = None
        agent.campaign_id = campaign_id
        self._file(agent)

    def phone_is(self, agent: Agent, state: PhoneState, since: datetime | None, leg: str | None = None) -> None:
        """The agent's phone is in this state; `leg`: and has this name."""
        phone = agent.phone
        phone.state, phone.since = state, since
        if leg is not None:
            phone.leg = leg
        self._file(agent)

    def put_down(self, agent: Agent, now: datetime) -> str:
        """The agent's phone has no leg any more; gives the name it had."""
        leg = agent.phone.put_down(now)
        self._file(agent)
        return leg

    def add_attempt(self, attempt: Attempt) -> None:
        """A committed attempt is live."""
        self.attempts[attempt.id] = attempt
        self.roll(attempt.campaign_id).file_attempt(attempt)

    def remove_attempt(self, attempt: Attempt) -> None:
        """It is not live any more."""
        del self.attempts[attempt.id]
        self.roll(attempt.campaign_id).strike_attempt(attempt.id)

    def step_attempt(self, attempt: Attempt, event: AttemptEvent, now: datetime) -> None:
        """Something happens to an attempt. Raises TransitionError with nothing changed."""
        attempt.advance(event, now)
        self.roll(attempt.campaign_id).file_attempt(attempt)

    def forget_moments(self) -> None:
        """The clock was set while nothing was live: what waits for a moment, or counts from one, begins anew."""
        for run in self.runs.values():
            run.starts.clear()
            run.dry_until = None
        for use in self.trunk_use.values():
            use.starts.clear()
        self.private_dry_until.clear()
        self.default_form_asked_at.clear()
        self.resync_asked_at = self.resync_due_at = self.nothing_overdue_until = None

    def let_go(self, attempt: Attempt) -> None:
        """Nobody took the customer in time."""
        attempt.letting_go = True
        self.nothing_overdue_until = None
        self.roll(attempt.campaign_id).file_attempt(attempt)

    def _file(self, agent: Agent) -> None:
        if agent.campaign_id is not None:
            self.roll(agent.campaign_id).file_agent(agent, free=self.can_take(agent))

    # -- names for new things ------------------------------------------------------------------------------------

    def next_claim_id(self) -> int:
        """An id no other claim of this run has."""
        self._claim_id += 1
        return self._claim_id

    def next_leg_serial(self, now: datetime) -> int:
        """A serial no other leg has that needs one, of this run or an earlier one (ms since 1970, always growing)."""
        self._leg_serial = max(self._leg_serial + 1, int(now.timestamp() * 1000))
        return self._leg_serial


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0
