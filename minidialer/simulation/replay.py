"""Replay: a past day under another policy, to answer “what would yesterday have been with ...”."""

from dataclasses import dataclass, replace

from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, CampaignSettings, PacingMode, PrivateLeads
from minidialer.domain.compliance import late_after

from .clock import Clock
from .past_day import PastCrew, PastCustomers, PastDay
from .policy import Policy
from .result import Result
from .simulation import Simulation
from .stage import ANY, Stage, carrier, floor_of


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be other than on that day, beside the policy; None: nothing.

    target: percent of the answered calls that may be abandoned. ring_timeout: seconds; no longer than that day's, for
    who would have answered later is not known. channels: of the trunk.
    """

    target: float | None = None
    ring_timeout: int | None = None
    channels: int | None = None


def changed(day: PastDay, changes: Changes) -> PastDay:
    """The day with these settings in the place of its own."""
    settings, trunk = day.settings, day.trunk
    if changes.target is not None:
        settings = replace(settings, abandon_target=changes.target)
    if changes.ring_timeout is not None:
        settings = replace(settings, ring_timeout=changes.ring_timeout)
    if changes.channels is not None:
        trunk = replace(trunk or carrier(), channels=changes.channels)
    return replace(day, settings=settings, trunk=trunk)


def replay(day: PastDay, policy: Policy, seed: int = 1) -> Result:
    """The day's customers and agents under this policy, with the campaign's other settings as they are."""
    clock = Clock(day.begin)
    stage = Stage(
        agents=len(day.agents),
        target=day.settings.abandon_target,
        late=late_after(day.settings.compliance_profile),
        hours=day.seconds / 3600,
        days=1,
        opens=0.0,
        clock=clock,
        floor=floor_of(_settings(day, policy), day.agents, day.trunk or carrier(), zone=day.zone),
        callees=PastCustomers(day, seed),
        staff=PastCrew(day, clock, seed),
        new_day=_nothing_to_prepare,
    )
    return Simulation(stage, policy).run()


def _settings(day: PastDay, policy: Policy) -> CampaignSettings:
    """The campaign's, but for the policy, and for what the world of a simulation does not have."""
    return replace(
        day.settings,
        pacing_mode=policy.mode,
        # Of predictive the campaign's own overdial is the ceiling, as it is when a supervisor changes the mode.
        overdial_percent=(
            day.settings.overdial_percent if policy.mode is PacingMode.PREDICTIVE else policy.overdial_percent
        ),
        calling_window=_window(day),
        private_leads=PrivateLeads.OFF,
        agent_connection=AgentConnection.NAILED_UP,
        answering_machine_detection=False,
        trunk="",
        wrap_up_limit=0,
        max_failures=ANY,
    )


def _window(day: PastDay) -> CallingWindow:
    """The campaign's, unless a call of that day lies outside: then it was another one, which nobody knows any more."""
    window = day.settings.calling_window
    same = all(window.is_open(call.dialled_at, day.zone) for call in day.calls)
    return window if same else CallingWindow()


def _nothing_to_prepare() -> None:
    """The day is what it was."""
