import csv
import io
import os
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidialer.importing.cells import cleaned
from minidialer.importing.reader import (
    ImportFileError,
    ImportOptions,
    Reason,
    Rejected,
    Row,
    open_source,
)


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def rows_of(path: Path, options: ImportOptions | None = None) -> list[Row | Rejected]:
    with open_source(path, options) as source:
        return list(source)


def test_a_list_from_polish_excel(list_file: Path) -> None:
    list_file.write_bytes(
        "Telefon;Imię;Nazwisko;Uwagi\r\n"
        '600 100 200;Łucja;Gżegżółka;"ala, ""ma""\r\nkota"\r\n'
        ";;;\r\n"
        "6,001E+08;Jan;Nowak;\r\n"
        "48601100200;Ewa;Żak\r\n".encode("cp1250")
    )
    with open_source(list_file) as source:
        assert (source.encoding, source.delimiter, source.columns.number) == ("cp1250", ";", 0)
        assert list(source) == [
            Row(2, "+48600100200", {"Imię": "Łucja", "Nazwisko": "Gżegżółka", "Uwagi": 'ala, "ma" kota'}),
            Rejected(5, "6,001E+08", Reason.DAMAGED),
            Row(6, "+48601100200", {"Imię": "Ewa", "Nazwisko": "Żak", "Uwagi": ""}),
        ]
        assert source.progress() == 1.0


def test_one_number_a_line(list_file: Path) -> None:
    list_file.write_bytes(b"600100200\n\n  \n601 100 200\r\nbrak\r602100200")
    assert rows_of(list_file) == [
        Row(1, "+48600100200", {}),
        Row(4, "+48601100200", {}),
        Rejected(5, "brak", Reason.CHARACTERS),
        Row(6, "+48602100200", {}),
    ]


def test_excel_unicode_text(list_file: Path) -> None:
    list_file.write_bytes("Numer telefonu\tNazwa\r\n600100200\tŻółw\r\n".encode("utf-16"))
    with open_source(list_file) as source:
        assert (source.encoding, source.delimiter) == ("utf-16", "\t")
        assert list(source) == [Row(2, "+48600100200", {"Nazwa": "Żółw"})]


def test_the_line_for_excel_is_obeyed_and_counted(list_file: Path) -> None:
    list_file.write_bytes(b"sep=|\r\ntel|a;b\r\n600100200|x;y\r\n")
    assert rows_of(list_file) == [Row(3, "+48600100200", {"a;b": "x;y"})]
    options = ImportOptions(delimiter=";", mapping=("number=2",))
    list_file.write_bytes(b"sep=|\r\nx|;600100200\r\n")
    assert rows_of(list_file, options) == [Row(2, "+48600100200", {"column 1": "x|"})]


def test_cells_beyond_the_header_and_under_no_name_are_kept_when_filled(list_file: Path) -> None:
    list_file.write_text("tel,,a\n600100200,,1\n601100200,x,2,y,\n602100200\n")
    assert rows_of(list_file) == [
        Row(2, "+48600100200", {"a": "1"}),
        Row(3, "+48601100200", {"column 2": "x", "a": "2", "column 4": "y"}),
        Row(4, "+48602100200", {"a": ""}),
    ]


def test_control_characters_do_not_reach_a_field(list_file: Path) -> None:
    list_file.write_text(
        'tel;a\n600100200;"x\x1b[31my\r\nAction: Originate\x85z\u202eabc"\n', encoding="utf-8", newline=""
    )
    assert rows_of(list_file) == [Row(2, "+48600100200", {"a": "x[31my Action: Originate zabc"})]


def test_absurd_cells_reject_their_row(list_file: Path) -> None:
    many = ";".join(["y" * 9000] * 12)
    list_file.write_text(f"tel;a\n600100200;{'x' * 10_001}\n601100200;{'x' * 10_000}\n602100200;{many}\n")
    assert [row if isinstance(row, Rejected) else row.number for row in rows_of(list_file)] == [
        Rejected(2, "600100200", Reason.FIELD_TOO_LONG),
        "+48601100200",
        Rejected(4, "602100200", Reason.FIELD_TOO_LONG),
    ]


def test_titles_above_the_header_are_rejected_not_lost(list_file: Path) -> None:
    list_file.write_text("Lista;;\n;;\nLp;Telefon;Nazwa\n1;600100200;ABC\n")
    assert rows_of(list_file) == [
        Rejected(1, "", Reason.EMPTY),
        Row(4, "+48600100200", {"Lp": "1", "Nazwa": "ABC"}),
    ]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x7fELF\0\0", b"PK\x03\x04 no zip", b"a;b\n1;2\n"])
def test_a_file_that_cannot_be_imported_names_itself(list_file: Path, content: bytes) -> None:
    list_file.write_bytes(content)
    with pytest.raises(ImportFileError, match=r"list\.csv"):
        rows_of(list_file)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv", "nul\0.csv"):
        with pytest.raises(ImportFileError, match="cannot be read"), open_source(path):
            pass


def test_the_region_is_checked_before_the_rows(list_file: Path) -> None:
    list_file.write_text("030 123456\n")
    assert rows_of(list_file, ImportOptions(region="DE")) == [Row(1, "+4930123456", {})]
    with pytest.raises(ValueError, match="'XX' is not a region"):
        rows_of(list_file, ImportOptions(region="XX"))


def test_errors_of_the_caller_are_not_taken_for_errors_of_the_file(list_file: Path) -> None:
    list_file.write_text("600100200\n")
    with pytest.raises(PermissionError), open_source(list_file):
        raise PermissionError


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("tel\n600100200\n",))
    writer.start()
    try:
        assert rows_of(pipe) == [Row(2, "+48600100200", {})]
    finally:
        writer.join()


def test_standard_input_is_read() -> None:
    script = (
        "from minidialer.importing.reader import open_source\n"
        "with open_source('-') as source:\n"
        "    print([row.number for row in source], source.encoding)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=b"600100200\n601100200\n", capture_output=True, check=True
    )
    assert done.stdout == b"['+48600100200', '+48601100200'] utf-8\n"


def test_memory_does_not_grow_with_the_file(list_file: Path) -> None:
    def peak(rows: int) -> int:
        list_file.write_text("tel;a\n" + "600100200;notatka o kliencie\n" * rows)
        tracemalloc.start()
        with open_source(list_file) as source:
            assert sum(1 for _ in source) == rows
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    assert peak(120_000) < peak(20_000) + 200_000


ANY_FILE = (
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text(st.sampled_from('6001;,|\t"\n\r =+-żE'), max_size=200).map(str.encode)
    | st.text(st.sampled_from('telfon60123;,"\n\r'), max_size=200).map(lambda text: text.encode("utf-16"))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_FILE, st.sampled_from([None, "utf-8", "cp1250", "utf-16", "utf-32"]), st.sampled_from([None, ";", "tab"]))
def test_any_bytes_are_rows_or_one_documented_error(
    list_file: Path, data: bytes, encoding: str | None, delimiter: str | None
) -> None:
    list_file.write_bytes(data)
    try:
        rows = rows_of(list_file, ImportOptions(encoding=encoding, delimiter=delimiter))
    except ImportFileError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        return
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    for row in rows:
        if isinstance(row, Row):
            assert row.number.startswith("+")
            assert all(value == cleaned(value) for value in row.fields.values())


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBER = st.from_regex(r"60[0-9]{7}", fullmatch=True) | CELL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NUMBER, CELL, CELL), max_size=30))
def test_every_row_is_given_once(list_file: Path, table: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([("telefon", "a", "b"), *table])
    list_file.write_bytes(text.getvalue().encode())
    counted = [row for row in table if "".join(row).strip()]
    rows = rows_of(list_file, ImportOptions(delimiter=";", encoding="utf-8"))
    assert len(rows) == len(counted)
    for row, (_, first, _) in zip(rows, counted, strict=True):
        if isinstance(row, Row) and first.isprintable():
            assert row.fields["a"] == first.strip()
