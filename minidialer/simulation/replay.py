"""Replay: a past day under another policy, to answer “what would yesterday have been with ...”."""

from dataclasses import replace

from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, PrivateLeads

from .clock import Clock
from .past_day import PastCrew, PastCustomers, PastDay
from .policy import Policy
from .result import Result
from .simulation import Simulation
from .stage import ANY, Stage, floor_of


def replay(day: PastDay, policy: Policy, seed: int = 1) -> Result:
    """The day's customers and agents under this policy, with the campaign's other settings as they are."""
    settings = replace(
        day.settings,
        pacing_mode=policy.mode,
        overdial_percent=policy.overdial_percent,
        private_leads=PrivateLeads.OFF,
        agent_connection=AgentConnection.NAILED_UP,
        calling_window=CallingWindow(),
        answering_machine_detection=False,
        trunk="",
        wrap_up_limit=0,
        max_failures=ANY,
    )
    clock = Clock(day.begin)
    stage = Stage(
        agents=len(day.agents),
        target=settings.abandon_target,
        hours=day.seconds / 3600,
        days=1,
        opens=0.0,
        clock=clock,
        floor=floor_of(settings, day.agents, campaigns=1, channels=ANY),
        callees=PastCustomers(day, seed),
        staff=PastCrew(day, clock, seed),
        new_day=_nothing_to_prepare,
    )
    return Simulation(stage, policy).run()


def _nothing_to_prepare() -> None:
    """The day is what it was."""
