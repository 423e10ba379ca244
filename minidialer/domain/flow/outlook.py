"""The pacing view: the floor as a pacing decision sees it. What only the predictive mode needs is built only for it."""

from datetime import datetime
from functools import partial

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import AttemptState
from minidialer.domain.campaign import Campaign, CampaignSettings, PacingMode, WhenAllBusy
from minidialer.domain.compliance import BOUNDS
from minidialer.domain.floor import Floor
from minidialer.domain.pacing.view import Outlook, PacingView
from minidialer.domain.roll import Roll

from .private_leads import kept_for_private

_RESERVED = AgentState.RESERVED
QUEUE_PATIENCE = 5.0  # seconds a queued customer is let wait by plan, whatever the queue's limit is


def pacing_view(floor: Floor, campaign: Campaign, now: datetime) -> PacingView:
    """The campaign's view."""
    roll, settings = floor.roll(campaign.id), campaign.settings
    kept = kept_for_private(floor, campaign, now) | floor.asked_for_private()
    ready = len(roll.free) - sum(1 for owner_id in kept if owner_id in roll.free)
    in_flight, starts_left = floor.in_flight(campaign.id), floor.starts_left(campaign, now)
    trunk_left = _trunk_share(floor, campaign, now)
    mode, percent = settings.pacing_mode, settings.overdial_percent
    if mode is not PacingMode.PREDICTIVE:
        return PacingView(mode, percent, ready, in_flight, starts_left, trunk_left)
    at_work, outlook = len(roll.free) + len(roll.busy), partial(_outlook, floor, campaign, kept, now)
    return PacingView(mode, percent, ready, in_flight, starts_left, trunk_left, at_work, outlook)


def _trunk_share(floor: Floor, campaign: Campaign, now: datetime) -> int:
    """What of the trunk's room, channels and starts of this second, this campaign may take now.

    One call for each free agent of every campaign comes before anybody's second: what the others lack for that is left
    to them. Who goes first where even that does not fit: see `dialer`.
    """
    left = floor.trunk_left(campaign, now)
    if len(floor.campaigns) == 1 or left <= (own := _lacking(floor, campaign, now)):
        return left
    others = sum([_lacking(floor, other, now) for other in floor.beside(campaign) if _could_dial(floor, other, now)])
    return max(own, left - others)


def _lacking(floor: Floor, campaign: Campaign, now: datetime) -> int:
    """Calls for whoever is free, and calls for one agent alone, that would make one for each free agent."""
    free = floor.roll(campaign.id).free
    if not free or campaign.settings.pacing_mode is PacingMode.MANUAL:
        return 0
    asked = floor.asked_for_private()  # their calls are claimed already
    kept = kept_for_private(floor, campaign, now) - asked
    alone = sum([1 for agent_id in kept if agent_id in free])
    ready = len(free) - alone - sum([1 for agent_id in asked if agent_id in free])
    return alone + max(0, ready - floor.in_flight(campaign.id))


def _could_dial(floor: Floor, campaign: Campaign, now: datetime) -> bool:
    """May it call now, and has its list something to call?"""
    dry_until = floor.run(campaign.id).dry_until
    return (dry_until is None or now >= dry_until) and campaign.may_call(now, floor.zone)


def _outlook(floor: Floor, campaign: Campaign, kept: frozenset[int], now: datetime) -> Outlook:
    roll, settings = floor.roll(campaign.id), campaign.settings
    moment = now.timestamp()
    ringing = [moment - since for since, call in roll.dialled.values() if call.answered_at is None]
    listening = len(roll.dialled) - len(ringing)
    waiting = sum([1 for call in roll.waiting.values() if call.owner_id is None])
    talking, wrapping_up = _busy(floor, roll, kept, moment)
    return Outlook(
        ringing=tuple(ringing),
        waiting=listening + waiting,
        talking=tuple(talking),
        wrapping_up=tuple(wrapping_up),
        open_left=settings.calling_window.open_left(now, floor.zone),
        abandon_target=settings.abandon_target,
        patience=_patience(settings),
        ring_timeout=settings.ring_timeout,
    )


def _busy(floor: Floor, roll: Roll, kept: frozenset[int], moment: float) -> tuple[list[float], list[float]]:
    """Agents by their time in a talk, and in wrap-up; not those who will not be free when this is over."""
    talking, wrapping_up = (
        [moment - since for since, agent in part.values() if _comes_back(agent, kept)]
        for part in (roll.talking, roll.wrapping_up)
    )
    if len(roll.talking) + len(roll.wrapping_up) < len(roll.busy):
        reserved = [agent for agent in roll.busy.values() if agent.state is _RESERVED]
        talking += [0.0 for agent in reserved if _comes_back(agent, kept) and _is_joining(floor, agent)]
    return talking, wrapping_up


def _is_joining(floor: Floor, agent: Agent) -> bool:
    attempt = floor.attempts.get(agent.attempt_id) if agent.attempt_id is not None else None
    return attempt is not None and attempt.state is AttemptState.JOINING


def _comes_back(agent: Agent, kept: frozenset[int]) -> bool:
    """Is the agent there for whoever calls next, once this call and its form are over?"""
    return agent.after_call is None and agent.home is None and agent.id not in kept


def _patience(settings: CampaignSettings) -> float:
    if settings.when_all_busy is WhenAllBusy.QUEUE:
        bounds = BOUNDS.get(settings.compliance_profile)
        return min(float(settings.queue_wait), QUEUE_PATIENCE if bounds is None else bounds.answer_wait)
    return settings.answer_wait
