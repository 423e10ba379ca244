"""The pacing view: the floor as a pacing decision sees it. What only the predictive mode needs is built only for it."""

from datetime import datetime

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import Campaign, PacingMode, WhenAllBusy
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.view import Outlook, PacingLimits, PacingView


def pacing_view(floor: Floor, campaign: Campaign, now: datetime, *, ahead: bool = True) -> PacingView:
    """The campaign's view. `ahead`: with the outlook, when the mode has a use for it."""
    free, settings = floor.roll(campaign.id).free, campaign.settings
    ready = len(free) - sum(1 for owner_id in floor.asked_for_private() if owner_id in free)
    counts = {
        "mode": settings.pacing_mode,
        "overdial_percent": settings.overdial_percent,
        "ready": ready,
        "in_flight": floor.in_flight(campaign.id),
        "starts_left": floor.starts_left(campaign, now),
        "trunk_left": floor.trunk_left(campaign, now),
    }
    if settings.pacing_mode is not PacingMode.PREDICTIVE or not ahead:
        return PacingView(**counts)  # type: ignore[arg-type]
    outlook, busy = _outlook(floor, campaign, now)
    queue = settings.when_all_busy is WhenAllBusy.QUEUE
    limits = PacingLimits(
        abandon_target=settings.abandon_target,
        answer_wait=settings.queue_wait if queue else settings.answer_wait,
        ring_timeout=settings.ring_timeout,
        queue=queue,
    )
    return PacingView(**counts, at_work=ready + busy, outlook=outlook, limits=limits)  # type: ignore[arg-type]


def _outlook(floor: Floor, campaign: Campaign, now: datetime) -> tuple[Outlook, int]:
    """What is to come, and how many agents are busy with the campaign's calls."""
    roll = floor.roll(campaign.id)
    ringing = tuple([_age(attempt.dialled_at, now) for attempt in roll.ringing.values()])
    waiting = tuple([_age(attempt.answered_at, now) for attempt in roll.waiting.values() if attempt.owner_id is None])
    joining = 0
    talking: list[tuple[int, float]] = []
    wrapping_up: list[tuple[int, float]] = []
    for agent in roll.busy.values():
        attempt = _joined_with(floor, agent) if agent.state is AgentState.RESERVED else None
        joining += attempt is not None and attempt.owner_id is None
        if agent.after_call is not None or agent.home is not None:
            continue  # not free when this is over
        if agent.state is AgentState.IN_CALL:
            talking.append((agent.id, _age(agent.since, now)))
        elif agent.state is AgentState.WRAP_UP:
            wrapping_up.append((agent.id, _age(agent.since, now)))
        elif attempt is not None:
            talking.append((agent.id, 0.0))
    return Outlook(ringing, waiting, joining, tuple(talking), tuple(wrapping_up)), len(roll.busy)


def _joined_with(floor: Floor, agent: Agent) -> Attempt | None:
    """The customer a reserved agent is being joined with; None while that customer's phone still rings."""
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    return attempt if attempt is not None and attempt.state is AttemptState.JOINING else None


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
