"""Hindsight: the setting of a policy that would have been best in this very scenario, which nobody knows beforehand."""

from collections.abc import Sequence

from .policy import policy_of
from .result import Result
from .scenario import Scenario
from .simulation import Simulation
from .stage import stage_of
from .tally import Tally

POWER = tuple(
    f"power:{percent}" for percent in (*range(0, 100, 10), *range(100, 300, 20), *range(300, 601, 50), 700, 800, 1000)
)
LEVELS = (1.02, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
MODES = ("AVERAGE", "HARD_LIMIT", "TAPERED")
LUCK = 1.1  # more talks than this share of what an always busy team has on average do not happen


def best_power(scenario: Scenario) -> Result | None:
    """The highest fixed overdial within the target."""
    return _best(scenario, POWER, len(POWER) // 2)[1]


def best_vicidial(scenario: Scenario) -> Result | None:
    """VICIdial's best mode and highest level within the target; None when none keeps it."""
    within, guess = [], len(LEVELS) // 2
    for mode in MODES:
        last, found = _best(scenario, tuple(f"vicidial:{mode}:{level:g}" for level in LEVELS), guess)
        guess = max(last, 0)  # the modes differ little, so the next search begins here
        if found is not None:
            within.append(found)
    return max(within, key=lambda result: result.utilisation, default=None)


def _best(scenario: Scenario, policies: Sequence[str], guess: int) -> tuple[int, Result | None]:
    """The last of these policies, ever more daring, that keeps within the target, and the most useful one tried.

    Searched from the guess on with growing steps, then by halving. The place is -1 when none keeps within it.
    """
    best: Result | None = None
    within, beyond, place, step = -1, len(policies), guess, 1
    while within + 1 < beyond:
        found = within_target(scenario, policies[place])
        if found is not None:
            within = place
            best = found if best is None or found.utilisation > best.utilisation else best
        else:
            beyond = place
        if within < 0 or beyond == len(policies):
            place, step = (place - step if found is None else place + step), step * 2
            place = min(max(place, within + 1), beyond - 1)
        else:
            place = (within + beyond) // 2
    return within, best


def within_target(scenario: Scenario, name: str) -> Result | None:
    """What the policy gives; None when it abandons too many. Given up once no luck could bring it back."""
    policy, target = policy_of(name), scenario.target / 100
    seconds = scenario.agents * scenario.hours * 3600 * scenario.days
    most = LUCK * seconds / (scenario.talk + scenario.wrap) * target / (1 - target)

    def promising(tally: Tally) -> bool:
        return sum(day.abandoned for day in tally.days) <= most

    found = Simulation(stage_of(scenario, policy), policy).run_while(promising)
    return found if found is not None and 100 * found.abandon_rate <= scenario.target else None
