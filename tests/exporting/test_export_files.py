"""Files as spreadsheets and our own import read them back."""

import csv
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from minidialer.control.models.leads import Lead
from minidialer.domain.formula import harmless, is_formula
from minidialer.exporting import workbook
from minidialer.exporting.leads import LeadsFile
from minidialer.exporting.table import ExportError, write_table
from minidialer.importing.reader import open_source
from minidialer.importing.source import Row

WARSAW = ZoneInfo("Europe/Warsaw")
MOMENT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HOSTILE = ['=cmd|"/C calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "https://x.pl", "{=1}"]


def read_csv(path: Path, delimiter: str = ";") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def read_sheets(path: Path) -> list[list[list[object]]]:
    with python_calamine.load_workbook(path) as book:
        return [list(map(list, book.get_sheet_by_name(name).iter_rows())) for name in book.sheet_names]


def test_a_csv_is_what_a_polish_spreadsheet_opens(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    count = write_table(path, ["imię", "x"], [["Łucja; ja", 1.5], [True, MOMENT], [None, "a\nb"]], zone=WARSAW)
    assert count == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(path) == [["imię", "x"], ["Łucja; ja", "1,5"], ["yes", "2026-05-04 11:30:00"], ["", "a\nb"]]
    write_table(path, ["a", "b"], [[1.5, 2]], delimiter=",")
    assert read_csv(path, ",") == [["a", "b"], ["1.5", "2"]]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_workbook_holds_texts_numbers_and_moments(tmp_path: Path) -> None:
    path = tmp_path / "a.XLSX"
    write_table(path, ["a", "b", "c"], [["+48600100200", 7, MOMENT], ["0048", 1.5, None]], zone=WARSAW)
    (sheet,) = read_sheets(path)
    assert sheet == [["a", "b", "c"], ["+48600100200", 7.0, datetime(2026, 5, 4, 11, 30)], ["0048", 1.5, ""]]  # noqa: DTZ001


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    sheet, table = tmp_path / "a.xlsx", tmp_path / "a.csv"
    write_table(sheet, [text], [[text]])
    write_table(table, [text], [[text]])
    with zipfile.ZipFile(sheet) as archive:
        inside = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in inside
    assert "hyperlink" not in inside
    assert read_csv(table)[1] == [harmless(text)]
    assert not is_formula(read_csv(table)[1][0])


@pytest.mark.parametrize("delimiter", list(";,\t"))
@pytest.mark.parametrize("text", ["Kowalski,=1+1,x", "Kowalski;=1+1", "Kowalski\t@x", "Kowalski\n=1", 'Kowalski,"=1"'])
def test_no_text_hides_one_for_a_spreadsheet_that_parts_cells_elsewhere(
    tmp_path: Path, text: str, delimiter: str
) -> None:
    path = tmp_path / "a.csv"
    for written in ";,":
        write_table(path, ["number", text], [["600100200", text]], delimiter=written)
        assert not [cell for row in read_csv(path, delimiter) for cell in row if is_formula(cell)]


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_files_that_can_be_read(tmp_path_factory: pytest.TempPathFactory, cell: str, title: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.csv", "a.xlsx"):
        assert write_table(folder / name, [title], [[cell], ["end"]]) == 2
    assert read_csv(folder / "a.csv")[-1] == ["end"]
    assert read_sheets(folder / "a.xlsx")[0][-1] == ["end"]


def test_what_does_not_fit_one_sheet_goes_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    path = tmp_path / "a.xlsx"
    assert write_table(path, ["n"], ([n] for n in range(7))) == 7
    assert [len(sheet) for sheet in read_sheets(path)] == [4, 4, 2]
    assert all(sheet[0] == ["n"] for sheet in read_sheets(path))


def test_long_texts_are_cut_and_too_many_columns_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_table(path, ["a"], [["x" * 40_000]])
    assert len(str(read_sheets(path)[0][1][0])) == workbook.LONGEST_TEXT
    with pytest.raises(Exception, match=r"write a \.csv"):
        write_table(path, [str(n) for n in range(20_000)], [])


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_a_file_that_fails_halfway_leaves_the_old_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_table(path, ["a"], [["old"]])
    before = path.read_bytes()

    def rows() -> Iterator[list[str]]:
        yield ["new"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_table(path, ["a"], rows())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.txt", "must end in .csv or .xlsx"),
        ("nowhere/a.csv", "cannot be written"),
        ("folder.csv", "cannot be written"),
    ],
)
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ExportError, match=says):
        write_table(tmp_path / name, ["a"], [])


def people() -> Iterator[Lead]:
    for index, fields in enumerate(({"imię": "Ala", "notes": "=1"}, {"miasto": "Łódź", "telefon 2": "500100200"})):
        yield Lead(
            id=index + 1,
            number=f"+4860010020{index}",
            lead_list="Poznań",
            fields=fields,
            state="callback",
            attempts=2,
            due_at=MOMENT,
            owner="1001",
        )


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_leads_are_exported_with_all_their_fields_and_can_be_imported_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with LeadsFile(path, zone=WARSAW) as file:
        for lead in people():
            file.add([lead])
        assert file.finish() == 2
    with open_source(path) as source:
        rows = [row for row in source if isinstance(row, Row)]
    assert [row.number for row in rows] == ["+48600100200", "+48600100201"]
    assert list(rows[0].fields) == [
        "imię", "notes", "miasto", "telefon 2", "list", "state", "attempts", "due", "owner", "disposition", "notes (2)",
    ]  # fmt: skip
    assert (rows[0].fields["due"], rows[1].fields["miasto"]) == ("2026-05-04 11:30:00", "Łódź")
    assert list(tmp_path.iterdir()) == [path]


def test_leads_that_are_not_finished_leave_nothing(tmp_path: Path) -> None:
    with LeadsFile(tmp_path / "a.csv", zone=WARSAW) as file:
        file.add(people())
    assert list(tmp_path.iterdir()) == []
