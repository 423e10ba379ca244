"""Parts of the simulator: the lead stock, the answer rate, chance, the clock, and the baselines."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.agent import Agent, AgentState, Phone, PhoneState
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings, PacingMode
from minidialer.domain.commands import CancelAttempt, Claim
from minidialer.domain.floor import Floor
from minidialer.domain.lead import Lead, LeadChange, LeadState
from minidialer.domain.pacing.observation import Abandoned, Answered, Dialled, Taken, TalkEnded, Unanswered
from minidialer.domain.pacing.view import PacingView
from minidialer.domain.selection import is_due, rank
from minidialer.simulation import hindsight
from minidialer.simulation.answer_rate import AnswerRate
from minidialer.simulation.baselines.issabel import Issabel
from minidialer.simulation.baselines.vicidial import DropMode, Vicidial
from minidialer.simulation.baselines.webitel import Webitel
from minidialer.simulation.chance import LogNormal, stream
from minidialer.simulation.clock import Clock
from minidialer.simulation.lead_stock import LeadStock
from minidialer.simulation.policy import policy_of
from minidialer.simulation.result import Result
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import simulate

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
RETRIES = 2


# -- the lead stock ----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(("retry", "close", "cancel")), st.integers(0, 90))))
def test_leads_come_in_the_order_of_selection(story: list[tuple[int, str, int]]) -> None:
    """Against the rule itself, over a plain dictionary."""
    leads: dict[int, Lead] = {}
    stock, now, serial = LeadStock(1), NOW, 1
    for count, what, minutes in story:
        now += timedelta(minutes=minutes)
        answer = stock.claim(Claim(serial, 1, 1, count, RETRIES, now), serial * 100)
        serial += 1
        for pick in answer.picks:
            lead = leads.setdefault(pick.lead_id, Lead(pick.lead_id, 1, pick.number))
            due = [other for other in leads.values() if is_due(other, RETRIES, now)]
            assert lead == min(due, key=rank)
            assert (pick.lead_state, pick.attempts, pick.due_at) == (lead.state, lead.attempts, lead.due_at)
            leads[lead.id] = Lead(lead.id, 1, lead.number, LeadState.LIVE, lead.attempts, lead.due_at)
        for pick in reversed(answer.picks):
            before = Lead(pick.lead_id, 1, pick.number, pick.lead_state, pick.attempts, pick.due_at)
            if what == "cancel":
                stock.cancel(CancelAttempt(pick))
                leads[pick.lead_id] = before
            elif what == "close":
                stock.close(pick.lead_id)
                del leads[pick.lead_id]
            else:
                due_at = now + timedelta(minutes=30)
                stock.change(pick.lead_id, LeadChange(LeadState.RETRY, due_at))
                leads[pick.lead_id] = Lead(pick.lead_id, 1, pick.number, LeadState.RETRY, pick.attempts + 1, due_at)


def test_a_list_may_end() -> None:
    stock = LeadStock(1, limit=2)
    answer = stock.claim(Claim(1, 1, 1, 5, RETRIES, NOW), 1)
    assert len(answer.picks) == 2
    stock.change(answer.picks[0].lead_id, LeadChange(LeadState.CLOSED))
    assert stock.claim(Claim(2, 1, 1, 5, RETRIES, NOW), 9).picks == ()


# -- chance, the clock, the answer rate --------------------------------------------------------------------------


def test_durations_have_the_mean_they_say() -> None:
    for mean, spread in ((60.0, 0.8), (9.0, 0.5), (25.0, 0.0)):
        durations = LogNormal(mean, spread, stream(1, "test"))
        drawn = [durations.draw() for _ in range(50_000)]
        assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.03)
        assert min(drawn) > 0
    assert LogNormal(0.0, 0.5, stream(1, "test")).draw() == 0.0


def test_the_clock_keeps_the_order_of_time_and_of_planning() -> None:
    clock, seen = Clock(NOW), []
    for name, second in (("c", 5.0), ("a", 1.0), ("b", 1.0), ("late", 99.0)):
        clock.at(second, lambda name=name: seen.append((name, clock.seconds)))  # type: ignore[misc]
    clock.at(2.0, lambda: clock.after(0.5, lambda: seen.append(("planned on the way", clock.seconds))))
    clock.run(10.0)
    assert seen == [("a", 1.0), ("b", 1.0), ("planned on the way", 2.5), ("c", 5.0)]
    assert clock.now == NOW + timedelta(seconds=10)


def test_the_answer_rate_falls_within_a_minute_and_comes_back() -> None:
    rate = AnswerRate(Scenario(answer_rate=0.5, steps=True))
    low = [second for second in range(3600) if rate.at(second) == pytest.approx(0.1)]
    high = [second for second in range(3600) if rate.at(second) == pytest.approx(0.5)]
    assert len(low) + len(high) >= 3600 - 2 * 60
    assert 1300 < len(low) < 1500
    assert all(abs(rate.at(second + 1) - rate.at(second)) < 0.01 for second in range(3599))


def test_drift_keeps_the_mean_and_differs_from_day_to_day() -> None:
    rate, days = AnswerRate(Scenario(drift=True, hours=8)), []
    for _ in range(20):
        rate.new_day()
        days.append([rate.at(second) for second in range(0, 8 * 3600, 60)])
    everything = [value for day in days for value in day]
    assert sum(everything) / len(everything) == pytest.approx(0.3, abs=0.015)
    assert max(everything) > 0.42
    assert min(everything) < 0.18
    assert days[0] != days[1]


# -- the baselines -----------------------------------------------------------------------------------------------


def team(free: int, talking: int = 0) -> Floor:
    settings = CampaignSettings(agent_connection=AgentConnection.NAILED_UP)
    agents = [
        Agent(
            number,
            str(number),
            state=AgentState.READY,
            campaign_id=1,
            since=NOW,
            phone=Phone(PhoneState.IDLE, f"n{number}"),
        )
        for number in range(1, free + talking + 1)
    ]
    for agent in agents[free:]:
        agent.state, agent.phone.state = AgentState.IN_CALL, PhoneState.BUSY
    return Floor([Campaign(1, "campaign", 1, settings)], agents)


def view(ready: int, in_flight: int = 0, limit: int = 999) -> PacingView:
    return PacingView(PacingMode.PROGRESSIVE, 0, ready, in_flight, limit, limit)


def levels(pacer: Vicidial, seconds: int, start: datetime = NOW) -> float:
    for second in range(seconds):
        pacer.decide(start + timedelta(seconds=second), view(4))
    return pacer.level


def vicidial(mode: DropMode, most: float = 3.0, left: float = 8.0) -> Vicidial:
    return Vicidial(team(free=4), 1, mode, most, time_left=lambda _now: left)


def test_vicidial_raises_its_level_while_agents_wait() -> None:
    pacer = vicidial(DropMode.AVERAGE)
    assert levels(pacer, 14) == 1.0
    assert levels(pacer, 1, NOW + timedelta(seconds=14)) == 2.0  # every agent waited
    assert levels(pacer, 300, NOW + timedelta(seconds=15)) == 3.0
    assert pacer.decide(NOW + timedelta(seconds=400), view(4)).count == 12
    assert pacer.decide(NOW + timedelta(seconds=401), view(4)).count == 0  # not before its next moment


@pytest.mark.parametrize(
    ("mode", "left", "level"),
    [
        (DropMode.HARD_LIMIT, 8.0, 1.0),
        (DropMode.AVERAGE, 8.0, 1.5),
        (DropMode.TAPERED, 8.0, 3.0),
        (DropMode.TAPERED, 0.6, 1.8),
    ],
)
def test_vicidial_keeps_its_drop_limit_afterwards(mode: DropMode, left: float, level: float) -> None:
    pacer = vicidial(mode, left=left)
    for _ in range(60):
        pacer.observe(Dialled(), NOW)
        pacer.observe(Taken(0.0), NOW)
    assert levels(pacer, 300) == 3.0
    for _ in range(3):
        pacer.observe(Abandoned(2.0), NOW)
    assert levels(pacer, 15, NOW + timedelta(seconds=300)) == pytest.approx(level)


def test_webitel_dials_less_the_nearer_the_target_is() -> None:
    pacer = Webitel(team(free=10), 1)
    assert pacer.decide(NOW, view(10)).count == 10
    for _ in range(100):
        pacer.observe(Answered(9.0), NOW)
        for _ in range(2):
            pacer.observe(Unanswered(30.0), NOW)
    assert pacer.decide(NOW, view(10)).count == 30
    pacer.observe(Abandoned(2.0), NOW)
    assert 10 < pacer.decide(NOW, view(10)).count < 30
    for _ in range(2):
        pacer.observe(Abandoned(2.0), NOW)
    assert pacer.decide(NOW, view(10, in_flight=3)).count == 7
    assert pacer.decide(NOW + timedelta(hours=2), view(10)).count == 10  # all forgotten


def test_issabel_counts_on_agents_whose_talk_is_long() -> None:
    pacer = Issabel(team(free=2, talking=3), 1)
    for _ in range(20):
        pacer.observe(Answered(10.0), NOW)
        pacer.observe(Unanswered(30.0), NOW)
        pacer.observe(TalkEnded(1, 60.0), NOW)
    assert pacer.decide(NOW + timedelta(seconds=190), view(2)).count == 4  # 1 - exp(-200/60) = 0.964
    assert pacer.decide(NOW + timedelta(seconds=205), view(2)).count == 10  # 0.972: all three are as good as free


def test_baselines_keep_to_the_limits() -> None:
    for pacer in (Webitel(team(free=10), 1), Issabel(team(free=10), 1), vicidial(DropMode.AVERAGE)):
        assert pacer.decide(NOW, view(10, limit=3)).count == 3


@pytest.mark.parametrize("guess", [0, 4, 8])
@pytest.mark.parametrize("last", range(-1, 9))
def test_hindsight_finds_the_last_setting_within_the_target(
    last: int, guess: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def within_target(scenario: Scenario, name: str) -> Result | None:
        tried.append(int(name))
        return Result(name, scenario.agents, int(name) / 10, 0, 0, 0, 0, 0, 0, 1, 0) if int(name) <= last else None

    monkeypatch.setattr(hindsight, "within_target", within_target)
    place, found = hindsight._best(Scenario(), [str(number) for number in range(9)], guess)
    assert place == last
    assert (found.policy if found else "-1") == str(last)
    assert len(tried) == len(set(tried)) <= 7


def test_hindsight_gives_up_what_no_luck_can_bring_back() -> None:
    """And keeps what is within the target, with the figures of a whole simulation."""
    short = Scenario(agents=3, hours=1)
    assert hindsight.within_target(short, "power:1000") is None
    assert hindsight.within_target(short, "power:0") == simulate(short, policy_of("power:0"))
