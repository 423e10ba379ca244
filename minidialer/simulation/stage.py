"""Stages: everything a simulation needs before it begins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from minidialer.domain.agent import Agent
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings
from minidialer.domain.compliance import late_after
from minidialer.domain.floor import Floor
from minidialer.domain.trunk import Trunk

from .answer_rate import AnswerRate
from .clock import Clock
from .crew import Crew
from .customers import Customers
from .policy import Policy
from .scenario import Scenario
from .world import Callees, Staff

FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
OPENS = 7  # o'clock, when the shift leaves time for it
ANY = 1_000_000  # of what is not limited here


@dataclass(frozen=True, slots=True)
class Stage:
    """`late`: seconds after which a customer who was taken counts as abandoned all the same; None: never.

    `opens`: seconds from the clock's start to the first shift; `new_day` is told of every shift before it begins.
    """

    agents: int
    target: float
    late: float | None
    hours: float
    days: int
    opens: float
    clock: Clock
    floor: Floor
    callees: Callees
    staff: Staff
    new_day: Callable[[], None]


def stage_of(
    scenario: Scenario, policy: Policy, settings: CampaignSettings | None = None, calls_per_second: int = ANY
) -> Stage:
    """The stage of a scenario. `settings`: what its campaigns have beyond what the scenario and the policy say."""
    settings = replace(
        settings or CampaignSettings(max_attempts_per_5s=ANY, calling_window=shift_window(scenario.hours)),
        ring_timeout=scenario.ring_timeout,
        answer_wait=scenario.answer_wait,
        abandon_target=scenario.target,
        agent_connection=AgentConnection.NAILED_UP,
        pacing_mode=policy.mode,
        overdial_percent=policy.overdial_percent,
        max_failures=ANY,
    )
    clock, rate = Clock(FIRST_DAY), AnswerRate(scenario)
    agents = range(1, scenario.agents + 1)
    trunk = carrier(scenario.channels, calls_per_second)
    floor = floor_of(settings, agents, trunk, scenario.campaigns)
    campaign_of = {agent_id: 1 + agent_id % scenario.campaigns for agent_id in floor.agents}
    return Stage(
        agents=scenario.agents,
        target=scenario.target,
        late=late_after(settings.compliance_profile),
        hours=scenario.hours,
        days=scenario.days,
        opens=_opens(scenario.hours),
        clock=clock,
        floor=floor,
        callees=Customers(scenario, rate),
        staff=Crew(scenario, clock, campaign_of),
        new_day=rate.new_day,
    )


def carrier(channels: int = ANY, calls_per_second: int = ANY) -> Trunk:
    """A trunk."""
    return Trunk("carrier", "PJSIP/{number}@carrier", channels, calls_per_second)


def floor_of(
    settings: CampaignSettings,
    agent_ids: Iterable[int],
    trunk: Trunk,
    campaigns: int = 1,
    zone: ZoneInfo | None = None,
) -> Floor:
    """Campaigns that everybody may join, each with a list of its own, on one trunk."""
    everybody = frozenset(agent_ids)
    made = [
        Campaign(number, f"campaign {number}", number, settings, agent_ids=everybody)
        for number in range(1, campaigns + 1)
    ]
    agents = [Agent(agent_id, f"agent{agent_id}") for agent_id in sorted(everybody)]
    return Floor(made, agents, trunks=[trunk], zone=zone)


def shift_window(hours: float) -> CallingWindow:
    """The shift as the campaign's calling window, when it is one of whole minutes within a day."""
    opens = _opens(hours)
    end = FIRST_DAY + timedelta(seconds=opens + hours * 3600)
    if end - FIRST_DAY > timedelta(days=1) or end.second or end.microsecond:
        return CallingWindow()
    until = "24:00" if end.day != FIRST_DAY.day else f"{end:%H:%M}"
    return CallingWindow.parse(f"mon-sun {int(opens // 3600)}:00-{until}")


def _opens(hours: float) -> float:
    """The second of the day at which such a shift begins."""
    return 3600.0 * max(0, min(OPENS, int(24 - hours)))
