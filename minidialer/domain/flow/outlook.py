"""The pacing view: the floor as a pacing decision sees it. What only the predictive mode needs is built only for it."""

from datetime import datetime

from minidialer.domain.agent import BUSY, AgentState
from minidialer.domain.attempt import UNANSWERED, AttemptState
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
    ringing: list[float] = []
    waiting: list[float] = []
    joining = 0
    for attempt in floor.attempts_of(campaign.id):
        if attempt.owner_id is not None or attempt.letting_go:
            continue
        if attempt.state in UNANSWERED:
            ringing.append(_age(attempt.dialled_at, now))
        elif attempt.state is AttemptState.WAITING:
            waiting.append(_age(attempt.answered_at, now))
        elif attempt.state is AttemptState.JOINING:
            joining += 1
    talking: list[tuple[int, float]] = []
    wrapping_up: list[tuple[int, float]] = []
    busy = 0
    for agent in floor.joined(campaign.id):
        if agent.state not in BUSY:
            continue
        busy += 1
        if agent.after_call is not None or agent.home is not None:
            continue  # not free when this is over
        if agent.state is AgentState.IN_CALL:
            talking.append((agent.id, _age(agent.since, now)))
        elif agent.state is AgentState.WRAP_UP:
            wrapping_up.append((agent.id, _age(agent.since, now)))
        elif _is_joining(floor, agent.attempt_id):
            talking.append((agent.id, 0.0))
    return Outlook(tuple(ringing), tuple(waiting), joining, tuple(talking), tuple(wrapping_up)), busy


def _is_joining(floor: Floor, attempt_id: int | None) -> bool:
    attempt = floor.attempts.get(attempt_id) if attempt_id is not None else None
    return attempt is not None and attempt.state is AttemptState.JOINING


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
