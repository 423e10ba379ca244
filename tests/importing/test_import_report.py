import csv
from pathlib import Path

import pytest

from minidialer.domain.formula import is_formula
from minidialer.importing.reader import Reason, Rejected, open_source
from minidialer.importing.report import Summary, rejected_page, rejected_rows


def test_rejected_rows_are_written_for_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with rejected_rows(path, translate=str.upper) as rows:
        rows.write(Rejected(3, '=HYPERLINK("x")', Reason.CHARACTERS))
        assert not path.exists()
        rows.write(Rejected(9, "+48 600, 100", Reason.TOO_SHORT))
    assert rows.count == 2
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["rejected.csv"]
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "value", "reason"],
            ["3", '\'=HYPERLINK("x")', Reason.CHARACTERS.message.upper()],
            ["9", "'+48 600, 100", Reason.TOO_SHORT.message.upper()],
        ]


HOSTILE = ["Kowalski;=1+1", "a,@x", "＝1", '; "-1+2"', " =1"]


@pytest.mark.parametrize("delimiter", list(";,\t"))
def test_no_rejected_value_is_run_by_a_spreadsheet(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "rejected.csv"
    with rejected_rows(path) as rows:
        for value in HOSTILE:
            rows.write(Rejected(1, value, Reason.CHARACTERS))
    with path.open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file, delimiter=delimiter) for cell in row if is_formula(cell)]
    shown, following = rejected_page(path, str, 0, 100)
    assert ([row.value for row in shown], following) == (HOSTILE, None)


def test_no_rejected_row_no_file(tmp_path: Path) -> None:
    with rejected_rows(tmp_path / "rejected.csv") as rows:
        pass
    assert rows.finish() is None
    assert not list(tmp_path.iterdir())


def test_an_import_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    path.write_text("old")
    with pytest.raises(KeyError), rejected_rows(path) as rows:
        rows.write(Rejected(1, "x", Reason.EMPTY))
        raise KeyError
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["old"]


def test_a_corrected_file_can_be_imported_again(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with rejected_rows(path) as rows:
        rows.write(Rejected(1, "+48600100200", Reason.INVALID))
    with open_source(path) as source:
        assert source.columns.names == ("line", "value", "reason")
        assert [row.number for row in source if not isinstance(row, Rejected)] == ["+48600100200"]


def test_the_summary_has_the_keys_of_the_json() -> None:
    assert list(Summary(read=2, added=1, invalid=1).as_dict()) == [
        "import_id",
        "read",
        "added",
        "updated",
        "duplicate_in_file",
        "already_in_list",
        "invalid",
        "rejected_file",
        "encoding",
        "delimiter",
    ]
