"""What predictive is for: agents busier than by any fixed percentage, within the target. Fixed seeds, in seconds."""

import pytest

from minidialer.simulation.policy import policy_of
from minidialer.simulation.result import Result
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import simulate

HALF_A_DAY = Scenario(agents=10, hours=4)


@pytest.fixture(scope="module")
def predictive() -> Result:
    return simulate(HALF_A_DAY, policy_of("predictive"))


def test_predictive_keeps_to_the_target_and_spends_most_of_it(predictive: Result) -> None:
    assert predictive.days_over_target == 0
    assert 0.02 < predictive.abandon_rate <= HALF_A_DAY.target / 100


def test_predictive_is_busier_than_one_to_one(predictive: Result) -> None:
    assert predictive.utilisation > simulate(HALF_A_DAY, policy_of("progressive")).utilisation + 0.2


def test_predictive_is_busier_than_a_percentage_that_abandons_as_much(predictive: Result) -> None:
    fixed = simulate(HALF_A_DAY, policy_of("power:180"))
    assert fixed.abandon_rate >= predictive.abandon_rate, "it has to lose as much, or it is no match"
    assert predictive.utilisation > fixed.utilisation + 0.02
