"""Seats: agents log in, join, pause, leave, hang up and save."""

from collections.abc import Iterator
from datetime import datetime

from minidialer.domain.agent import (
    BUSY,
    AfterCall,
    AfterCallAction,
    Agent,
    AgentEvent,
    AgentState,
    Home,
    PauseReason,
    PhoneState,
)
from minidialer.domain.campaign import AgentConnection, Campaign
from minidialer.domain.commands import Command, HangUpLeg
from minidialer.domain.events import FormSaved, Join, Leave, LogIn, LogOut, Pause, Resume
from minidialer.domain.floor import Floor
from minidialer.domain.leg import is_ring_leg, nailed_up_leg
from minidialer.domain.sentence import RefusedError

from . import learning
from .keep import keep_agent
from .matching import call_phone, match


def log_in(floor: Floor, event: LogIn, now: datetime) -> Iterator[Command]:
    """A log-in while logged in: the new page takes over the seat as it is, but a wish to log out is taken back."""
    agent = floor.agent(event.agent_id)
    if not agent.active:
        raise RefusedError("Agent {login} is not active: a supervisor has to activate the account.", login=agent.login)
    if agent.state is AgentState.LOGGED_OUT:
        floor.step_agent(agent, AgentEvent.LOG_IN, now, PauseReason.NOT_JOINED)
        yield keep_agent(agent)
    elif agent.after_call == AfterCall(AfterCallAction.LOG_OUT):
        agent.after_call = None
        yield keep_agent(agent)


def log_out(floor: Floor, event: LogOut, now: datetime) -> Iterator[Command]:
    """At once, or after the present call and form."""
    agent = floor.agent(event.agent_id)
    if agent.state in BUSY:
        yield from _after_call(agent, AfterCall(AfterCallAction.LOG_OUT, force=event.force))
    elif agent.state is not AgentState.LOGGED_OUT:
        yield from _go(floor, agent, now)
        floor.step_agent(agent, AgentEvent.LOG_OUT, now)
        yield keep_agent(agent)


def join(floor: Floor, event: Join, now: datetime) -> Iterator[Command]:
    """Join a campaign, leaving another one first. With nailed_up the phone is called now."""
    agent, campaign = floor.agent(event.agent_id), floor.campaign(event.campaign_id)
    _refuse_logged_out(agent)
    if agent.id not in campaign.agent_ids:
        raise RefusedError(
            "Agent {login} is not assigned to campaign “{campaign}”: ask a supervisor.",
            login=agent.login,
            campaign=campaign.name,
        )
    if campaign.list_id in agent.blocked_lists:
        raise RefusedError("The list of campaign “{campaign}” is blocked for you.", campaign=campaign.name)
    if agent.campaign_id == campaign.id and agent.home is None:
        return
    if agent.state in BUSY:
        raise RefusedError("Save the form of the present call before you join another campaign.")
    if agent.campaign_id is not None:
        yield from _go(floor, agent, now)
    floor.seat(agent, campaign.id)
    yield from become_ready(floor, agent, now)


def leave(floor: Floor, event: Leave, now: datetime) -> Iterator[Command]:
    """At once, or after the present call and form."""
    agent = floor.agent(event.agent_id)
    if agent.campaign_id is None:
        return
    if agent.state in BUSY:
        yield from _after_call(agent, AfterCall(AfterCallAction.LEAVE))
        return
    yield from _go(floor, agent, now)
    yield keep_agent(agent)


def pause(floor: Floor, event: Pause, now: datetime) -> Iterator[Command]:
    """At once, or after the present call and form."""
    agent = floor.agent(event.agent_id)
    _refuse_logged_out(agent)
    reason = event.reason.strip()
    if not reason or reason in set(PauseReason):
        raise RefusedError("Say why you pause.")
    if agent.campaign_id is None:
        raise RefusedError("You are in no campaign, so no call can reach you.")
    if agent.state in BUSY:
        yield from _after_call(agent, AfterCall(AfterCallAction.PAUSE, reason, event.force))
        return
    floor.step_agent(agent, AgentEvent.PAUSE, now, reason)
    yield keep_agent(agent)


def resume(floor: Floor, event: Resume, now: datetime) -> Iterator[Command]:
    """Back from a pause, or a pause asked for during a call is taken back."""
    agent = floor.agent(event.agent_id)
    _refuse_logged_out(agent)
    if agent.campaign_id is None:
        raise RefusedError("Join a campaign first.")
    if agent.state in BUSY:
        agent.after_call = None
        if agent.home is not None:
            agent.home = Home(agent.home.campaign_id)
        yield keep_agent(agent)
    elif agent.state is AgentState.PAUSED:
        yield from become_ready(floor, agent, now)


def fit_all(floor: Floor, now: datetime) -> Iterator[Command]:
    """Seats that a supervisor took away just before the last run died, or whose phone is to be reached in another way
    since; agents in a call follow when it ends."""
    for agent in floor.agents.values():
        if agent.state in BUSY:
            continue
        campaign = floor.campaign_of(agent)
        if not agent.active:
            yield from log_out(floor, LogOut(agent.id), now)
        elif agent.campaign_id is not None and (campaign is None or not floor.may_work(agent, campaign)):
            yield from leave(floor, Leave(agent.id), now)
        elif campaign is not None:
            yield from fit_phone(floor, campaign, agent, now)


def fit_phone(floor: Floor, campaign: Campaign, agent: Agent, now: datetime) -> Iterator[Command]:
    """The phone of an agent without a call goes up or down as the campaign's setting now asks."""
    stays_up = campaign.settings.agent_connection is AgentConnection.NAILED_UP
    waits = agent.reason == PauseReason.CALLING_PHONE
    if not stays_up and (waits or agent.phone.state is PhoneState.IDLE):
        if agent.phone.state is not PhoneState.DOWN:
            yield HangUpLeg(floor.put_down(agent, now))
        yield keep_agent(agent)
    elif not stays_up or agent.state is not AgentState.READY or agent.phone.state is not PhoneState.DOWN:
        return
    if waits or agent.state is AgentState.READY:
        yield from become_ready(floor, agent, now)


def form_saved(floor: Floor, event: FormSaved, now: datetime) -> Iterator[Command]:
    """The form is committed. Saved during the talk, it frees the agent when the talk ends."""
    agent = floor.agents.get(event.agent_id)
    if agent is None or agent.attempt_id != event.attempt_id:
        return
    floor.default_form_asked_at.pop(event.attempt_id, None)
    if agent.state is AgentState.IN_CALL and not agent.saved:
        agent.saved = True
        yield keep_agent(agent)
    elif agent.state is AgentState.WRAP_UP:
        yield from close_call(floor, agent, AgentEvent.SAVE, now)


def close_call(floor: Floor, agent: Agent, event: AgentEvent, now: datetime) -> Iterator[Command]:
    """Call and form are done (SAVE), or the reservation came to nothing (RELEASE): what comes next for the agent."""
    wish, home = wish_of(floor, agent), agent.home
    if event is AgentEvent.SAVE:
        learning.wrap_up_ended(floor, agent, now)
    floor.step_agent(agent, event, now)
    agent.attempt_id = None
    agent.saved = False
    agent.after_call = None
    agent.home = None
    if home is not None and (wish is None or wish.action is AfterCallAction.PAUSE):
        yield from _go_home(floor, agent, home, wish.reason if wish is not None else home.reason, now)
        return
    if wish is None:
        yield from become_ready(floor, agent, now)
        return
    if wish.action is AfterCallAction.PAUSE:
        floor.step_agent(agent, AgentEvent.PAUSE, now, wish.reason)
    else:
        yield from _go(floor, agent, now)
        if wish.action is AfterCallAction.LOG_OUT:
            floor.step_agent(agent, AgentEvent.LOG_OUT, now)
    yield keep_agent(agent)


def _go_home(floor: Floor, agent: Agent, home: Home, reason: str, now: datetime) -> Iterator[Command]:
    """Back from a call by hand: into the campaign the agent was in, paused as before, or out of all."""
    if is_ring_leg(agent.phone.leg) and agent.phone.state is not PhoneState.BUSY:
        yield HangUpLeg(floor.put_down(agent, now))
    campaign = floor.campaigns.get(home.campaign_id) if home.campaign_id is not None else None
    if campaign is None or not floor.may_work(agent, campaign):
        yield from _go(floor, agent, now)
    else:
        floor.seat(agent, campaign.id)
        if not reason:
            yield from become_ready(floor, agent, now)
            return
        floor.step_agent(agent, AgentEvent.PAUSE, now, reason)
    yield keep_agent(agent)


def wish_of(floor: Floor, agent: Agent) -> AfterCall | None:
    """What the agent asked for during the call; nobody stays in a campaign that a supervisor took away meanwhile."""
    if not agent.active:
        return AfterCall(AfterCallAction.LOG_OUT)
    wish, campaign = agent.after_call, floor.campaign_of(agent)
    if campaign is None or agent.home is not None or floor.may_work(agent, campaign):
        return wish
    return wish if wish is not None and wish.action is AfterCallAction.LOG_OUT else AfterCall(AfterCallAction.LEAVE)


def become_ready(floor: Floor, agent: Agent, now: datetime) -> Iterator[Command]:
    """Ready when the phone can take a customer; else its phone is called first, and it is ready when that answers."""
    campaign = floor.campaign_of(agent)
    if campaign is None:
        return
    nailed_up = campaign.settings.agent_connection is AgentConnection.NAILED_UP
    if nailed_up and agent.phone.state in (PhoneState.DOWN, PhoneState.CALLING):
        floor.step_agent(agent, AgentEvent.PAUSE, now, PauseReason.CALLING_PHONE)
        if agent.phone.state is PhoneState.DOWN:
            yield call_nailed_up(floor, campaign, agent, now)
        yield keep_agent(agent)
        return
    if not nailed_up and agent.phone.state is PhoneState.IDLE:
        yield HangUpLeg(floor.put_down(agent, now))
    if agent.state is AgentState.PAUSED:
        floor.step_agent(agent, AgentEvent.RESUME, now)
    yield keep_agent(agent)
    yield from match(floor, campaign.id, now)


def call_nailed_up(floor: Floor, campaign: Campaign, agent: Agent, now: datetime) -> Command:
    """Call the phone that stays up for the whole shift."""
    return call_phone(
        floor, campaign, agent, nailed_up_leg(agent.id, floor.next_leg_serial(now)), now, caller=campaign.name
    )


def _go(floor: Floor, agent: Agent, now: datetime) -> Iterator[Command]:
    """Out of the campaign: no call can reach the agent, and a phone that stayed up is hung up."""
    floor.seat(agent, None)
    agent.after_call = None
    floor.private_dry_until.pop(agent.id, None)
    if agent.phone.state is not PhoneState.DOWN:
        yield HangUpLeg(floor.put_down(agent, now))
    if agent.state in (AgentState.READY, AgentState.PAUSED):
        floor.step_agent(agent, AgentEvent.PAUSE, now, PauseReason.NOT_JOINED)


def _after_call(agent: Agent, wish: AfterCall) -> Iterator[Command]:
    if agent.after_call is not None and agent.after_call.force and not wish.force:
        return  # an agent's own wish does not undo a supervisor's order
    agent.after_call = wish
    yield keep_agent(agent)


def _refuse_logged_out(agent: Agent) -> None:
    if agent.state is AgentState.LOGGED_OUT:
        raise RefusedError("Agent {login} is logged out: log in first.", login=agent.login)
