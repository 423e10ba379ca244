"""Limits of time: customers let go, forms saved by themselves, and what is overdue enough to ask Asterisk about."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from minidialer.domain.agent import Agent, AgentEvent, AgentState, PhoneState
from minidialer.domain.attempt import UNANSWERED, Attempt, AttemptState
from minidialer.domain.campaign import CampaignSettings, WhenAllBusy
from minidialer.domain.commands import Command, Resync, SaveDefaultForm
from minidialer.domain.floor import Floor

from .customers import let_go
from .seats import close_call

NEWS_OVERDUE = timedelta(seconds=10)  # beyond the time Asterisk itself was given
ASK_AGAIN = timedelta(seconds=5)


def keep_limits(floor: Floor, now: datetime) -> Iterator[Command]:
    """Everything that happens because time passed, pacing apart."""
    if floor.link_up:  # without the link, it would not be heard
        yield from _waiting_limits(floor, now)
    yield from _wrap_up_limits(floor, now)
    if floor.link_up and _resync_wanted(floor, now):
        floor.resync_asked_at, floor.resync_due_at = now, None
        yield Resync()


def _waiting_limits(floor: Floor, now: datetime) -> Iterator[Command]:
    for campaign in floor.campaigns.values():
        for attempt in floor.waiting(campaign.id):
            if _waited_enough(attempt, campaign.settings, now):
                yield from let_go(floor, attempt)


def _resync_wanted(floor: Floor, now: datetime) -> bool:
    if floor.resync_due_at is not None and now >= floor.resync_due_at:
        return True
    asked = floor.resync_asked_at
    return (asked is None or now - asked >= ASK_AGAIN) and _something_overdue(floor, now)


def _waited_enough(attempt: Attempt, settings: CampaignSettings, now: datetime) -> bool:
    if attempt.answered_at is None:
        return False
    queue = settings.when_all_busy is WhenAllBusy.QUEUE
    limit = settings.queue_wait if queue else settings.answer_wait
    return now - attempt.answered_at >= timedelta(seconds=limit)


def _wrap_up_limits(floor: Floor, now: datetime) -> Iterator[Command]:
    for agent in floor.agents.values():
        if agent.state is not AgentState.WRAP_UP or agent.attempt_id is None or agent.since is None:
            continue
        if agent.saved:  # the last run died between the form's commit and the agent's
            yield from close_call(floor, agent, AgentEvent.SAVE, now)
        elif (agent.after_call is not None and agent.after_call.force) or _limit_passed(floor, agent, now):
            yield from save_without_agent(floor, agent, now)


def _limit_passed(floor: Floor, agent: Agent, now: datetime) -> bool:
    campaign = floor.campaign_of(agent)
    if campaign is None or agent.since is None or campaign.settings.default_disposition_id is None:
        return False
    limit = campaign.settings.wrap_up_limit
    return limit > 0 and now - agent.since >= timedelta(seconds=limit)


def save_without_agent(floor: Floor, agent: Agent, now: datetime) -> Iterator[Command]:
    """Have the open form saved with the campaign's default disposition, or set aside when there is none."""
    if agent.attempt_id is None:
        return
    asked = floor.default_form_asked_at.get(agent.attempt_id)
    if asked is None or now - asked >= ASK_AGAIN:
        floor.default_form_asked_at[agent.attempt_id] = now
        campaign = floor.campaign_of(agent)
        default = campaign.settings.default_disposition_id if campaign is not None else None
        yield SaveDefaultForm(agent.id, agent.attempt_id, default)


def _something_overdue(floor: Floor, now: datetime) -> bool:
    """Is any news overdue? Looked up only when it may be: what came since the last look has longer to go."""
    if floor.nothing_overdue_until is not None and now <= floor.nothing_overdue_until:
        return False
    first = min(deadlines(floor), default=now + NEWS_OVERDUE)
    if now > first:
        return True
    floor.nothing_overdue_until = min(first, now + NEWS_OVERDUE)
    return False


def deadlines(floor: Floor) -> Iterator[datetime]:
    """When the news of each attempt and phone that owes some will be overdue."""
    for attempt in floor.attempts.values():
        if (moment := _attempt_deadline(floor, attempt)) is not None:
            yield moment
    for agent in floor.agents.values():
        if (moment := _phone_deadline(floor, agent)) is not None:
            yield moment


def _phone_deadline(floor: Floor, agent: Agent) -> datetime | None:
    """When it is too long that a phone rings, or is still in a call that its agent is no longer in."""
    phone = agent.phone
    if phone.state is PhoneState.CALLING and phone.since is not None:
        return phone.since + _agent_ring(floor, agent.campaign_id) + NEWS_OVERDUE
    if phone.state is PhoneState.BUSY and agent.state not in (AgentState.RESERVED, AgentState.IN_CALL):
        return agent.since + NEWS_OVERDUE if agent.since is not None else None
    return None


def _attempt_deadline(floor: Floor, attempt: Attempt) -> datetime | None:
    since = attempt.state_since
    if since is None:
        return None
    settings = floor.campaign(attempt.campaign_id).settings
    if attempt.state in UNANSWERED:
        start = attempt.answered_at or attempt.dialled_at or since
        return start + timedelta(seconds=settings.ring_timeout) + NEWS_OVERDUE
    if attempt.state is AttemptState.JOINING:
        return since + timedelta(seconds=settings.agent_ring_timeout) + NEWS_OVERDUE
    return since + timedelta(seconds=settings.queue_wait + 60) if attempt.letting_go else None


def _agent_ring(floor: Floor, campaign_id: int | None) -> timedelta:
    campaign = floor.campaigns.get(campaign_id) if campaign_id is not None else None
    return timedelta(seconds=campaign.settings.agent_ring_timeout if campaign is not None else 0)
