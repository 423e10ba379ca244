"""Other people's texts in a .csv, opened by a spreadsheet that parts cells at whatever sign it likes."""

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minidialer.domain.formula import as_it_was, harmless, is_formula

# What begins with a number and ends there, or at the quote that ended the text, cannot be run, whatever stands behind.
NUMBER_FIRST = re.compile(r"[+-]\d+ *(?:[,;\t]|\"?$)", re.ASCII)
TEXTS = st.lists(st.sampled_from([*'=+-@＝,;\t\n\r" ', "a", "7", "'"]), max_size=12).map("".join)


def cells(rows: list[list[str]], written: str, read: str) -> list[str]:
    """All cells as a spreadsheet sees them that parts at another sign than the file was written with."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=written, lineterminator="\r\n").writerows(rows)
    return [cell for row in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=read) for cell in row]


def runs(cell: str) -> bool:
    """A blank of another kind is run by nobody; what stands behind it is looked at."""
    begins = cell.lstrip()
    return is_formula(begins) and not NUMBER_FIRST.match(begins)


@given(TEXTS, TEXTS)
@example("Kowalski,=cmd|'/C calc'!A0,x", "")
@example("Kowalski;=1+1", 'a,"=1"')
@example('a,"+1"2', "a\t＝1")
@example("", "\n+7")
@settings(max_examples=400, deadline=None)
def test_no_cell_begins_as_a_formula_at_whatever_sign_cells_are_parted(one: str, two: str) -> None:
    for written in ";,\t":
        for read in ";,\t":
            seen = cells([[harmless(one), harmless(two)], ["+48600100200", harmless(two)]], written, read)
            assert not [cell for cell in seen if runs(cell)]


def test_such_cells_would_be_there_otherwise() -> None:
    assert [cell for cell in cells([["Kowalski,=1+1,x", "y"]], ";", ",") if runs(cell)] == ["=1+1"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("=1", "'=1"),
        ("Kowalski,=1,x", "Kowalski,'=1,x"),
        ("a;\t+1+1", "a;\t'+1+1"),
        ('a, "=1"', 'a, "\'=1"'),
        ("a\n- b", "a\n'- b"),
        ("=1,=2", "'=1,'=2"),
        ("a,＝1", "a,'＝1"),
        ("a,'=1", "a,'=1"),
    ],
)
def test_a_sign_gets_an_apostrophe_where_a_cell_may_begin(text: str, made: str) -> None:
    assert harmless(text) == made
    assert harmless(made) == made


@pytest.mark.parametrize(
    "text",
    ["+48600100200", "-12,50", "600", "a=b", "", "'", "tel. +48 600, +48600100200", "a; +48600100200; b", "a - b"],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(TEXTS.filter(lambda text: "'" not in text))
@settings(deadline=None)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert as_it_was(harmless(text)) == text


@pytest.mark.timeout(60)  # in a second; again and again it would take hours
def test_a_long_text_of_separators_is_looked_through_once() -> None:
    assert harmless(", " * 500_000 + "=1").endswith("'=1")
