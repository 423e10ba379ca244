"""Predictive pacing: what no setting and no history can make it do, and what it must do on a floor that is plain."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidialer.domain.campaign import PacingMode
from minidialer.domain.pacing.decision import Decision, Limit
from minidialer.domain.pacing.memory import UnreadableError
from minidialer.domain.pacing.observation import (
    Abandoned,
    Answered,
    Dialled,
    Observation,
    Taken,
    TalkEnded,
    Unanswered,
    WrapUpEnded,
)
from minidialer.domain.pacing.pacer import CampaignPacing
from minidialer.domain.pacing.risk import MORE
from minidialer.domain.pacing.view import Outlook, PacingView

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
MANY = 1000


def view(
    ready: int, *, in_flight: int = 0, at_work: int | None = None, percent: int = 0, **outlook: object
) -> PacingView:
    """A view with the 5-second and trunk limits out of the way; all calls under way ring, for 5 s already."""
    given_ = {"ringing": (5.0,) * in_flight, "open_left": 20_000.0, **outlook}
    seen = Outlook(**given_)  # type: ignore[arg-type]
    at_work = ready + len(seen.talking) + len(seen.wrapping_up) if at_work is None else at_work
    return PacingView(PacingMode.PREDICTIVE, percent, ready, in_flight, MANY, MANY, at_work, lambda: seen)


@dataclass
class Shop:
    """A campaign's pacing and its clock."""

    pacing: CampaignPacing = field(default_factory=CampaignPacing)
    now: datetime = NOW

    def see(self, *seen: Observation, seconds: float = 0.0) -> None:
        """This happens, each that long after the one before."""
        for each in seen:
            self.now += timedelta(seconds=seconds)
            self.pacing.observe(each, self.now)

    def decide(self, seen: PacingView, seconds: float = 1.0) -> Decision:
        """The decision some time later."""
        self.now += timedelta(seconds=seconds)
        return self.pacing.decide(self.now, seen)

    def work(self, answers: int, *, of_calls: float = 3.3, lost_every: int = 0) -> None:
        """A stretch of a usual day: answers, silent calls, talks and forms."""
        calls = 0.0
        for number in range(1, answers + 1):
            calls += of_calls
            while calls > 1:
                self.see(Dialled(), Unanswered(30.0), seconds=0.5)
                calls -= 1
            lost = lost_every and number % lost_every == 0
            self.see(Dialled(), Answered(8.0), Abandoned(2.0) if lost else Taken(0.2))
            self.see(TalkEnded(1, 60.0), WrapUpEnded(1, 25.0), seconds=2.0)


def trained(answers: int = 400) -> Shop:
    """A shop with some experience and a full account."""
    shop = Shop()
    shop.work(answers)
    return shop


# -- on a plain floor --------------------------------------------------------------------------------------------


def test_it_dials_one_to_one_until_it_has_seen_answers_and_a_full_ring_timeout() -> None:
    shop = Shop()
    first = shop.decide(view(4))
    assert (first.count, first.explanation and first.explanation.limit) == (4, Limit.LEARNING)
    shop.work(7)
    assert shop.decide(view(4)).count == 4
    shop.work(1)
    beyond = shop.decide(view(4, open_left=28_000.0))
    assert beyond.explanation is not None
    assert beyond.explanation.limit is Limit.RISK


def test_it_dials_ahead_for_agents_about_to_be_free_and_not_for_those_who_just_began() -> None:
    shop = trained()
    ending = shop.decide(view(0, wrapping_up=(40.0,) * 10))
    beginning = shop.decide(view(0, talking=(1.0,) * 10))
    assert ending.count > 0
    assert beginning.count == 0
    assert ending.explanation is not None
    assert beginning.explanation is not None
    assert (ending.explanation.soon_free or 0) > 5 > 1 > (beginning.explanation.soon_free or 0)


def test_a_poorer_list_makes_it_dial_more() -> None:
    rich, poor = Shop(), Shop()
    rich.work(300, of_calls=2)
    poor.work(300, of_calls=7)
    assert poor.decide(view(10)).count > rich.decide(view(10)).count > 10


def test_calls_that_have_rung_long_are_not_counted_on() -> None:
    shop = trained()
    fresh = shop.decide(view(4, in_flight=10, ringing=(1.0,) * 10))
    old = shop.decide(view(4, in_flight=10, ringing=(27.0,) * 10))
    assert old.count > fresh.count


def test_calls_that_end_unanswered_all_at_once_are_not_replaced_by_fresh_ones() -> None:
    """An old call is worth little, a new one much: what was granted a moment ago does not hold for it."""
    team = partial(view, 6, at_work=86, talking=(5.0,) * 80)
    anew = trained().decide(team()).count
    shop, old, fresh = trained(), 200, 0
    while old:
        seen = team(in_flight=old + fresh, ringing=(29.9,) * old + (0.0,) * fresh)
        placed = shop.decide(seen, seconds=0.0).count
        shop.see(*[Dialled()] * placed)
        fresh += placed
        old -= 1
        shop.see(Unanswered(30.0))
    assert fresh <= anew + 2


def test_with_an_empty_account_it_dials_one_to_one_and_says_so() -> None:
    shop = trained(100)
    shop.see(*[Abandoned(2.0)] * 20)
    decision = shop.decide(view(5, wrapping_up=(60.0,) * 5, open_left=None))
    assert (decision.count, decision.explanation and decision.explanation.limit) == (5, Limit.BUDGET)
    assert "the abandon budget is empty" in str(decision.reason)
    assert decision.explanation is not None
    assert (decision.explanation.soon_free, decision.explanation.risk) == (None, None), "nobody asked"
    assert str(decision.reason).startswith("5 ready, 0 under way, ")


def test_customers_who_wait_use_up_agents() -> None:
    shop = trained()
    assert shop.decide(view(1, in_flight=2, ringing=(), waiting=2)).count == 0


def test_losses_at_stake_are_as_good_as_spent() -> None:
    """The account has room for one loss: while a customer waits for whom nobody is free, it may be theirs."""
    decisions = {}
    for waiting in (0, 1):
        shop = trained(45)
        assert 1 < shop.pacing.predictive.budget.left(0.03) < 2
        team = view(0, in_flight=waiting, ringing=(), waiting=waiting, wrapping_up=(60.0,) * 30, open_left=None)
        decisions[waiting] = shop.decide(team)
    assert decisions[0].count > 5
    assert decisions[0].explanation is not None
    assert decisions[0].explanation.risk == 0, "and never below, by a rounding error"
    assert decisions[1].count == 0
    assert decisions[1].explanation is not None
    assert decisions[1].explanation.limit is Limit.BUDGET


def test_a_large_team_places_fewer_calls_the_less_is_known_of_the_answer_rate() -> None:
    """All calls share the rate: what it is wrong by is not evened out by their number."""
    sure, unsure = Shop(), Shop()
    for shop in (sure, unsure):
        for _ in range(80):
            shop.work(5)
            shop.decide(view(4))
    unsure.pacing.predictive.model.answers.rest(16 * 3600.0)
    (rate, error, _), (same, doubt, _) = (shop.pacing.predictive.model.answers.summary(30.0) for shop in (sure, unsure))
    assert same == pytest.approx(rate, rel=0.02)
    assert doubt > 2 * error
    assert unsure.decide(view(100), 31.0).count < 0.9 * sure.decide(view(100), 31.0).count


def test_what_is_late_by_the_profile_is_paid_for() -> None:
    shop = trained(100)
    before = shop.pacing.predictive.budget.today.abandoned
    shop.see(Taken(2.5, late=True), Taken(0.1))
    assert shop.pacing.predictive.budget.today.abandoned == before + 1


def test_the_supervisors_percent_is_a_ceiling_for_each_agent_at_work_and_zero_is_none() -> None:
    shop = trained()
    free = shop.decide(view(10, at_work=10)).count
    assert free > 15
    held = shop.decide(view(10, at_work=10, percent=50))
    assert held.count == 15
    assert held.explanation is not None
    assert held.explanation.limit is Limit.OVERDIAL


def test_every_limit_that_holds_is_named() -> None:
    shop = trained()
    for change, limit in (({"starts_left": 11}, Limit.FIVE_SECONDS), ({"trunk_left": 11}, Limit.TRUNK)):
        decision = shop.decide(replace(view(10), **change))  # type: ignore[arg-type]
        assert decision.count == 11
        assert decision.explanation is not None
        assert decision.explanation.limit is limit


def test_while_nobody_is_at_work_it_says_so() -> None:
    for shop in (Shop(), trained()):
        decision = shop.decide(view(0))
        assert (decision.count, decision.explanation and decision.explanation.limit) == (0, Limit.NOBODY)
        assert str(decision.reason).endswith("; nobody is at work")


def test_after_a_rest_it_does_not_say_that_it_never_saw_a_call() -> None:
    decision = (shop := trained()).decide(view(10), seconds=16 * 3600)
    assert shop.pacing.predictive.model.answers.seen == 400
    assert str(decision.reason).endswith("too few calls were seen lately")


def test_so_many_calls_at_once_are_not_held_by_their_risk() -> None:
    """A small team's risk is worked out for some calls beyond the agents; the others wait for the next event."""
    poor = Shop()
    poor.work(300, of_calls=20)
    decision = poor.decide(view(10))
    assert decision.count == 10 + MORE
    why = decision.explanation
    assert why is not None
    assert (why.limit, (why.risk or 0) < why.admitted_risk) == (Limit.STEP, True)
    assert str(decision.reason).endswith("; 22 more for now, further ones with the next event")


def test_it_learns_in_every_mode_and_keeps_it_over_a_change_of_mode() -> None:
    shop = Shop()
    shop.decide(replace(view(3), mode=PacingMode.POWER))
    shop.work(400)
    assert shop.decide(view(10)).count > 10


# -- kept over restarts and days ---------------------------------------------------------------------------------


def test_what_was_learned_survives_as_json() -> None:
    import json

    shop = trained()
    again = CampaignPacing()
    again.load(json.loads(json.dumps(shop.pacing.dump())), age=1.0)
    seen = view(6, in_flight=4, talking=(30.0, 90.0), wrapping_up=(10.0, 20.0))
    later = shop.now + timedelta(seconds=1)
    assert again.decide(later, seen).count == shop.pacing.decide(later, seen).count > 2
    assert again.predictive.budget.today == shop.pacing.predictive.budget.today


def test_a_level_fades_over_night_and_a_shape_over_weeks() -> None:
    shop = Shop()
    shop.work(600, of_calls=7)
    kept = shop.pacing.dump()
    rates = []
    for days in (0, 1, 60):
        again = CampaignPacing()
        again.load(kept, age=days * 86_400.0)
        rates.append(again.predictive.model.answers.summary(30.0)[0])
    assert rates[0] == pytest.approx(1 / 7, abs=0.03)
    assert rates[0] == pytest.approx(rates[1], abs=0.05)
    assert rates[2] > rates[1]


def test_the_morning_begins_with_doubts_and_one_to_one() -> None:
    """Nobody knows how the list of last evening answers today: a whole team does not begin with its old rate."""
    shop = Shop()
    for _ in range(120):
        shop.work(5, of_calls=7)
        shop.decide(view(4))
    kept = shop.pacing.dump()
    doubts, limits = [], []
    for hours in (0, 0.9, 16):
        again = CampaignPacing()
        again.load(kept, age=hours * 3600.0)
        rate, error, _ = again.predictive.model.answers.summary(30.0)
        doubts.append(error / rate)
        explained = again.decide(shop.now + timedelta(hours=hours), view(100)).explanation
        limits.append(explained and explained.limit)
    assert doubts[0] < 0.15 < doubts[1] < 0.3 < doubts[2]
    assert limits == [Limit.RISK, Limit.RISK, Limit.LEARNING]
    morning = shop.decide(view(100), seconds=16 * 3600)  # and so does a daemon that ran on
    assert (morning.count, morning.explanation and morning.explanation.limit) == (100, Limit.LEARNING)
    shop.see(Dialled(), seconds=1.0)
    shop.decide(view(100), seconds=29.0)
    assert shop.decide(view(100), seconds=2.0).count > 100


@pytest.mark.parametrize("damage", [{"version": 99}, {"talks": 7}, {"days": {"x": 1}}, {"answers": {}}])
def test_what_cannot_be_read_is_refused_and_changes_nothing(damage: dict[str, object]) -> None:
    shop = trained()
    with pytest.raises(UnreadableError):
        shop.pacing.load({**shop.pacing.dump(), **damage}, age=1.0)
    assert shop.decide(view(10)).count > 10


def test_a_day_has_an_account_of_its_own_and_thirty_days_one_together() -> None:
    shop = trained(100)
    shop.see(Abandoned(2.0))
    shop.now += timedelta(days=1)
    shop.see(Taken(0.1))
    budget = shop.pacing.predictive.budget
    assert (budget.today.answered, budget.today.abandoned) == (1, 0)
    assert (budget.window.answered, budget.window.abandoned) == (102, 1)
    shop.now += timedelta(days=29)
    shop.see(Taken(0.1))
    assert (budget.window.answered, budget.window.abandoned) == (2, 0)


def test_the_bound_of_a_rate_tightens_with_what_was_seen() -> None:
    few, many = trained(40).pacing.predictive.budget.today, trained(400).pacing.predictive.budget.today
    assert few.rate == many.rate == 0
    assert 0 < many.bound < few.bound < 0.1


# -- whatever the settings and the history -----------------------------------------------------------------------

HUGE = 1e10  # seconds: what a clock that jumped may make of an age
durations = st.floats(0, 200) | st.floats(0, 20_000) | st.just(HUGE)
observations = st.one_of(
    st.just(Dialled()),
    st.builds(Answered, durations),
    st.builds(Unanswered, durations),
    st.builds(Taken, durations, st.booleans()),
    st.builds(Abandoned, durations),
    st.builds(TalkEnded, st.integers(1, 3), durations),
    st.builds(WrapUpEnded, st.integers(1, 3), durations),
)
ages = st.lists(st.floats(-1, 40_000) | st.sampled_from((-HUGE, HUGE)), max_size=70).map(tuple)
outlooks = st.builds(
    Outlook,
    ringing=ages,
    waiting=st.integers(0, 30) | st.just(10**9),
    talking=ages,
    wrapping_up=ages,
    open_left=st.none() | st.floats(0, 90_000) | st.just(HUGE),
    abandon_target=st.floats(0, 100),
    patience=st.floats(0, 600),
    ring_timeout=st.integers(5, 120),
)


@st.composite
def views(draw: st.DrawFn) -> PacingView:
    outlook = draw(outlooks)
    ready = draw(st.integers(0, 60) | st.just(10**6))
    limits = st.integers(0, 60) | st.just(10**9)
    return PacingView(
        PacingMode.PREDICTIVE,
        draw(st.sampled_from((0, 0, 25, 100, 1000, 10**9))),
        ready,
        len(outlook.ringing) + outlook.waiting + draw(st.integers(0, 20)),
        draw(limits),
        draw(limits),
        draw(st.sampled_from((0, ready, ready + len(outlook.talking) + len(outlook.wrapping_up)))),
        lambda: outlook,
    )


# A clock is set forward or back now and then.
passes = st.floats(0, 400) | st.floats(-10, 10) | st.sampled_from((-86_400.0 * 40, -3600.0, 3600.0, 86_400.0 * 40))
steps = st.lists(st.tuples(passes, st.lists(observations, max_size=30), views()), min_size=1, max_size=6)


@given(st.integers(0, 60), steps)
@settings(max_examples=120, deadline=None)
def test_no_history_makes_it_break_a_limit(
    experience: int, history: list[tuple[float, list[Observation], PacingView]]
) -> None:
    """Nobody at work: no call. Never beyond a limit; with an empty account never beyond one for each ready agent.

    And the same history gives the same decisions.
    """
    shops = [trained(experience), trained(experience)]
    for seconds, happened, seen in history:
        for shop in shops:
            shop.see(*happened)
        decision = shops[0].decide(seen, seconds)
        assert decision == shops[1].decide(seen, seconds)
        count = decision.count
        assert 0 <= count <= min(seen.starts_left, seen.trunk_left)
        assert count == 0 or seen.at_work > 0
        if seen.overdial_percent:
            assert count == 0 or seen.in_flight + count <= seen.at_work * (100 + seen.overdial_percent) // 100
        outlook, pacer = seen.outlook(), shops[0].pacing.predictive
        if pacer.plan is not None and pacer.plan.room < 1:
            assert count <= max(0, seen.ready - seen.in_flight)
        if outlook.open_left is None and pacer.budget.left(outlook.abandon_target / 100) < 1:
            assert count <= max(0, seen.ready - seen.in_flight)
        assert str(decision.reason)
