"""Calls by hand: an agent clicks on a lead, their phone is called first, then the customer.

The attempt is an ordinary one, kept for this agent alone, so that pacing counts it as one to one. It is committed
first and stays `claimed` while the agent's phone rings; a phone that is up needs no call. For the time of the call the
agent sits in the campaign the call is for, and afterwards goes back to where they were (`Agent.home`). A click takes
the agent off the dialer as a pause does.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from minidialer.domain.agent import BUSY, Agent, AgentEvent, AgentState, Home, PauseReason, PhoneState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import AgentConnection, Campaign
from minidialer.domain.commands import CancelAttempt, ClaimLead, Command, HangUpLeg
from minidialer.domain.events import AttemptsClaimed, CallByHand, Pick
from minidialer.domain.floor import Floor
from minidialer.domain.leg import customer_leg, nailed_up_leg, ring_leg
from minidialer.domain.run import PendingClaim
from minidialer.domain.sentence import RefusedError

from . import dialling
from .keep import keep_agent, keep_attempt
from .matching import call_phone
from .seats import close_call


def call(floor: Floor, event: CallByHand, now: datetime) -> Iterator[Command]:
    """Ask the store for an attempt to this lead."""
    agent, campaign = floor.agent(event.agent_id), floor.campaign(event.campaign_id)
    check(floor, agent, campaign, now)
    assert campaign.list_id is not None  # noqa: S101 — why_not_dialling has just said so
    claim_id = floor.next_claim_id()
    floor.claims[claim_id] = PendingClaim(campaign.id, 1, (agent.id,), by_hand=True)
    yield ClaimLead(claim_id, campaign.id, campaign.list_id, event.lead_id, agent.id, now)


def check(floor: Floor, agent: Agent, campaign: Campaign, now: datetime) -> None:
    """Raise RefusedError with what keeps the agent from calling somebody of this campaign now."""
    if agent.state is AgentState.LOGGED_OUT:
        raise RefusedError("Agent {login} is logged out: log in first.", login=agent.login)
    if not floor.may_work(agent, campaign):
        raise RefusedError("Campaign “{campaign}” is not yours to call for.", campaign=campaign.name)
    if agent.state in BUSY or agent.id in floor.asked_for_private():
        raise RefusedError("Finish the present call and save its form before you call somebody.")
    if agent.phone.state not in (PhoneState.DOWN, PhoneState.IDLE):
        raise RefusedError("Your phone is still busy with another call: try again in a moment.")
    check_hour(floor, agent, now)
    problem = dialling.why_not_dialling(floor, campaign, now)
    if problem is not None:
        raise RefusedError(
            "Nobody of campaign “{campaign}” can be called now: {problem}.", campaign=campaign.name, problem=problem
        )
    if not _room(floor, campaign, now):
        raise RefusedError("All lines are taken: try again in a moment.")


def check_hour(floor: Floor, agent: Agent, now: datetime) -> None:
    """Raise RefusedError when the agent may have no more numbers called within this hour."""
    if not floor.by_hand_left(agent.id, now):
        raise RefusedError(
            "You have called {most} numbers by hand within an hour, which is the limit: go on later.",
            most=floor.by_hand_per_hour,
        )


def _room(floor: Floor, campaign: Campaign, now: datetime) -> bool:
    return floor.starts_left(campaign, now) > 0 and floor.trunk_left(campaign, now) > 0


def claimed(floor: Floor, event: AttemptsClaimed, now: datetime) -> Iterator[Command]:
    """The answer to a claim: of a call by hand, or else of the dialer's own."""
    claim = floor.claims.get(event.claim_id)
    if claim is None or not claim.by_hand:
        yield from dialling.claimed(floor, event, now)
        return
    del floor.claims[event.claim_id]
    agent, campaign = floor.agents.get(claim.owner_ids[0]), floor.campaigns.get(claim.campaign_id)
    for pick in event.picks:
        toll = floor.tolls.refusal(pick.number)
        if toll is not None and campaign is not None:
            yield dialling.not_called(pick, campaign, toll, now, by_hand=True)
        elif agent is not None and campaign is not None and _still_wanted(floor, agent, campaign, now):
            yield from _place(floor, campaign, agent, pick, now)
        else:
            yield CancelAttempt(pick)


def _still_wanted(floor: Floor, agent: Agent, campaign: Campaign, now: datetime) -> bool:
    try:
        check(floor, agent, campaign, now)
    except RefusedError:
        return False
    return True


def _place(floor: Floor, campaign: Campaign, agent: Agent, pick: Pick, now: datetime) -> Iterator[Command]:
    """The attempt is committed: the agent is kept for it, and their phone called unless it is up."""
    attempt = Attempt(
        pick.attempt_id,
        campaign.id,
        pick.lead_id,
        pick.number,
        owner_id=agent.id,
        agent_id=agent.id,
        tries=pick.attempts,
        claimed_at=now,
        state_since=now,
        by_hand=True,
    )
    floor.add_attempt(attempt)
    floor.picks[attempt.id] = pick
    agent.home = Home(agent.campaign_id, agent.reason if agent.campaign_id is not None else "")
    floor.seat(agent, campaign.id)
    floor.step_agent(agent, AgentEvent.RESERVE, now)
    agent.attempt_id = attempt.id
    if agent.phone.state is PhoneState.DOWN:
        nailed_up = campaign.settings.agent_connection is AgentConnection.NAILED_UP
        leg = nailed_up_leg(agent.id, floor.next_leg_serial(now)) if nailed_up else ring_leg(attempt.id, agent.id)
        yield call_phone(floor, campaign, agent, leg, now, caller=attempt.number)
    yield keep_attempt(attempt)
    yield keep_agent(agent)
    yield from proceed(floor, now)


def proceed(floor: Floor, now: datetime) -> Iterator[Command]:
    """Call every customer whose agent has picked up their phone, as far as the limits allow."""
    for attempt_id in list(floor.picks) if floor.link_up else ():  # without the link nothing is sent; it may be back
        attempt = floor.attempts.get(attempt_id)
        agent = floor.agents.get(attempt.agent_id) if attempt is not None and attempt.agent_id is not None else None
        if attempt is None or agent is None or agent.attempt_id != attempt.id:
            del floor.picks[attempt_id]
        elif agent.phone.state is PhoneState.IDLE:
            campaign = floor.campaign(attempt.campaign_id)
            if dialling.why_not_dialling(floor, campaign, now) is not None:
                yield from give_up(floor, agent, attempt, now)
            elif _start_left(floor, campaign, now):
                del floor.picks[attempt_id]
                floor.note_by_hand(agent.id, now)
                yield dialling.dial(floor, campaign, attempt, now)
                yield keep_attempt(attempt)


def _start_left(floor: Floor, campaign: Campaign, now: datetime) -> bool:
    """The attempt itself is among the live ones that the trunk's channels are compared with."""
    return floor.starts_left(campaign, now) > 0 and floor.trunk_start_left(campaign, now)


def give_up(
    floor: Floor, agent: Agent, attempt: Attempt, now: datetime, reason: PauseReason | None = None
) -> Iterator[Command]:
    """No call after all. A lead not called yet is put back as it was; `reason`: the agent's phone is to blame."""
    pick = floor.picks.pop(attempt.id, None)
    if attempt.state is not AttemptState.CLAIMED or pick is None:
        yield HangUpLeg(customer_leg(attempt.id))
        return
    floor.remove_attempt(attempt)
    if reason is not None and agent.home is not None:
        agent.home = replace(agent.home, reason=agent.home.reason or reason)
    yield from close_call(floor, agent, AgentEvent.RELEASE, now)
    if reason is not None and agent.reason == PauseReason.NOT_JOINED:
        floor.step_agent(agent, AgentEvent.PAUSE, now, reason)
        yield keep_agent(agent)
    yield CancelAttempt(pick)
