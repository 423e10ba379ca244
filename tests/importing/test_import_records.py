import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.importing.reasons import ImportFileError, Reason
from minidialer.importing.records import chosen_delimiter, detected_delimiter, records, sep_line
from minidialer.importing.text import LONGEST_LINE, TextFile


def text_of(data: bytes, encoding: str | None = None) -> TextFile:
    return TextFile(io.BytesIO(data), name="list.csv", encoding=encoding)


POLISH = "telefon;imię\n600100200;Żółć\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (POLISH.encode(), "utf-8"),
        (POLISH.encode("utf-8-sig"), "utf-8"),
        (POLISH.encode("cp1250"), "cp1250"),
        (POLISH.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + POLISH.encode("utf-16-be"), "utf-16"),
        (POLISH.encode("utf-32"), "utf-32"),
    ],
)
def test_the_encoding_is_detected(data: bytes, encoding: str) -> None:
    text = text_of(data)
    assert (text.encoding, "".join(text.blocks())) == (encoding, POLISH)


def test_cp1250_is_found_however_late_it_begins() -> None:
    late = ("600100200;Jan\n" * 40_000 + "600100200;Żółć\n").encode("cp1250")
    assert text_of(late).encoding == "cp1250"


def test_a_given_encoding_is_taken() -> None:
    text = text_of(POLISH.encode("iso-8859-2"), "latin2")
    assert "".join(text.blocks()) == POLISH


def test_a_letter_cut_by_the_end_of_a_block_is_whole() -> None:
    text = "ż" * (1 << 18)
    assert "".join(text_of(b"a" + text.encode()).blocks()) == "a" + text


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"", None, "empty"),
        (b"600\x00100", None, "not a text file"),
        (b"600100200\n" * 50_000 + b"\x00", None, "not a text file"),
        (POLISH.encode("utf-16-le"), None, "UTF-16"),
        (b"%PDF-1.7 ...", None, "PDF"),
        (b"\x1f\x8b\x08", None, "compressed"),
        (b"\xef\xbb\xbf <!DOCTYPE html><table>", None, "web page"),
        (b"tel\n600100200;\x81", None, "near line 2"),
        (POLISH.encode("cp1250"), "utf-8", "not utf-8 text near line 1"),
        (b"600", "klingon", "'klingon' is not an encoding"),
        (b"600", "hex", "'hex' is not an encoding"),
        (b"600", "unicode_escape", "is not an encoding"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(data: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(ImportFileError, match=message):
        text_of(data, encoding)


@given(st.text(st.sampled_from('a\n\r;"ż'), max_size=40), st.integers(1, 5))
def test_lines_are_the_same_whatever_the_blocks(text: str, size: int) -> None:
    class Small(TextFile):
        def _read(self) -> bytes:
            return self._raw.read(size)

    if not text:
        return
    lines = list(Small(io.BytesIO(text.encode()), name="x").lines())
    assert lines == list(io.StringIO(text, newline=""))


def test_a_file_without_line_ends_does_not_fill_the_memory() -> None:
    data = b"6" * (3 * LONGEST_LINE) + b"\r\n600100200\n"
    lines = list(text_of(data).lines())
    assert [len(line) for line in lines] == [LONGEST_LINE + 1, 10]
    assert list(records(lines, None)) == [(1, ["6" * 200], Reason.LINE_TOO_LONG), (2, ["600100200"], None)]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("tel;imię\n600100200;Jan\n", ";"),
        ("tel,imię\n600100200,Jan\n", ","),
        ("tel\timię\n600100200\tJan\n", "\t"),
        ("tel|imię\n600100200|Jan\n", "|"),
        ("600100200\n601100200\n", None),
        ("600100200\n601100200, dzwonić rano\n602100200\n", None),
        ("tel;uwagi\n600100200;rano, wieczorem\n601100200;tak, nie\n", ";"),
        ("tel;a;b\n1;1,50;2,50\n2;3,50;4,50\n", ";"),
        ('tel,uwagi\n600100200,"a;b;c"\n601100200,"d;e;f"\n', ","),
        ('tel,uwagi\n600100200,"a;b\nc;d"\n601100200,"d;e\nf;g"\n', ","),
        ('"tel";"a"\r"600100200";"x"\r', ";"),
    ],
)
def test_the_delimiter_is_detected(text: str, delimiter: str | None) -> None:
    assert detected_delimiter(io.StringIO(text, newline="")) == delimiter


def test_the_delimiter_people_give() -> None:
    assert [chosen_delimiter(given) for given in (";", "\t", "\\t", "TAB", ":")] == [";", "\t", "\t", "\t", ":"]
    for wrong in ("", ";;", '"', "a", "\n"):
        with pytest.raises(ImportFileError, match="cannot be a delimiter"):
            chosen_delimiter(wrong)


def test_the_line_that_tells_excel_the_delimiter() -> None:
    assert [sep_line(line) for line in ("sep=;\r\n", '"sep=,"\n', "SEP=\t\n")] == [";", ",", "\t"]
    assert [sep_line(line) for line in ("sep=\r\n", "separator\n", "600100200\n")] == [None, None, None]


def read(text: str, delimiter: str | None = ";") -> list[tuple[int, list[str], Reason | None]]:
    return list(records(io.StringIO(text, newline=""), delimiter))


def test_records_know_the_line_they_start_on() -> None:
    assert read('a;"b\nc"\r\n\n\rd;e\rf') == [
        (1, ["a", "b\nc"], None),
        (5, ["d", "e"], None),
        (6, ["f"], None),
    ]


@pytest.mark.parametrize("after", ["", "\n", "\nlast;row", "\nlast;row\n"])
def test_an_open_quote_costs_its_own_line_only(after: str) -> None:
    rows = read('1;a\n2;"b\n3;c\n4;"d' + after)
    assert rows[:4] == [
        (1, ["1", "a"], None),
        (2, ['2;"b'], Reason.UNBALANCED_QUOTE),
        (3, ["3", "c"], None),
        (4, ['4;"d'], Reason.UNBALANCED_QUOTE),
    ]
    assert rows[4:] == ([(5, ["last", "row"], None)] if "last" in after else [])


def test_an_open_quote_far_from_the_next_one_is_given_up() -> None:
    text = '1;"a\n' + "".join(f"{row};b\n" for row in range(2, 500)) + '500;c"\n'
    rows = read(text)
    assert [line for line, _, wrong in rows if wrong] == [1]
    assert len(rows) == 500


def test_quotes_inside_a_cell_are_kept_as_they_are() -> None:
    assert read('1;"ABC" sp. z o.o.; "x;y";5" rura\n') == [(1, ["1", "ABC sp. z o.o.", "x;y", '5" rura'], None)]


def test_too_many_columns_and_too_long_a_cell() -> None:
    rows = read("x" * 200_000 + ";1\n" + "1;" * 1000 + "\n2;b\n")
    assert [(line, wrong) for line, _, wrong in rows] == [
        (1, Reason.FIELD_TOO_LONG),
        (2, Reason.TOO_MANY_COLUMNS),
        (3, None),
    ]


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('ab;"\n\r ,ż'), max_size=8), min_size=2, max_size=4),
        max_size=8,
    )
)
def test_what_csv_wrote_is_read_back(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [cells for _, cells, wrong in read(file.getvalue()) if wrong is None] == rows


@given(st.text(st.sampled_from('a;"\n\r'), max_size=60))
def test_every_line_is_in_exactly_one_record(text: str) -> None:
    physical = list(io.StringIO(text, newline=""))
    starts = [line for line, _, _ in read(text)]
    assert starts == sorted(set(starts))
    assert all(1 <= line <= len(physical) for line in starts)
    # A line that starts no record is empty, or inside the quotes of the one before.
    for line, content in enumerate(physical, start=1):
        assert line in starts or not content.strip() or '"' in text
