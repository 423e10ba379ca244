"""The books: what does not add up is found and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain.outcome import Outcome
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.customer import Behaviour
from minidialer.lab.reconcile import StoredAttempt, differences, forms_not_saved
from minidialer.lab.result import Delays

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
NUMBER = "+48600100001"


def attempt(number: str = NUMBER, outcome: Outcome | None = Outcome.BUSY, place: int = 1) -> StoredAttempt:
    return StoredAttempt(place, number, outcome, "1001", NOON, None, None, None)


def call(number: str = NUMBER, behaviour: Behaviour = Behaviour.BUSY, minutes: int = 0) -> CarrierCall:
    start = NOON + timedelta(minutes=minutes)
    answered = start if behaviour in (Behaviour.ANSWER, Behaviour.MACHINE) else None
    return CarrierCall(number, 1, behaviour, start, answered, start, "customer")


@pytest.mark.parametrize(
    ("behaviour", "outcomes"),
    [
        (Behaviour.BUSY, {Outcome.BUSY}),
        (Behaviour.NO_ANSWER, {Outcome.NO_ANSWER}),
        (Behaviour.INVALID, {Outcome.INVALID}),
        (Behaviour.CONGESTION, {Outcome.CONGESTION}),
        (Behaviour.ANSWER, {Outcome.ANSWERED, Outcome.ABANDONED}),
        (Behaviour.MACHINE, {Outcome.ANSWERED, Outcome.ABANDONED, Outcome.MACHINE}),
    ],
)
def test_the_carrier_and_the_store_must_say_the_same(behaviour: Behaviour, outcomes: set[Outcome]) -> None:
    agreed = {
        outcome for outcome in Outcome if not differences([call(behaviour=behaviour)], [attempt(outcome=outcome)])
    }
    assert agreed == outcomes


def test_a_customer_who_would_have_answered_but_was_given_up_is_no_answer() -> None:
    given_up = replace(call(behaviour=Behaviour.ANSWER), answered=None)
    assert differences([given_up], [attempt(outcome=Outcome.NO_ANSWER)]) == []
    assert len(differences([given_up], [attempt(outcome=Outcome.ANSWERED)])) == 1


def test_a_call_without_attempt_and_an_attempt_without_call_are_named() -> None:
    (missing,) = differences([call()], [])
    assert NUMBER in missing
    assert "no attempt" in missing
    (extra,) = differences([], [attempt(place=42)])
    assert "Attempt 42" in extra


def test_calls_to_one_number_are_compared_in_the_order_of_time() -> None:
    calls = [call(behaviour=Behaviour.NO_ANSWER, minutes=5), call(behaviour=Behaviour.BUSY)]
    attempts = [attempt(outcome=Outcome.NO_ANSWER, place=2), attempt(outcome=Outcome.BUSY, place=1)]
    assert differences(calls, attempts) == []


def test_an_attempt_that_never_left_the_pbx_is_not_expected_at_the_carrier() -> None:
    assert differences([], [attempt(outcome=Outcome.FAILED)]) == []


def test_a_talk_without_a_disposition_is_named() -> None:
    talk = attempt(outcome=Outcome.ANSWERED)
    assert len(forms_not_saved([talk])) == 1
    assert forms_not_saved([replace(talk, disposition="sale")]) == []


def test_percentiles_are_by_nearest_rank() -> None:
    assert Delays.of([]) == Delays(0, 0, 0)
    assert Delays.of([0.004]) == Delays(4, 4, 4)
    assert Delays.of([place / 1000 for place in range(1, 101)]) == Delays(50, 99, 100)
