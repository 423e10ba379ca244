"""Hindsight: the setting of a policy that would have been best in this very scenario, which nobody knows beforehand."""

from collections.abc import Sequence

from .policy import policy_of
from .result import Result
from .scenario import Scenario
from .simulation import simulate

POWER = tuple(
    f"power:{percent}" for percent in (*range(0, 100, 10), *range(100, 300, 20), *range(300, 601, 50), 700, 800, 1000)
)
LEVELS = (1.02, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
MODES = ("HARD_LIMIT", "AVERAGE", "TAPERED")


def best_power(scenario: Scenario) -> Result | None:
    """The highest fixed overdial within the target."""
    return _best(scenario, POWER)


def best_vicidial(scenario: Scenario) -> Result | None:
    """VICIdial's best mode and highest level within the target; None when none keeps it."""
    found = [_best(scenario, tuple(f"vicidial:{mode}:{level:g}" for level in LEVELS)) for mode in MODES]
    within = [result for result in found if result is not None]
    return max(within, key=lambda result: result.utilisation, default=None)


def _best(scenario: Scenario, policies: Sequence[str]) -> Result | None:
    """The last of these policies, ever more daring, that keeps within the target; by halving."""
    best: Result | None = None
    first, beyond = 0, len(policies)
    while first < beyond:
        middle = (first + beyond) // 2
        found = simulate(scenario, policy_of(policies[middle]))
        if 100 * found.abandon_rate <= scenario.target:
            first = middle + 1
            best = found if best is None or found.utilisation > best.utilisation else best
        else:
            beyond = middle
    return best
