"""A machine whose clock is set by an hour, either way: what goes on, what is said, and when the new time holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from minidialer.daemon.clock import SteadyClock, look
from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.floor import Floor
from minidialer.domain.flow.dialling import why_not_dialling
from minidialer.domain.moments import not_in_the_future
from minidialer.domain.sentence import Sentence

from .engine_room import Office

START = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """Two clocks: one that people and time servers set, and one that nobody can."""

    def __init__(self) -> None:
        self.wall = int(START.timestamp()) * 10**9
        self.steady = 5 * 10**9

    def pass_time(self, seconds: float) -> None:
        self.wall += int(seconds * 1e9)
        self.steady += int(seconds * 1e9)

    def set_by(self, step: timedelta) -> None:
        self.wall += int(step.total_seconds()) * 10**9

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.steady)


@pytest.fixture
def floor() -> Iterator[Floor]:
    yield Office().dialer.floor


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_time_goes_on_through_a_step(step: timedelta, floor: Floor) -> None:
    machine = Machine()
    clock, alarms = machine.clock(), dict[str, Sentence]()
    floor.agents[1].state = AgentState.PAUSED
    machine.pass_time(10)
    machine.set_by(step)
    machine.pass_time(10)
    look(clock, floor, alarms)
    assert clock() == START + timedelta(seconds=20)
    assert floor.clock_off == step
    said = str(alarms["clock"])
    assert "1:00:00 ahead" in said if step > timedelta() else "1:00:00 back" in said

    machine.pass_time(3600)
    look(clock, floor, alarms)
    assert str(alarms["clock"]) == said, "it is said once, not each second anew"
    assert clock() == START + timedelta(seconds=20) + HOUR

    floor.agents[1].state = AgentState.LOGGED_OUT
    look(clock, floor, alarms)
    assert (alarms, floor.clock_off) == ({}, timedelta())
    assert clock() == START + timedelta(seconds=20) + HOUR + step


def test_a_clock_that_is_put_right_again_is_no_trouble_any_more(floor: Floor) -> None:
    machine = Machine()
    clock, alarms = machine.clock(), dict[str, Sentence]()
    floor.agents[1].state = AgentState.READY
    machine.set_by(HOUR)
    look(clock, floor, alarms)
    machine.set_by(-HOUR)
    look(clock, floor, alarms)
    assert (alarms, floor.clock_off, clock()) == ({}, timedelta(), START)


def test_a_small_correction_is_told_to_nobody(floor: Floor, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    clock, alarms = machine.clock(), dict[str, Sentence]()
    floor.agents[1].state = AgentState.READY
    machine.set_by(timedelta(seconds=1))
    look(clock, floor, alarms)
    assert (alarms, floor.clock_off, clock()) == ({}, timedelta(), START)
    floor.agents[1].state = AgentState.LOGGED_OUT
    look(clock, floor, alarms)
    assert clock() == START + timedelta(seconds=1)
    assert not caplog.records


def test_a_live_call_keeps_the_old_time(floor: Floor) -> None:
    machine = Machine()
    clock, alarms = machine.clock(), dict[str, Sentence]()
    call = Attempt(1, 1, 1, "+48600100200", AttemptState.RINGING)
    floor.add_attempt(call)
    machine.set_by(-HOUR)
    look(clock, floor, alarms)
    assert clock() == START
    floor.remove_attempt(call)
    look(clock, floor, alarms)
    assert clock() == START - HOUR


@pytest.mark.parametrize(("step", "open_"), [(HOUR, False), (-HOUR, False), (timedelta(), True)])
def test_calls_are_placed_only_when_both_times_allow_it(floor: Floor, step: timedelta, open_: bool) -> None:
    """At 10:30 in a window from 10:00 to 11:00, an hour more or less is outside."""
    floor.zone = ZoneInfo("UTC")
    floor.link_up = True
    campaign = floor.campaigns[1]
    settings = replace(campaign.settings, calling_window=CallingWindow.parse("mon-sun 10:00-11:00"))
    floor.store_campaign(replace(campaign, settings=settings))
    floor.clock_off = step
    problem = why_not_dialling(floor, floor.campaigns[1], START + timedelta(minutes=30))
    assert (problem is None) is open_
    assert open_ or "outside its calling window" in str(problem)


def test_after_a_step_back_dialling_goes_on_at_once(floor: Floor) -> None:
    """Full windows of starts, and “no lead is due, ask again then”, would hold everything up for an hour."""
    limit = floor.campaigns[1].settings.max_attempts_per_5s
    for _ in range(limit):
        floor.note_start(1, START)
    floor.run(1).dry_until = START + timedelta(seconds=5)
    assert floor.starts_left(floor.campaigns[1], START) == 0
    machine = Machine()
    clock = machine.clock()
    machine.set_by(-HOUR)
    look(clock, floor, {})
    assert floor.starts_left(floor.campaigns[1], clock()) == limit
    assert floor.run(1).dry_until is None


def test_what_is_live_never_began_in_the_future() -> None:
    """The clock was set back while the daemon was down: limits count from now, and no talk lasts less than nothing."""
    agent = Agent(1, "101", state=AgentState.WRAP_UP, since=START + HOUR, ready_since=START - HOUR)
    agent.phone.since = START + HOUR
    call = Attempt(
        7, 1, 1, "+48600100200", AttemptState.CONNECTED,
        claimed_at=START + HOUR, answered_at=START + HOUR, connected_at=START + HOUR, state_since=START - HOUR,
    )  # fmt: skip
    not_in_the_future([agent], [call], START)
    assert (agent.since, agent.ready_since, agent.phone.since) == (START, START - HOUR, START)
    assert (call.claimed_at, call.answered_at, call.connected_at) == (START, START, START)
    assert (call.dialled_at, call.state_since) == (None, START - HOUR)
