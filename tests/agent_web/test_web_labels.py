"""Dispositions are shown by their label in the page's language on every tab."""

from datetime import UTC, date, datetime

import pytest

from minidialer.agent_web.i18n import words
from minidialer.agent_web.services import Connections, LeadLine, Seat, Statistics
from minidialer.agent_web.shown import Shown
from minidialer.domain.disposition import Disposition

SEAT = Seat(1, "1001", "Anna", "", "Europe/Warsaw", frozenset({"connections", "statistics"}))
SOLD = Disposition(1, "sale", name_pl="sprzedaż", name_en="Sold")
LATER = Disposition(2, "later", name_pl="później")
LATER_ONCE = Disposition(3, "later, removed", name_pl="później")


@pytest.mark.parametrize(
    ("language", "last", "counted"),
    [
        ("pl", ["sprzedaż", ""], [("później", 5), ("sprzedaż", 4)]),
        ("en", ["Sold", ""], [("Sold", 4), ("later", 3), ("later, removed", 2)]),
    ],
)
def test_tabs_show_labels(language: str, last: list[str], counted: list[tuple[str, int]]) -> None:
    shown = Shown(SEAT, words(language), datetime.now(UTC))
    lines = [
        LeadLine(number, "+48600100300", "", "private", None, 7, "Wiosna", saved)
        for number, saved in enumerate((SOLD, None))
    ]
    tab = shown.connections(Connections(lines, 3, []))
    assert [line["last_disposition"] for line in tab["lines"]] == last
    day = date(2026, 7, 1)
    saved = [(SOLD, 4), (LATER, 3), (LATER_ONCE, 2)]
    work = Statistics(day, day, 60.0, 60.0, 0.0, 0.0, 0.0, {}, 9, saved, 4)
    assert [(item["name"], item["count"]) for item in shown.statistics(work)["dispositions"]] == counted
