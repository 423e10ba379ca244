"""Decimals are written as the reader's language has them; what programs read keeps the point."""

import sys
from collections.abc import Iterator

import pytest

from minidialer import i18n
from minidialer.agent_web.i18n import words
from minidialer.cli.campaigns import _key_values
from minidialer.cli.output import write_json, write_pairs, write_table
from minidialer.domain.sentence import sentence

OUTER = sentence("{inner}; {rate} % of {count}", inner=sentence("{free:.1f} GiB", free=12.34), rate=2.5, count=7)


@pytest.fixture
def polish() -> Iterator[None]:
    i18n.set_language("pl")
    yield
    i18n.set_language("en")


def test_english_has_a_point() -> None:
    assert i18n.decimal(2.5) == "2.5"
    assert i18n.say(OUTER) == "12.3 GiB; 2.5 % of 7"


@pytest.mark.usefixtures("polish")
def test_polish_has_a_comma() -> None:
    assert (i18n.decimal(2.5), i18n.decimal(1, ".2f"), i18n.decimal(3.0, "g")) == ("2,5", "1,00", "3")
    assert i18n.say(OUTER) == "12,3 GiB; 2,5 % of 7"


def test_pages_go_by_their_own_language() -> None:
    assert words("pl").say(OUTER) == "12,3 GiB; 2,5 % of 7"
    assert words("en").say(OUTER) == "12.3 GiB; 2.5 % of 7"


@pytest.mark.usefixtures("polish")
def test_only_a_terminal_is_read_by_people(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_pairs([("rate", 2.5)])
    write_table(["rate"], [[2.5]])
    write_json(2.5)
    assert capsys.readouterr().out == "rate\t2.5\nrate\n2.5\n2.5\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write_pairs([("rate", 2.5)])
    assert capsys.readouterr().out == "rate  2,5\n"


def test_what_is_shown_may_be_typed() -> None:
    typed = _key_values(["abandon-target=2,5", "pause_text=a,b"])
    assert typed == {"abandon_target": "2.5", "pause_text": "a,b"}
