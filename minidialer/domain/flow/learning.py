"""What the pacing of a campaign learns from its calls. Calls placed by hand teach nothing."""

from datetime import datetime

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import UNANSWERED, Attempt, AttemptState
from minidialer.domain.compliance import late_after
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.pacing.observation import Abandoned, Answered, Taken, TalkEnded, Unanswered, WrapUpEnded


def answered(floor: Floor, attempt: Attempt, now: datetime) -> None:
    """A person answered."""
    if not attempt.by_hand and attempt.owner_id is None:
        floor.observe(attempt.campaign_id, Answered(_since(attempt.dialled_at, attempt.answered_at or now)), now)


def taken(floor: Floor, attempt: Attempt, now: datetime) -> None:
    """Customer and agent were joined."""
    if not attempt.by_hand:
        wait = _since(attempt.answered_at, now)
        limit = late_after(floor.campaign(attempt.campaign_id).settings.compliance_profile)
        floor.observe(attempt.campaign_id, Taken(wait, late=limit is not None and wait > limit), now)


def ended(floor: Floor, attempt: Attempt, was: AttemptState, now: datetime) -> None:
    """The attempt is over; `was`: how far it had come."""
    if attempt.by_hand or attempt.dialled_at is None:
        return
    if attempt.outcome is Outcome.ABANDONED:
        floor.observe(attempt.campaign_id, Abandoned(_since(attempt.answered_at, now)), now)
    if was in UNANSWERED and attempt.owner_id is None:
        floor.observe(attempt.campaign_id, Unanswered(_since(attempt.dialled_at, now)), now)


def talk_ended(floor: Floor, attempt: Attempt, agent: Agent, now: datetime) -> None:
    """The agent has the form still to save, or saved it during the talk."""
    if not attempt.by_hand:
        floor.observe(attempt.campaign_id, TalkEnded(agent.id, _since(agent.since, now)), now)


def wrap_up_ended(floor: Floor, agent: Agent, now: datetime) -> None:
    """The form is saved and the talk is over."""
    if agent.home is None and agent.campaign_id is not None:
        spent = _since(agent.since, now) if agent.state is AgentState.WRAP_UP else 0.0
        floor.observe(agent.campaign_id, WrapUpEnded(agent.id, spent), now)


def _since(start: datetime | None, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds()) if start is not None else 0.0
