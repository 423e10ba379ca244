"""Advice: what each mode of the product gives for one team and the figures learned of its list, simulated.

The dialer's own code on the campaign's own limits; predictive begins with what it has learned, and with an empty
account. Of a large team a part of a day is simulated, by whose end predictive has as much of the day before it again.
The seed is fixed, so the same order gives the same rows.
"""

import math
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from minidialer.control.models.pacing import AdviceRow
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import CampaignSettings, ComplianceProfile, PacingMode, WhenAllBusy

from .policy import Policy
from .result import Result
from .scenario import Scenario
from .simulation import Simulation
from .stage import shift_window, stage_of

AGENT_HOURS = 40.0  # simulated of each mode: some seconds of work at any team size
LEAST_HOURS, MOST_HOURS = 0.5, 8.0
SEED = 1


class AdviceOrder(BaseModel):
    """What to simulate. Durations are seconds, `answer_rate` a fraction of 1, `learned` what pacing's memory dumps."""

    agents: int
    answer_rate: float
    ring: float
    talk: float
    talk_spread: float
    wrap: float
    wrap_spread: float
    fixed_percent: int  # of mode power
    ceiling_percent: int  # of predictive; 0: none
    target: float
    compliance_profile: ComplianceProfile = ComplianceProfile.NONE
    ring_timeout: int
    answer_wait: float
    queue: bool
    queue_wait: int
    max_attempts_per_5s: int
    channels: int
    calls_per_second: int
    closes: bool  # the campaign has calling hours, so the end of the day is known
    learned: dict[str, Any] = {}

    @property
    def hours(self) -> float:
        """Of the simulated day, whole minutes."""
        hours = min(max(AGENT_HOURS / self.agents, LEAST_HOURS), MOST_HOURS)
        return round(hours * 60) / 60


def advise(order: AdviceOrder) -> Iterator[AdviceRow]:
    """A row for each mode."""
    for mode, percent in (
        (PacingMode.PROGRESSIVE, 0),
        (PacingMode.POWER, order.fixed_percent),
        (PacingMode.PREDICTIVE, order.ceiling_percent),
    ):
        found = _simulated(order, Policy(mode.value, mode, percent))
        yield _row(found, percent)


def _simulated(order: AdviceOrder, policy: Policy) -> Result:
    scenario = Scenario(
        agents=order.agents,
        answer_rate=_willing(order),
        talk=order.talk,
        talk_spread=order.talk_spread,
        wrap=order.wrap,
        wrap_spread=order.wrap_spread,
        ring=order.ring,
        hours=order.hours,
        seed=SEED,
        target=order.target,
        answer_wait=order.answer_wait,
        ring_timeout=order.ring_timeout,
        channels=order.channels,
    )
    settings = CampaignSettings(
        when_all_busy=WhenAllBusy.QUEUE if order.queue else WhenAllBusy.DO_NOT_CONNECT,
        queue_wait=order.queue_wait,
        compliance_profile=order.compliance_profile,
        max_attempts_per_5s=order.max_attempts_per_5s,
        calling_window=shift_window(min(2 * order.hours, MOST_HOURS)) if order.closes else CallingWindow(),
    )
    simulation = Simulation(stage_of(scenario, policy, settings, order.calls_per_second), policy)
    if order.learned:
        for campaign_id in simulation.floor.campaigns:
            simulation.floor.run(campaign_id).pacing.load({**order.learned, "days": {}}, 0.0)
    return simulation.run()


def _willing(order: AdviceOrder) -> float:
    """The share of people who would answer if it rang for long: of them, `answer_rate` do before the ring timeout."""
    spread = Scenario().ring_spread
    mean = math.log(order.ring) - spread**2 / 2
    in_time = 0.5 * math.erfc((mean - math.log(order.ring_timeout)) / spread / math.sqrt(2))
    return min(1.0, order.answer_rate / in_time)


def _row(found: Result, percent: int) -> AdviceRow:
    return AdviceRow(
        mode=found.policy,
        overdial_percent=percent,
        utilisation=round(100 * found.utilisation, 1),
        talk_utilisation=round(100 * found.talk_utilisation, 1),
        wait_seconds=round(found.mean_wait_s, 1),
        abandon_rate=round(100 * found.abandon_rate, 2),
        answered=found.answered,
        abandoned=found.abandoned,
        attempts=found.attempts,
    )
