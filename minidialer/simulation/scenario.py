"""Scenarios: the world a policy is tried in."""

from dataclasses import dataclass

# Of the calls nobody answers: those that end early (busy, rejected, dead numbers), and after how many seconds on
# average. The others ring until the ring timeout.
EARLY_END = 0.18
EARLY_END_AFTER = 1.5


@dataclass(frozen=True, slots=True)
class Scenario:
    """Agents, customers and hours. Durations are seconds where not said otherwise, rates fractions of 1.

    A day is one shift of `hours`; all agents come and go with it. The spreads are standard deviations of logarithms.
    """

    agents: int = 10
    answer_rate: float = 0.3
    talk: float = 60.0
    talk_spread: float = 0.8
    wrap: float = 25.0
    wrap_spread: float = 0.5
    ring: float = 9.0  # from the call to the answer
    ring_spread: float = 0.5
    hours: float = 8.0
    days: int = 1
    seed: int = 1
    target: float = 3.0  # percent of the answered calls that may be abandoned
    answer_wait: float = 2.0
    ring_timeout: int = 30
    campaigns: int = 1  # the agents are dealt out to them
    channels: int = 100_000  # of the trunk they share
    drift: bool = False  # the answer rate wanders through the day
    steps: bool = False  # it falls to a fifth within a minute, and rises again as fast
    bad_bursts: bool = False  # for some minutes most numbers are dead
    pauses: bool = False  # agents take breaks of their own
    turnover: bool = False  # agents come late and leave early
    lunch: bool = False  # all pause in the middle of the shift and return at once
    cold_start: bool = False  # two agents begin, the others come half an hour to an hour later
