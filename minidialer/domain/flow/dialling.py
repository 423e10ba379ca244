"""Dialling: from a pacing decision to committed attempts and their Originates.

The store picks the leads and commits the attempts (Claim); only then do the calls go out, and only as many as are still
wanted at that moment.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from minidialer.domain.agent import AgentEvent
from minidialer.domain.attempt import Attempt, AttemptEvent, AttemptState
from minidialer.domain.campaign import Campaign, PrivateLeads
from minidialer.domain.commands import CallCustomer, CancelAttempt, Claim, ClaimPrivate, Command
from minidialer.domain.events import AttemptsClaimed, Pick
from minidialer.domain.floor import Floor
from minidialer.domain.outcome import Outcome
from minidialer.domain.pacing.decision import Decision, spare
from minidialer.domain.pacing.observation import Dialled
from minidialer.domain.retry import lead_after
from minidialer.domain.run import PendingClaim
from minidialer.domain.sentence import Sentence, sentence
from minidialer.domain.tolls import Toll, why

from .keep import keep_agent, keep_attempt
from .outlook import pacing_view
from .private_leads import kept_for_private

ASK_AGAIN = timedelta(seconds=1)  # after the store had no due lead, or could not write


def pace(floor: Floor, campaign: Campaign, now: datetime) -> Iterator[Command]:
    """Decide how many calls to place now and ask the store for their leads."""
    run = floor.run(campaign.id)
    hindrance = why_not_dialling(floor, campaign, now)
    if hindrance is not None:
        run.decided = Decision(0, hindrance)
        return
    yield from _claim_private(floor, campaign, now)
    decision = run.decided = decide_now(floor, campaign, now)
    run.decisions += 1
    if run.dry_until is not None and now < run.dry_until:
        if decision.count:
            run.decided = Decision(decision.count, sentence("no lead is due now"), decision.explanation)
        return
    if decision.count and campaign.list_id is not None:
        claim_id = run.claimed_last = floor.next_claim_id()
        floor.claims[claim_id] = PendingClaim(campaign.id, decision.count)
        yield Claim(claim_id, campaign.id, campaign.list_id, decision.count, campaign.settings.max_retries, now)


def why_not_dialling(floor: Floor, campaign: Campaign, now: datetime) -> Sentence | None:
    """What keeps the campaign from dialling at all, as a supervisor reads it; None when nothing does."""
    if not campaign.running:
        return sentence("stopped")
    if campaign.list_id is None:
        return sentence("it has no list")
    if floor.draining:
        return sentence("the daemon is stopping")
    if not floor.link_up:
        return sentence("no link to Asterisk")
    window = campaign.settings.calling_window
    if not (window.is_open(now, floor.zone) and window.is_open(now + floor.clock_off, floor.zone)):
        return sentence("outside its calling window")
    if floor.trunk_of(campaign) is None:
        return sentence("its trunk is not configured")
    return None


def decide_now(floor: Floor, campaign: Campaign, now: datetime) -> Decision:
    """The pacing decision on the floor as it is."""
    return floor.run(campaign.id).pacing.decide(now, pacing_view(floor, campaign, now))


def _claim_private(floor: Floor, campaign: Campaign, now: datetime) -> Iterator[Command]:
    """Automatic private leads go ahead of the order, one to one, while their owner is ready.

    An owner whom a customer may need, since a call placed for the free agents is under way, is not taken from them:
    that customer would be abandoned.
    """
    if campaign.settings.private_leads is not PrivateLeads.AUTOMATIC or campaign.list_id is None:
        return
    asked, dry = floor.asked_for_private(), floor.private_dry_until
    owners = [
        agent.id
        for agent in floor.free_agents(campaign.id)
        if agent.id not in asked and (agent.id not in dry or dry[agent.id] <= now)
    ]
    view, kept = pacing_view(floor, campaign, now), kept_for_private(floor, campaign, now)
    owners.sort(key=lambda owner_id: owner_id not in kept)
    uncounted = sum(1 for owner_id in owners if owner_id in kept)
    owners = owners[: min(uncounted + spare(view), view.starts_left, view.trunk_left)]
    if owners:
        claim_id = floor.run(campaign.id).claimed_last = floor.next_claim_id()
        floor.claims[claim_id] = PendingClaim(campaign.id, len(owners), tuple(owners))
        yield ClaimPrivate(claim_id, campaign.id, campaign.list_id, tuple(owners), campaign.settings.max_retries, now)


def claimed(floor: Floor, event: AttemptsClaimed, now: datetime) -> Iterator[Command]:
    """The attempts are committed: call those that are still wanted, put the others back."""
    claim = floor.claims.pop(event.claim_id, None)
    campaign = floor.campaigns.get(claim.campaign_id) if claim is not None else None
    if claim is None or campaign is None:
        for pick in event.picks:
            yield CancelAttempt(pick)
        return
    _note_dry(floor, claim, event, now)
    if why_not_dialling(floor, campaign, now) is not None:
        for pick in event.picks:
            yield CancelAttempt(pick)
        return
    wanted = 0 if claim.owner_ids else decide_now(floor, campaign, now).count
    for pick in event.picks:
        toll = floor.tolls.refusal(pick.number)
        if toll is not None:
            yield not_called(pick, campaign, toll, now)
        elif pick.owner_id is None and wanted > 0:
            wanted -= 1  # every call takes one off each limit, so nothing has to be decided anew
            yield from _call(floor, campaign, pick, now)
        elif pick.owner_id is not None and _owner_free(floor, campaign, pick.owner_id, now):
            yield from _call(floor, campaign, pick, now)
        else:
            yield CancelAttempt(pick)


def _note_dry(floor: Floor, claim: PendingClaim, event: AttemptsClaimed, now: datetime) -> None:
    if claim.owner_ids:
        served = {pick.owner_id for pick in event.picks}
        for owner in claim.owner_ids:
            if owner in served:
                floor.private_dry_until.pop(owner, None)  # there may be more
            else:
                floor.private_dry_until[owner] = now + ASK_AGAIN
    elif event.failed or len(event.picks) < claim.count:
        floor.run(claim.campaign_id).dry_until = now + ASK_AGAIN


def _owner_free(floor: Floor, campaign: Campaign, owner_id: int, now: datetime) -> bool:
    owner = floor.agents.get(owner_id)
    if owner is None or owner.campaign_id != campaign.id or not floor.can_take(owner):
        return False
    return floor.starts_left(campaign, now) > 0 and floor.trunk_left(campaign, now) > 0


def _call(floor: Floor, campaign: Campaign, pick: Pick, now: datetime) -> Iterator[Command]:
    attempt = Attempt(
        pick.attempt_id,
        campaign.id,
        pick.lead_id,
        pick.number,
        owner_id=pick.owner_id,
        tries=pick.attempts,
        claimed_at=now,
    )
    floor.add_attempt(attempt)
    yield dial(floor, campaign, attempt, now)
    if pick.owner_id is not None:
        owner = floor.agents[pick.owner_id]
        floor.step_agent(owner, AgentEvent.RESERVE, now)
        owner.attempt_id, attempt.agent_id = attempt.id, owner.id
        yield keep_agent(owner)
    yield keep_attempt(attempt)


def not_called(pick: Pick, campaign: Campaign, toll: Toll, now: datetime, *, by_hand: bool = False) -> Command:
    """The number may not be called: the attempt ends before it began, as that to a dead number, and says why."""
    attempt = Attempt(
        pick.attempt_id,
        campaign.id,
        pick.lead_id,
        pick.number,
        AttemptState.ENDED,
        owner_id=pick.owner_id,
        tries=pick.attempts,
        claimed_at=now,
        ended_at=now,
        state_since=now,
        outcome=Outcome.INVALID,
        detail=str(why(toll)),
        by_hand=by_hand,
    )
    return keep_attempt(attempt, lead_after(Outcome.INVALID, campaign.settings.retry_interval, now))


def dial(floor: Floor, campaign: Campaign, attempt: Attempt, now: datetime) -> Command:
    """Call the customer of a committed attempt. Its trunk is known to be there."""
    trunk = floor.trunk_of(campaign)
    assert trunk is not None  # noqa: S101 — why_not_dialling has just said so
    attempt.dialled_at = now
    floor.step_attempt(attempt, AttemptEvent.DIAL, now)
    floor.note_start(campaign.id, now)
    if attempt.owner_id is None:
        floor.observe(campaign.id, Dialled(), now)
    return CallCustomer(attempt.id, attempt.number, trunk, campaign.settings)
