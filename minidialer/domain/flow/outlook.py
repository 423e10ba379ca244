"""The pacing view: the floor as a pacing decision sees it. What only the predictive mode needs is built only for it."""

from datetime import datetime
from functools import partial

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import Campaign, CampaignSettings, PacingMode, WhenAllBusy
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.view import Outlook, PacingView
from minidialer.domain.roll import Roll

_RESERVED = AgentState.RESERVED
QUEUE_PATIENCE = 5.0  # seconds a queued customer is let wait by plan, whatever the queue's limit is


def pacing_view(floor: Floor, campaign: Campaign, now: datetime) -> PacingView:
    """The campaign's view."""
    roll, settings = floor.roll(campaign.id), campaign.settings
    ready = len(roll.free) - sum(1 for owner_id in floor.asked_for_private() if owner_id in roll.free)
    in_flight, starts_left = floor.in_flight(campaign.id), floor.starts_left(campaign, now)
    trunk_left = floor.trunk_left(campaign, now)
    mode, percent = settings.pacing_mode, settings.overdial_percent
    if mode is not PacingMode.PREDICTIVE:
        return PacingView(mode, percent, ready, in_flight, starts_left, trunk_left)
    at_work, outlook = len(roll.free) + len(roll.busy), partial(_outlook, floor, campaign, now)
    return PacingView(mode, percent, ready, in_flight, starts_left, trunk_left, at_work, outlook)


def _outlook(floor: Floor, campaign: Campaign, now: datetime) -> Outlook:
    roll, settings = floor.roll(campaign.id), campaign.settings
    moment = now.timestamp()
    ringing = [moment - since for since, call in roll.dialled.values() if call.answered_at is None]
    listening = len(roll.dialled) - len(ringing)
    waiting = sum([1 for call in roll.waiting.values() if call.owner_id is None])
    talking, wrapping_up = _busy(floor, roll, moment)
    return Outlook(
        ringing=tuple(ringing),
        waiting=listening + waiting,
        talking=tuple(talking),
        wrapping_up=tuple(wrapping_up),
        day=now.astimezone(floor.zone).toordinal(),
        open_left=settings.calling_window.open_left(now, floor.zone),
        abandon_target=settings.abandon_target,
        patience=_patience(settings),
        ring_timeout=settings.ring_timeout,
    )


def _busy(floor: Floor, roll: Roll, moment: float) -> tuple[list[float], list[float]]:
    """Agents by their time in a talk, and in wrap-up; not those who will not be free when this is over."""
    talking, wrapping_up = (
        [moment - since for since, agent in part.values() if agent.after_call is None and agent.home is None]
        for part in (roll.talking, roll.wrapping_up)
    )
    if len(roll.talking) + len(roll.wrapping_up) < len(roll.busy):
        talking += [0.0 for agent in roll.busy.values() if agent.state is _RESERVED and _is_joining(floor, agent)]
    return talking, wrapping_up


def _is_joining(floor: Floor, agent: Agent) -> bool:
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    joining = attempt is not None and attempt.state is AttemptState.JOINING
    return joining and agent.after_call is None and agent.home is None


def _patience(settings: CampaignSettings) -> float:
    if settings.when_all_busy is WhenAllBusy.QUEUE:
        return min(float(settings.queue_wait), QUEUE_PATIENCE)
    return settings.answer_wait
