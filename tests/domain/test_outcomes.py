"""What the network's causes mean, and what each outcome does to the lead."""

from datetime import UTC, datetime, timedelta

import pytest

from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.outcome import CAUSES, Outcome, cause_text, unanswered_outcome
from minidialer.domain.retry import RULES, lead_after

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
IN_AN_HOUR = NOW + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (0, Outcome.NO_ANSWER),
        (1, Outcome.INVALID),  # SIP 404
        (3, Outcome.FAILED),
        (16, Outcome.NO_ANSWER),  # we stopped ringing
        (17, Outcome.BUSY),  # SIP 486
        (18, Outcome.NO_ANSWER),
        (19, Outcome.NO_ANSWER),  # ring time over
        (20, Outcome.NO_ANSWER),
        (21, Outcome.BUSY),
        (22, Outcome.INVALID),
        (27, Outcome.FAILED),
        (28, Outcome.INVALID),
        (31, Outcome.NO_ANSWER),
        (34, Outcome.CONGESTION),  # SIP 503
        (38, Outcome.FAILED),
        (41, Outcome.CONGESTION),
        (42, Outcome.CONGESTION),
        (44, Outcome.CONGESTION),
        (47, Outcome.CONGESTION),
        (58, Outcome.FAILED),
        (102, Outcome.FAILED),
        (127, Outcome.FAILED),
        (-1, Outcome.FAILED),
        (999, Outcome.FAILED),
    ],
)
def test_causes(cause: int, outcome: Outcome) -> None:
    assert unanswered_outcome(cause) is outcome


def test_a_cause_never_says_more_than_the_network_knows() -> None:
    """Whether a person talked, a machine answered or nobody took the call is for the dialer to say."""
    assert {unanswered_outcome(cause) for cause in range(-1, 200)} == {
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.INVALID,
        Outcome.CONGESTION,
        Outcome.FAILED,
    }


def test_causes_as_a_supervisor_reads_them() -> None:
    assert cause_text(17) == "user busy (Q.850 17)"
    assert cause_text(99) == "unlisted cause (Q.850 99)"
    assert all(0 <= cause <= 127 for cause in CAUSES)


@pytest.mark.parametrize("outcome", [*RULES])
def test_every_outcome_but_a_dead_number_is_tried_again_after_the_interval(outcome: Outcome) -> None:
    change = lead_after(outcome, 60, NOW)
    if outcome is Outcome.INVALID:
        assert change == LeadChange(LeadState.CLOSED)
    else:
        assert change == LeadChange(LeadState.RETRY, IN_AN_HOUR, counts=True)


def test_only_a_talk_has_no_rule() -> None:
    assert set(Outcome) - set(RULES) == {Outcome.ANSWERED}
    with pytest.raises(KeyError):
        lead_after(Outcome.ANSWERED, 60, NOW)


def test_an_attempt_that_never_left_the_pbx_uses_up_no_try() -> None:
    change = lead_after(Outcome.FAILED, 60, NOW, left_pbx=False)
    assert change == LeadChange(LeadState.RETRY, IN_AN_HOUR, counts=False)


@pytest.mark.parametrize(
    ("tries", "max_retries", "due_at"),
    [
        (0, 3, IN_AN_HOUR),
        (2, 3, IN_AN_HOUR),  # the third try: one retry is left
        (3, 3, NOW),  # the first try and three retries: exhausted
        (9, 3, NOW),
        (0, 0, NOW),
        (0, None, IN_AN_HOUR),  # no campaign dials the list any more
    ],
)
def test_an_exhausted_lead_waits_for_a_supervisor_not_for_a_time(
    tries: int, max_retries: int | None, due_at: datetime
) -> None:
    assert lead_after(Outcome.BUSY, 60, NOW, tries=tries, max_retries=max_retries).due_at == due_at


def test_a_try_that_does_not_count_exhausts_nothing() -> None:
    change = lead_after(Outcome.FAILED, 60, NOW, tries=3, max_retries=3, left_pbx=False)
    assert change.due_at == IN_AN_HOUR
