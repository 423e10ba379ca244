"""Spending the abandon budget: never more than there is, and the last losses one at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.pacing.risk import AMPLE, ExactRisk, NormalRisk, Risk
from minidialer.domain.pacing.spending import Ahead, Spending

TARGET = 0.03
MOMENTS = np.linspace(0.02, 0.28, 8)


def exact() -> Risk:
    """Eight agents who may be free soon, six calls that ring."""
    return ExactRisk(np.tile(MOMENTS, (6, 1)), np.tile(2 * MOMENTS, (8, 1)), MOMENTS, 1)


def normal() -> Risk:
    return NormalRisk(20 * MOMENTS, 18 * MOMENTS, 10 * MOMENTS, MOMENTS, spare=6, log_variance=0.01)


@pytest.mark.parametrize("risk", [exact(), normal()])
@pytest.mark.parametrize("admitted", [0.1, 0.2])
def test_the_less_room_there_is_the_fewer_calls_are_risked(risk: Risk, admitted: float) -> None:
    counts = [risk.most(admitted, 40, room)[0] for room in (1, 2, AMPLE)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


@given(
    answered=st.integers(0, 5000),
    abandoned=st.integers(0, 200),
    to_come=st.floats(0, 5000),
    one_to_one=st.floats(0, 1),
    history=st.lists(st.tuples(st.floats(0.1, 60), st.booleans()), max_size=60),
)
def test_no_more_is_planned_than_the_day_will_have_paid_for(
    answered: int, abandoned: int, to_come: float, one_to_one: float, history: list[tuple[float, bool]]
) -> None:
    """What is owed is earned even with one call for each agent from now on: so few answers are sure."""
    spending, moment, left = Spending(), 0.0, TARGET * answered - abandoned
    ahead = Ahead(to_come, to_come * one_to_one)
    for seconds, lost in history:
        moment += seconds
        spending.plan(TARGET, answered, left, ahead, moment)
        spending.note(moment, abandoned=lost)
    plan = spending.plan(TARGET, answered, left, ahead, moment + 1)
    assert plan.rate == 0 or plan.room >= 1
    assert plan.credit <= TARGET * ahead.one_to_one
    least = 0.1 * TARGET * to_come
    assert plan.rate * to_come <= max(least, left + TARGET * to_come) + 1e-9


def test_the_more_was_spent_ahead_the_less_is_spent_now() -> None:
    """A loss too many early in the day must not stop the campaign for minutes: it is paid back little by little."""
    ahead = Ahead(3000.0, 2000.0)
    rates = [Spending().plan(TARGET, 500, left, ahead, 0.0).rate for left in (2.0, 0.0, -3.0, -6.0, -9.0)]
    assert rates[0] >= rates[1] > rates[2] > rates[3] > rates[4] > 0
    assert rates[3] < 0.6 * rates[1]


def test_what_is_left_is_spent_before_the_day_ends_but_for_a_reserve() -> None:
    """As many whole losses as the day will have paid for: what is spent of them grows with their number."""
    shares = []
    for answers in (40, 100, 220, 650, 3000):
        plan = Spending().plan(TARGET, 0, 0.0, Ahead(answers, 0.7 * answers), 0.0)
        shares.append(plan.rate * answers / (TARGET * answers))
    assert shares == sorted(shares)
    assert shares[-1] > 0.93


def test_losses_in_bursts_or_unforetold_keep_room_for_more() -> None:
    calm, bursts = Spending(), Spending()
    for number in range(40):
        for spending, lost in ((calm, number % 40 == 0), (bursts, number % 20 < 4)):
            spending.note(float(number), abandoned=lost)
    assert bursts.at_once > calm.at_once >= 1
