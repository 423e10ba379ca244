"""What must hold of a floor after every single event, whatever happened."""

from collections.abc import Iterable

from minidialer.domain.agent import Agent, AgentState, PhoneState
from minidialer.domain.attempt import UNANSWERED, UNMATCHED, AttemptState
from minidialer.domain.campaign import PacingMode
from minidialer.domain.floor import Floor
from minidialer.domain.flow.limits import deadlines

WITH_CALL = (AgentState.RESERVED, AgentState.IN_CALL, AgentState.WRAP_UP)


def check(floor: Floor, *, seats: bool = True) -> None:
    """Raise AssertionError when agents, attempts and phones do not fit together.

    seats: False before the first resync of a run, which takes away the seats of agents no longer assigned or active.
    """
    _once("number", (attempt.number for attempt in floor.attempts.values()))
    _once("lead", (attempt.lead_id for attempt in floor.attempts.values()))
    _once("call", (agent.attempt_id for agent in floor.agents.values() if agent.attempt_id is not None))
    _once("leg", (agent.phone.leg for agent in floor.agents.values() if agent.phone.leg))
    for agent in floor.agents.values():
        _check_call(floor, agent)
        _check_seat(floor, agent, seats)
        assert agent.home is None or agent.attempt_id is not None, f"{agent} is away from home without a call"
    for attempt_id in floor.picks:
        assert floor.attempts[attempt_id].state is AttemptState.CLAIMED
    for attempt in floor.attempts.values():
        assert attempt.live
        assert not attempt.on_hold or attempt.state is AttemptState.CONNECTED
        if attempt.agent_id is not None:
            assert floor.agents[attempt.agent_id].attempt_id == attempt.id, f"{attempt} has an agent who is elsewhere"
        assert (attempt.agent_id is not None) >= (attempt.state in (AttemptState.JOINING, AttemptState.CONNECTED))
        assert attempt.owner_id in (None, attempt.agent_id) or attempt.agent_id is None, f"{attempt} is not its owner's"
    if floor.nothing_overdue_until is not None:
        assert min(deadlines(floor), default=floor.nothing_overdue_until) >= floor.nothing_overdue_until
    for campaign_id in {*floor.campaigns, *floor.rolls}:
        _check_roll(floor, campaign_id)


def _check_call(floor: Floor, agent: Agent) -> None:
    assert (agent.attempt_id is not None) == (agent.state in WITH_CALL), f"{agent} and its call do not fit"
    if agent.attempt_id is None:
        return
    attempt = floor.attempts.get(agent.attempt_id)
    if agent.state is AgentState.WRAP_UP:
        assert attempt is None, f"{agent} wraps up a call that goes on"
        return
    assert attempt is not None, f"{agent} is kept for a call that is not live"
    assert attempt.agent_id == agent.id
    assert (attempt.state is AttemptState.CONNECTED) == (agent.state is AgentState.IN_CALL)


def _check_seat(floor: Floor, agent: Agent, seats: bool) -> None:
    if agent.state is AgentState.LOGGED_OUT:
        assert agent.campaign_id is None
        assert agent.phone.state is PhoneState.DOWN
    if agent.state is AgentState.READY and seats:
        assert agent.active
        assert agent.campaign_id is not None
        assert agent.id in floor.campaigns[agent.campaign_id].agent_ids
    assert (agent.phone.state is PhoneState.DOWN) == (agent.phone.leg == ""), f"{agent.phone} is half down"
    assert bool(agent.reason) == (agent.state is AgentState.PAUSED)


def _check_roll(floor: Floor, campaign_id: int) -> None:
    """The roll says what a pass over everything says."""
    roll = floor.roll(campaign_id)
    attempts = {it.id: it for it in floor.attempts.values() if it.campaign_id == campaign_id}
    assert list(roll.attempts) == list(attempts), "the oldest first"
    for_all = {it.id for it in attempts.values() if it.owner_id is None and not it.letting_go}
    unanswered = {it.id for it in attempts.values() if it.state in UNANSWERED}
    waiting = {it.id for it in attempts.values() if it.state is AttemptState.WAITING}
    assert set(roll.ringing) == for_all & unanswered
    assert set(roll.waiting) == {key for key in waiting if not attempts[key].letting_go}
    assert roll.in_flight == len(for_all & (unanswered | waiting))
    joined = {it.id: it for it in floor.agents.values() if it.campaign_id == campaign_id}
    assert roll.joined == joined
    assert set(roll.free) == {it.id for it in joined.values() if floor.can_take(it)}
    assert set(roll.busy) == {it.id for it in joined.values() if it.state in WITH_CALL}
    since = {it.id: it.since.timestamp() for it in joined.values() if it.since is not None}
    talking = {key for key, it in joined.items() if it.state is AgentState.IN_CALL}
    wrapping_up = {key for key, it in joined.items() if it.state is AgentState.WRAP_UP}
    assert {key: part[0] for key, part in roll.talking.items()} == {key: since[key] for key in talking}
    assert {key: part[0] for key, part in roll.wrapping_up.items()} == {key: since[key] for key in wrapping_up}
    dialled = {key: it.dialled_at.timestamp() for key, it in roll.ringing.items() if it.dialled_at is not None}
    assert {key: part[0] for key, part in roll.dialled.items()} == dialled


def check_starts(floor: Floor, campaign_id: int) -> None:
    """To be held right after a campaign placed calls of its own: never more than the free agents may have.

    Looking ahead, never more than the agents at work may have, none without one, and one to one on an empty account.
    """
    campaign = floor.campaigns[campaign_id]
    settings = campaign.settings
    assert campaign.running
    assert floor.link_up
    assert not floor.draining
    assert settings.pacing_mode is not PacingMode.MANUAL
    ready = len(floor.free_agents(campaign_id))
    percent = 100 + (settings.overdial_percent if settings.pacing_mode is PacingMode.POWER else 0)
    under_way = [
        attempt
        for attempt in floor.attempts.values()
        if attempt.campaign_id == campaign_id and attempt.state in UNMATCHED and attempt.owner_id is None
    ]
    count = sum(1 for attempt in under_way if not attempt.letting_go)
    if settings.pacing_mode is not PacingMode.PREDICTIVE:
        assert count <= ready * percent // 100
        return
    budget, target = floor.run(campaign_id).pacing.predictive.budget, settings.abandon_target / 100
    if not settings.calling_window.spans and budget.left(target) < 1:
        assert count <= ready, "one more loss would break the account"
    at_work = ready + sum(1 for agent in floor.joined(campaign_id) if agent.state in WITH_CALL)
    assert at_work > 0
    assert not settings.overdial_percent or count <= at_work * (100 + settings.overdial_percent) // 100


def _once(what: str, values: Iterable[object]) -> None:
    listed = list(values)
    assert len(listed) == len(set(listed)), f"one {what} in two places: {listed}"
