"""What a pacer takes up from its past: hostile memories, clocks that jump, days that pass."""

import copy
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minidialer.domain.pacing.decision import Limit
from minidialer.domain.pacing.memory import VERSION, UnreadableError
from minidialer.domain.pacing.observation import Abandoned, Dialled, Taken
from minidialer.domain.pacing.pacer import CampaignPacing

from .test_pacing_predictive import NOW, Shop, trained, view

KEPT = json.dumps(trained().pacing.dump())
WARSAW = ZoneInfo("Europe/Warsaw")
TODAY = NOW.date().toordinal()


def kept() -> dict[str, Any]:
    """What a campaign with some experience stored."""
    stored: dict[str, Any] = json.loads(KEPT)
    return stored


def places(stored: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a memory."""
    items = stored.items() if isinstance(stored, dict) else enumerate(stored) if isinstance(stored, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(stored: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The memory with another value in one place."""
    again = copy.deepcopy(stored)
    part = again
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return again


PLACES = [path for path in places(kept()) if len(path) < 3 or not isinstance(path[-1], int) or path[-1] in (0, 7, 89)]
HOSTILE: tuple[Any, ...] = (
    None,
    "",
    "x",
    [],
    {},
    True,
    -1,
    0,
    1,
    1.5,
    -1e9,
    1e9,
    1e300,
    -1e300,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(HOSTILE)), min_size=1, max_size=4))
@example([(("answers", "score", 0), 1e9)])
@example([(("answers", "answers", 0), 1e9)])
@settings(max_examples=400, deadline=None)
def test_a_memory_is_refused_or_harmless(damages: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever is stored: refused with nothing changed, or every decision is a decision and keeps every limit."""
    stored = kept()
    for path, value in damages:
        try:
            stored = changed(stored, path, value)
        except (KeyError, TypeError, IndexError):
            continue  # an earlier damage took this place away
    shop = Shop()
    before = shop.pacing.dump()
    try:
        shop.pacing.load(stored, age=0.0)
    except UnreadableError:
        assert shop.pacing.dump() == before
        return
    busy: dict[str, Any] = {"talking": (1.0, 50.0, 4000.0), "wrapping_up": (3.0, 60.0)}
    for seen in (view(3, in_flight=2, **busy), view(0, in_flight=40, **busy), view(200, open_left=None, **busy)):
        decision = shop.decide(seen)
        assert 0 <= decision.count <= min(seen.starts_left, seen.trunk_left)
        assert decision.explanation is not None
        why = decision.explanation
        for chance in (why.risk, why.admitted_risk, why.answer_rate):
            assert chance is None or 0 <= chance <= 1 + 1e-9
        if seen.outlook().open_left is None and shop.pacing.predictive.budget.left(0.03) < 1:
            assert decision.count <= max(0, seen.ready - seen.in_flight)
        shop.work(2)
    assert shop.decide(view(0, at_work=0, in_flight=0)).count == 0
    json.dumps(shop.pacing.dump(), allow_nan=False)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), VERSION - 1),
        (("version",), VERSION + 1),
        (("version",), None),
        (("days", str(TODAY)), [400, -100]),  # it would have money
        (("days", str(TODAY)), [400, 401]),
        (("days", str(TODAY)), [-1, 0]),
        (("days", str(TODAY)), [10**400, 0]),
        (("days", "0"), [400, 0]),
        (("days", "99999999999"), [400, 0]),
        (("spending", "burst"), -1000.0),  # then one more loss would seem to fit an empty account
        (("spending", "risked"), -6.0),
        (("talks", "weight"), -3.0),
        (("answers", "events", 0), 0.0),
        (("answers", "exposure", 0), 0.0),
    ],
)
def test_what_cannot_have_been_is_refused(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(UnreadableError):
        CampaignPacing().load(changed(kept(), path, value), age=1.0)


@pytest.mark.parametrize(
    "stored", [{}, {"version": VERSION}, {"version": [VERSION]}, {**json.loads(KEPT), "days": None}]
)
def test_what_is_not_whole_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        CampaignPacing().load(stored, age=1.0)


# -- clocks ------------------------------------------------------------------------------------------------------


def test_a_clock_that_was_ahead_for_a_while_leaves_today_its_own_account() -> None:
    """A day of the future in the memory is no reason to book on it until it comes."""
    shop = trained(100)
    shop.now += timedelta(days=400)
    shop.see(Taken(0.1))
    again = Shop()
    again.pacing.load(shop.pacing.dump(), age=-400 * 86_400.0)
    again.see(Taken(0.1), Abandoned(2.0))
    budget = again.pacing.predictive.budget
    assert (budget.today.answered, budget.today.abandoned) == (2, 1)
    again.now += timedelta(days=1)
    again.see(Taken(0.1))
    assert (budget.today.answered, budget.today.abandoned) == (1, 0)


def test_a_clock_set_back_by_hours_keeps_the_account_of_the_day() -> None:
    shop = trained(100)
    before = copy.copy(shop.pacing.predictive.budget.today)
    shop.now -= timedelta(hours=NOW.hour + 1)  # to the day before
    shop.see(Abandoned(2.0))
    assert shop.pacing.predictive.budget.today.answered == before.answered + 1


def test_what_was_worked_out_before_the_clock_was_set_back_is_not_used_again() -> None:
    shop = trained()
    assert shop.decide(view(0, at_work=10, wrapping_up=(40.0,) * 10)).count > 0
    assert shop.decide(view(0, at_work=10, talking=(1.0,) * 10), seconds=-3600).count == 0


# -- the account, wherever it stands ------------------------------------------------------------------------------


@pytest.mark.parametrize("at_work", [10, 200])  # a large team uses a decision again for a moment
def test_losses_are_felt_by_the_very_next_decision(at_work: int) -> None:
    shop = trained()
    busy: dict[str, Any] = {"at_work": at_work, "open_left": None, "wrapping_up": (40.0,) * at_work}
    assert shop.decide(view(2, **busy)).count > 2
    shop.see(*[Abandoned(2.0)] * 15)
    poor = shop.decide(view(2, **busy), seconds=0.05)
    assert (poor.count, poor.explanation and poor.explanation.limit) == (2, Limit.BUDGET)


@pytest.mark.parametrize("left", [0.0, 0.5, 0.99])
def test_a_part_of_a_loss_is_not_enough_to_call_ahead(left: float) -> None:
    shop = trained(100)
    target = left / shop.pacing.predictive.budget.today.answered * 100
    poor = shop.decide(view(5, wrapping_up=(40.0,) * 20, open_left=None, abandon_target=target))
    assert (poor.count, poor.explanation and poor.explanation.limit) == (5, Limit.BUDGET)


def test_what_was_earned_yesterday_is_not_spent_today() -> None:
    shop = shop_in_warsaw(datetime(2026, 5, 4, 23, tzinfo=WARSAW))
    shop.work(400)
    busy: dict[str, Any] = {"wrapping_up": (40.0,) * 5, "open_left": None}
    shop.now = datetime(2026, 5, 4, 21, 59, 59, tzinfo=UTC)
    assert shop.decide(view(5, **busy), seconds=0).count > 5
    poor = shop.decide(view(5, **busy), seconds=2)
    assert shop.pacing.predictive.budget.window.left(0.03) > 10
    assert (poor.count, poor.explanation and poor.explanation.limit) == (5, Limit.BUDGET)


# -- days --------------------------------------------------------------------------------------------------------


def shop_in_warsaw(at: datetime) -> Shop:
    return Shop(pacing=CampaignPacing(WARSAW), now=at.astimezone(UTC))


@pytest.mark.parametrize("month", [1, 7])
def test_a_day_begins_at_midnight_of_its_zone(month: int) -> None:
    shop = shop_in_warsaw(datetime(2026, month, 4, 23, 59, 58, tzinfo=WARSAW))
    shop.see(Taken(0.1), Abandoned(2.0), seconds=0.5)
    budget = shop.pacing.predictive.budget
    assert (budget.today.answered, budget.today.abandoned) == (2, 1)
    shop.see(Taken(0.1), seconds=1.5)
    assert (budget.today.answered, budget.today.abandoned) == (1, 0)
    assert (budget.window.answered, budget.window.abandoned) == (3, 1)


def test_midnight_between_two_decisions_begins_a_new_account_and_thirty_days_still_hold() -> None:
    """The day may be overdrawn and a new one begin: while the thirty days are overdrawn, nothing is risked."""
    shop = shop_in_warsaw(datetime(2026, 5, 4, 23, 10, tzinfo=WARSAW))
    shop.work(200)
    shop.see(*[Abandoned(2.0)] * 12, seconds=60)
    busy: dict[str, Any] = {"wrapping_up": (40.0,) * 5, "open_left": None}
    shop.now = datetime(2026, 5, 4, 21, 59, 59, 900_000, tzinfo=UTC)
    evening = shop.decide(view(5, **busy), seconds=0)
    shop.decide(view(5, **busy), seconds=0.2)
    budget = shop.pacing.predictive.budget
    assert evening.explanation is not None
    assert evening.explanation.limit is Limit.BUDGET
    assert (budget.today.answered, budget.window.abandoned) == (0, 12)
    shop.see(*[Taken(0.1)] * 150)
    assert budget.today.left(0.03) > 4 > 0 > budget.window.left(0.03)
    poor = shop.decide(view(5, **busy))
    assert (poor.count, poor.explanation and poor.explanation.limit) == (5, Limit.BUDGET)

    shop.now += timedelta(days=29)  # the losses have left the window on the thirtieth day
    shop.see(*[Taken(0.1)] * 10)
    assert (budget.window.answered, budget.window.abandoned) == (160, 0)
    shop.now += timedelta(days=1)
    shop.see(*[Taken(0.1)] * 200)
    assert (budget.window.answered, budget.today.answered) == (210, 200)
    shop.see(Dialled())
    rich = shop.decide(view(5, **busy), seconds=31)  # after a rest it begins with one call for each agent
    assert rich.count > 5
    assert rich.explanation is not None
    assert rich.explanation.limit is Limit.STEP


def test_what_was_stored_before_midnight_is_yesterdays_after_it() -> None:
    shop = shop_in_warsaw(datetime(2026, 5, 4, 23, 50, tzinfo=WARSAW))
    shop.see(*[Taken(0.1)] * 9, Abandoned(2.0))
    for days, window in ((1, 10), (29, 10), (30, 0)):
        again = CampaignPacing(WARSAW)
        again.load(json.loads(json.dumps(shop.pacing.dump())), age=days * 86_400.0)
        again.turn_to(shop.now + timedelta(days=days, minutes=-20))
        budget = again.predictive.budget
        assert (budget.today.answered, budget.window.answered) == (0, window)
