"""Parsing what a browser posts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.agent_web.fields import BadInputError, Fields, days, moment
from minidialer.agent_web.i18n import Words, preferred
from minidialer.agent_web.labels import duration

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2026-11-24T14:30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("2026-07-24 14:30", datetime(2026, 7, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24T14:30+00:00", datetime(2026, 11, 24, 14, 30, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice that night: the first
    ],
)
def test_a_local_time_is_the_agents(text: str, known: datetime) -> None:
    assert moment(text, WARSAW) == known


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-24", "14:30", "2026-11-24T", "0001-01-01T00:00", "9999-12-31T23:59-12:00", "2026-03-29T02:30", "x"],
)
def test_half_a_time_and_no_time_are_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        moment(text, WARSAW)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        assert moment(text, WARSAW).tzinfo is UTC
    except BadInputError as error:
        assert str(error).endswith((".", "both."))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_a_draft_of_anything_is_a_draft_or_refused(value: object) -> None:
    for name in ("disposition_id", "callback_at", "notes", "fields"):
        try:
            draft = Fields({name: value}).take_draft()
        except BadInputError:
            continue
        assert isinstance(draft.notes, str)
        assert draft.disposition_id is None or draft.disposition_id > 0


def test_a_text_is_kept_letter_by_letter() -> None:
    text = "<script>alert('x')</script> \u202edrac\u202c 👩‍👩‍👧‍👦 \"'&\t\u0007" + "ż" * 10_000
    assert Fields({"notes": text}).take_text("notes") == text
    assert Fields({"notes": "a\r\nb\rc"}).take_text("notes") == "a\nb\nc"


@pytest.mark.parametrize(
    "fields",
    [[], {"a": 1}, {"a" * 201: ""}, {str(number): "" for number in range(501)}, {"a": "x" * 20_001}, {"\0": ""}],
)
def test_fields_are_texts_within_limits(fields: object) -> None:
    with pytest.raises(BadInputError):
        Fields({"fields": fields}).take_texts("fields")


@pytest.mark.parametrize("value", [True, 0, -1, 2**63, 1.0, "1", None, []])
def test_an_id_is_a_number(value: object) -> None:
    with pytest.raises(BadInputError):
        Fields({"id": value}).take_id("id")


def test_days_are_in_order_and_within_a_year() -> None:
    today = date(2026, 11, 23)
    assert days("", "", today) == (today, today)
    assert days("2026-11-01", "2026-11-02", today) == (date(2026, 11, 1), date(2026, 11, 2))
    assert days("9999-01-01", "9999-12-31", today)[1] == date.max
    for first, last in (("2026-11-02", "2026-11-01"), ("0001-01-01", "9999-12-31"), ("x", ""), ("9999-12-31", "")):
        with pytest.raises(BadInputError):
            days(first, last, today)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("en-GB,en;q=0.9,pl;q=0.8", "en"),
        ("de, fr;q=0.5", "en"),
        ("pl;q=0", "en"),
        ("pl;q=x, *", "en"),
        ("PL", "pl"),
        (",;,;q=", "en"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str) -> None:
    assert preferred(header) == language


def test_polish_counts_have_three_forms() -> None:
    polish = Words("pl")
    counted = [polish.plural("{count} call", "{count} calls", count) for count in (0, 1, 2, 5, 12, 22, 25, 112)]
    assert counted == [
        *("0 połączeń", "1 połączenie", "2 połączenia", "5 połączeń"),
        *("12 połączeń", "22 połączenia", "25 połączeń", "112 połączeń"),
    ]


def test_durations_are_for_people() -> None:
    english = Words("en")
    assert [duration(seconds, english) for seconds in (-1, 0.4, 59.6, 61, 3600, 7325)] == [
        *("0 s", "0 s", "1 min 00 s", "1 min 01 s", "1 h 00 min", "2 h 02 min")
    ]
