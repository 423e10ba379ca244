"""Statistics and the audit trail on the command line, of a recorded day."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests.stats.day import lay

from .installation import Installation


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A daemon on the recorded day."""
    installation = Installation(tmp_path_factory.mktemp("recorded"))
    installation.data_dir.mkdir()
    lay(installation.data_dir / "minidialer.sqlite", datetime(2025, 3, 4, 9, 59, 20, tzinfo=UTC))
    installation.start()
    yield installation
    installation.clean_up()


def seconds(shown: str) -> int:
    hours, minutes, rest = map(int, shown.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_agents_on_the_terminal_and_as_json(recorded: Installation) -> None:
    said = recorded.good("stats", "agents", "2025-03-04")
    assert said.err == "From 2025-03-04 00:00:00 to 2025-03-05 00:00:00\n"
    rows = said.rows
    assert [row["agent"] for row in rows] == ["1001", "1002", "1003", "1004", "total"]
    found = recorded.good("stats", "agents", "--from", "2025-03-04T00:00", "--to", "2025-03-04", "--json").json
    for row, one in zip(rows, [*found["agents"], found["total"]], strict=True):
        assert seconds(row["logged in"]) == round(one["logged_in"])
        assert (int(row["calls"]), int(row["successes"])) == (one["calls"], one["successes"])
    assert "lunch 0:00:" in rows[0]["pauses"]
    assert "in no campaign" in rows[3]["pauses"]


def test_files_for_spreadsheets(recorded: Installation, tmp_path: Path) -> None:
    said = recorded.good("stats", "agents", "2025-03-04", "--csv", "-").out.lstrip("\ufeff").splitlines()
    head, *lines = (line.split(";") for line in said)
    assert {"pause: lunch", "sale", "no"} <= set(head)
    assert [len(line) for line in lines] == [len(head)] * 4
    book, text = tmp_path / "week.xlsx", tmp_path / "week.csv"
    both = recorded.good("stats", "campaigns", "2025-03-04", "--xlsx", str(book), "--csv", str(text))
    assert both.err == f"{text}: 2 rows\n{book}: 2 rows\n"
    rows = load_workbook(str(book)).get_sheet_by_index(0).to_python()
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    found = recorded.good("stats", "campaigns", "2025-03-04", "--json").json
    for row, one in zip(named, found["campaigns"], strict=True):
        assert row["campaign"] == one["name"]
        assert row["attempts"] == one["attempts"] == sum(one["outcomes"].values())
        assert row["logged in"] == round(one["logged_in"], 1)
    assert recorded("stats", "agents", "--xlsx", "week.csv").code == 2


def test_hours(recorded: Installation) -> None:
    rows = recorded.good("stats", "hours", "2025-03-04", "--campaign", "spring").rows
    assert len(rows) == 24
    worked = [row for row in rows if row["logged in"] != "0:00:00"]
    assert [row["from"] for row in worked] == ["2025-03-04 10:00:00", "2025-03-04 11:00:00"]
    of_one = recorded.good("stats", "hours", "2025-03-04", "--agent", "1001").rows
    assert "attempts" not in of_one[0]


def test_what_was_typed_wrong(recorded: Installation) -> None:
    wrong = recorded("stats", "agents", "yesterdya")
    assert (wrong.code, wrong.err) == (1, "“yesterdya” is no time: did you mean yesterday?\n")
    both = recorded("stats", "agents", "today", "--from", "yesterday")
    assert (both.code, both.err) == (2, "Give either today or --from, not both.\n")


def test_the_audit_trail(recorded: Installation) -> None:
    recorded.good("agents", "set", "1001", "--name", "Jan Nowak")
    recorded.good("lists", "add", "Poznań")
    newest, older = recorded.good("audit", "--from", "yesterday", "--to", "today").rows  # midnight may pass
    assert (newest["action"], newest["subject"]) == ("list.add", "Poznań")
    assert (older["action"], older["before"], older["who"] != "") == ("agent.set", "name: ", True)
    (line,) = recorded.good("audit", "--action", "agent", "--limit", "1", "--json").json
    assert line["subject"] == "1001"
