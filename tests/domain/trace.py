"""Scenes of dialling as protocol traces: a text table of what happens and what the dialer commands.

A line is ``event | command; command``; one without an event goes on with the line before. A scene starts with the
link up, campaigns running, agents logged in. What comes to the dialer:

    anna logs in, logs out, joins [beta], leaves, pauses lunch, resumes, hangs up, saves [later|mine|never]
    anna holds, talks on, presses 1, sends the customer to 200; anna calls 3 [for beta]: lead 3, by hand
    anna phone idle, anna phone gone, anna page gone, anna page back
    c1 rings, picks up, answers, is a machine, gone 16, refused; c1 meets anna       (c1: the first attempt)
    link down, link up LEGS       a leg: c1, c1:ringing, c1:hold, c1:held, c1~anna (bridged), anna:idle, anna:ringing
    store holds, store commits, store answers       else each command is committed at once and answered
    restart                                 a new dialer on what is stored
    set [beta] key=value, stop, start, unassign anna, deactivate anna, drain, after 2.5 (seconds, then a tick)

Commands are said by `wording`. Claims are not: their answers are (call c1, cancel c1).
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from minidialer.domain import events
from minidialer.domain.agent import Agent, AgentState, PauseReason
from minidialer.domain.campaign import Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.commands import Command
from minidialer.domain.dialer import Dialer
from minidialer.domain.disposition import Disposition
from minidialer.domain.floor import Floor
from minidialer.domain.lead import Lead
from minidialer.domain.sentence import RefusedError
from minidialer.domain.trunk import Trunk

from .memory_leads import MemoryLeads
from .wording import Wording
from .words import EVENTS, STORE_COMMANDS, setting

START = datetime(2026, 5, 4, 10, tzinfo=UTC)
DISPOSITIONS = {
    "done": Disposition(1, "done"),
    "later": Disposition(2, "later", asks_callback=True),
    "mine": Disposition(3, "mine", private=True),
    "never": Disposition(4, "never", do_not_call=True),
}


class Scene:
    """One floor with a scripted store; `play` runs a table and compares it."""

    def __init__(
        self,
        *,
        agents: str = "anna",
        leads: int = 1,
        campaigns: str = "alpha",
        owners: dict[int, str] | None = None,
        trunk: Trunk | None = None,
        **settings: object,
    ) -> None:
        self.now = START
        self.agent_ids = {name: index for index, name in enumerate(agents.split(), 1)}
        self.names = {index: name for name, index in self.agent_ids.items()}
        self.campaign_ids = {name: index for index, name in enumerate(campaigns.split(), 1)}
        self.trunk = trunk or Trunk("carrier", "PJSIP/{digits}@carrier")
        typed = CampaignSettings(**{key: setting(key, value) for key, value in settings.items()})  # type: ignore[arg-type]
        everyone = frozenset(self.agent_ids.values())
        first = [
            Campaign(index, name, 1, typed, CampaignStatus.RUNNING, agent_ids=everyone)
            for name, index in self.campaign_ids.items()
        ]
        self.store = MemoryLeads(
            Lead(index, 1, f"+4860000{index:04}", owner_id=self.agent_ids.get((owners or {}).get(index, "")))
            for index in range(1, leads + 1)
        )
        self.wording = Wording(self.names)
        for name, index in self.agent_ids.items():
            agent = Agent(index, name, state=AgentState.PAUSED, reason=PauseReason.NOT_JOINED, since=START)
            self.store.agents[index] = agent
            self.wording.begin(agent)
        self._holding = False
        self._held: list[Command] = []
        self.dialer = self._start(first)
        long_ago = START - timedelta(minutes=1)
        self.dialer.handle(events.LinkUp((), long_ago), long_ago)
        self.dialer.handle(events.Tick(), START)  # the resync that follows a new link is over

    # -- the table -----------------------------------------------------------------------------------------------

    def play(self, table: str) -> "Scene":
        """Play the events of the table and compare what the dialer commands with it."""
        wanted = _read(table)
        played = [(event, self.step(event)) for event, _ in wanted]
        assert _table(played) == _table(wanted)
        return self

    def step(self, line: str) -> list[str]:
        """One event; what follows from it, in words."""
        self.now += timedelta(milliseconds=10)
        for pattern, act in _STAGE:
            if match := re.fullmatch(pattern, line):
                return act(self, *match.groups())
        for pattern, build in EVENTS:
            if match := re.fullmatch(pattern, line):
                return self.handle(build(self, *match.groups()))
        raise AssertionError(f"“{line}” is no line of a trace")

    def handle(self, event: events.Event) -> list[str]:
        """Give the event to the dialer, its commands to the store, and the store's answers to the dialer."""
        try:
            commands = self.dialer.handle(event, self.now)
        except RefusedError as error:
            return [f"refused: {error}"]
        said = self.wording.say(commands, self.now)
        self._held += [command for command in commands if isinstance(command, STORE_COMMANDS)]
        return said if self._holding else said + self._commit()

    def _commit(self) -> list[str]:
        held, self._held = self._held, []
        return [phrase for answer in self.store.apply(held) for phrase in self.handle(answer)]

    # -- what is on the floor ------------------------------------------------------------------------------------

    @property
    def floor(self) -> Floor:
        """The dialer's floor."""
        return self.dialer.floor

    def agent(self, name: str) -> Agent:
        """The agent of that name, on the floor."""
        return self.floor.agents[self.agent_ids[name]]

    def lead(self, lead_id: int) -> Lead:
        """The lead, as stored."""
        return self.store.leads[lead_id]

    # -- what happens beside the dialer --------------------------------------------------------------------------

    def restart(self) -> list[str]:
        """The daemon is gone with all that was not committed; another one starts on what is stored."""
        self._held = []
        self.dialer = self._start(self.floor.campaigns.values())
        return []

    def _start(self, campaigns: Iterable[Campaign]) -> Dialer:
        return Dialer(Floor(campaigns, self.store.stored_agents(), self.store.live_attempts(), [self.trunk]))

    def hold(self) -> list[str]:
        """The store is slow from now on."""
        self._holding = True
        return []

    def commit(self) -> list[str]:
        """The store commits what it held, and nobody hears of it yet."""
        held, self._held = self._held, []
        self.store.apply(held)
        return []

    def answer(self) -> list[str]:
        """The store commits what it held, and is quick again."""
        self._holding = False
        return self._commit()

    def save(self, name: str, disposition: str | None) -> list[str]:
        """The agent saves the open form: first in the store, then the dialer hears of it."""
        agent = self.agent(name)
        assert agent.attempt_id is not None, f"{name} has no form"
        campaign = self.floor.campaigns[self.store.attempts[agent.attempt_id].attempt.campaign_id]
        chosen = DISPOSITIONS[disposition or "done"]
        at = self.now + timedelta(hours=1) if chosen.asks_callback else None
        self.store.save_form(agent.attempt_id, chosen, campaign.settings, self.now, at)
        return self.handle(events.FormSaved(agent.id, agent.attempt_id))

    def after(self, seconds: str) -> list[str]:
        """Time passes, then a tick."""
        self.now += timedelta(seconds=float(seconds))
        return self.handle(events.Tick())

    def change(self, campaign: str | None, **changes: object) -> list[str]:
        """A supervisor stores a changed campaign."""
        before = self.floor.campaigns[self.campaign_ids[campaign or "alpha"]]
        return self.handle(events.CampaignStored(replace(before, **changes)))  # type: ignore[arg-type]

    def set(self, campaign: str | None, key: str, value: str) -> list[str]:
        """A supervisor changes a setting."""
        before = self.floor.campaigns[self.campaign_ids[campaign or "alpha"]].settings
        return self.change(campaign, settings=replace(before, **{key: setting(key, value)}))  # type: ignore[arg-type]

    def unassign(self, name: str) -> list[str]:
        """A supervisor takes the agent out of the first campaign."""
        return self.change(None, agent_ids=self.floor.campaigns[1].agent_ids - {self.agent_ids[name]})


_STAGE = (
    (r"restart", Scene.restart),
    (r"store holds", Scene.hold),
    (r"store commits", Scene.commit),
    (r"store answers", Scene.answer),
    (r"(\w+) saves(?: (\w+))?", Scene.save),
    (r"after ([\d.]+)", Scene.after),
    (r"set (?:(\w+) )?(\w+)=(.*)", Scene.set),
    (r"stop(?: (\w+))?", lambda scene, name: scene.change(name, status=CampaignStatus.STOPPED)),
    (r"start(?: (\w+))?", lambda scene, name: scene.change(name, status=CampaignStatus.RUNNING)),
    (r"unassign (\w+)", Scene.unassign),
)


def _read(table: str) -> list[tuple[str, list[str]]]:
    lines: list[tuple[str, str]] = []
    for line in table.strip().splitlines():
        event, _, effects = line.partition("|")
        if event.strip():
            lines.append((" ".join(event.split()), effects))
        else:
            lines[-1] = (lines[-1][0], f"{lines[-1][1].strip()} {effects.strip()}")
    return [(event, [part.strip() for part in effects.split(";") if part.strip()]) for event, effects in lines]


def _table(lines: list[tuple[str, list[str]]]) -> str:
    return "\n".join(f"{event:<24} | {'; '.join(effects)}".rstrip() for event, effects in lines)
