"""Whatever comes from outside keeps the grid."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from minidialer.tui.text import age, fitted, keyed, plain, thousands

from .world import HOSTILE


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("Łódź", "Łódź"),
        ("[b]bold[/b]", "[b]bold[/b]"),
        ("two\nlines\tand more", "two lines and more"),
        ("\x1b[31mred", " [31mred"),
        ("a\u202eb\u2066c\u200dd\ufefe", "abcd"),
        ("\ue000x\ufe0f", "x"),
        ("e\u0301", "é"),
        ("n\u0301\u0301\u0301\u0301", "ń\u0301\u0301"),
        ("\u0301x", " \u0301x"),
        ("漢字", "漢字"),
    ],
)
def test_hostile_text_is_made_plain(given_text: str, shown: str) -> None:
    assert plain(given_text) == shown


@given(st.text(st.characters(codec="utf-32"), max_size=60))
def test_nothing_is_left_that_could_steer_the_terminal(text: str) -> None:
    shown = plain(text)
    assert all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in shown)
    assert plain(shown) == shown


@given(st.text(max_size=40), st.integers(0, 30), st.booleans())
def test_fitted_text_has_exactly_the_width(text: str, width: int, right: bool) -> None:
    assert cell_len(fitted(plain(text), width, right=right)) == width


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert fitted("Małgorzata", 6) == "Małgo…"
    assert fitted("漢字漢字", 4) == "漢 …"
    assert cell_len(fitted(plain(HOSTILE), 20)) == 20


def test_ages_and_numbers() -> None:
    assert [age(seconds) for seconds in (0.9, 7, 750, 3723)] == ["0:00", "0:07", "12:30", "1:02:03"]
    assert thousands(9517) == "9 517"


def test_keys_stand_out() -> None:
    shown = keyed("press `n` now")
    assert shown.plain == "press n now"
    assert [(span.start, span.end) for span in shown.spans if span.style == "bold"] == [(6, 7)]
