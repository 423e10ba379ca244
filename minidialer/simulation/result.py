"""What a simulation found."""

from dataclasses import asdict, dataclass
from typing import Any

from minidialer.domain.agent import AgentState

from .tally import Tally

WORK = (AgentState.IN_CALL, AgentState.WRAP_UP)
AVAILABLE = (AgentState.READY, AgentState.RESERVED, *WORK)


@dataclass(frozen=True, slots=True)
class Result:
    """One policy in one scenario. Utilisations and rates are fractions of 1.

    utilisation: talk and wrap-up, of the time logged in and not paused; talk_utilisation: talk alone, of the same time.
    mean_wait_s: seconds an agent waits from being ready to the next talk. answered: by a person, those abandoned
    included; abandon_rate: abandoned, of those. days_over_target: days with a higher rate than the campaign's target.
    """

    policy: str
    agents: int
    utilisation: float
    talk_utilisation: float
    mean_wait_s: float
    abandon_rate: float
    answered: int
    abandoned: int
    attempts: int
    days: int
    days_over_target: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON; fractions to a hundredth of a percent or finer."""
        return {key: round(value, 5) if isinstance(value, float) else value for key, value in asdict(self).items()}


def result_of(policy: str, agents: int, target: float, tally: Tally) -> Result:
    """Sum a tally up. target: percent."""
    available = sum(tally.seconds[state] for state in AVAILABLE)
    work = sum(tally.seconds[state] for state in WORK)
    answered, abandoned = (sum(getattr(day, name) for day in tally.days) for name in ("answered", "abandoned"))
    return Result(
        policy=policy,
        agents=agents,
        utilisation=_share(work, available),
        talk_utilisation=_share(tally.seconds[AgentState.IN_CALL], available),
        mean_wait_s=_share(available - work, tally.talks),
        abandon_rate=_share(abandoned, answered),
        answered=answered,
        abandoned=abandoned,
        attempts=sum(day.attempts for day in tally.days),
        days=len(tally.days),
        days_over_target=sum(1 for day in tally.days if 100 * day.abandoned > target * day.answered),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
