import pytest

from minidialer.importing.columns import Columns, find_columns, parse_mapping
from minidialer.importing.names import Field, key, meaning
from minidialer.importing.numbers import to_e164
from minidialer.importing.reasons import ImportFileError


def find(text: str, *mapping: str, unnamed: str = "column {}") -> Columns:
    """Columns of a table written with | between cells."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines()]
    return find_columns(rows, to_e164, mapping=parse_mapping(mapping), unnamed=unnamed)


@pytest.mark.parametrize(
    "name",
    [
        "telefon",
        "TELEFON",
        "Numer telefonu",
        "nr tel.",
        "Nr. Tel.",
        "tel",
        "Tel. kom.",
        "komórka",
        "KOMORKA",
        "Telefon komórkowy:",
        "numer_telefonu",
        "GSM",
        "phone",
        "Phone Number",
        "mobile",
        "Cell phone",
        "telefon 1",
        "phone2",
    ],
)
def test_names_of_the_number(name: str) -> None:
    assert meaning(name) is Field.NUMBER


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Imię", Field.FIRST_NAME),
        ("imie", Field.FIRST_NAME),
        ("NAZWISKO", Field.LAST_NAME),
        ("Imię i nazwisko", Field.NAME),
        ("nazwa", Field.COMPANY),
        ("Firma", Field.COMPANY),
        ("First Name", Field.FIRST_NAME),
        ("surname", Field.LAST_NAME),
        ("name", Field.NAME),
        ("E-mail", Field.EMAIL),
        ("Uwagi", Field.NOTES),
        ("miejscowość", Field.CITY),
        ("NIP", Field.OTHER_DIGITS),
        ("kolor", None),
        ("", None),
        ("telefonistka", None),
    ],
)
def test_names_of_other_fields(name: str, field: Field | None) -> None:
    assert meaning(name) is field


def test_a_key_has_no_case_diacritics_or_punctuation() -> None:
    assert key(" Łódź – Nr. (tel) ") == "lodz nr tel"
    assert key("Zażółć") == key("ZAZ\N{COMBINING DOT ABOVE}OŁC")


def test_a_header_names_the_columns_in_order() -> None:
    columns = find("Lp|Nr tel.|Imię|Kolor|Uwagi\n1|600100200|Jan|rudy|-")
    assert columns.number == 1
    assert columns.fields == ("Lp", "Imię", "Kolor", "Uwagi")
    assert columns.known == {
        Field.NUMBER: "Nr tel.",
        Field.FIRST_NAME: "Imię",
        Field.NOTES: "Uwagi",
    }
    assert columns.header_row == 0


def test_the_first_of_two_numbers_is_dialled() -> None:
    columns = find("imię|telefon 2|telefon\nJan|600100200|601100200")
    assert columns.names[columns.number] == "telefon 2"
    assert columns.fields == ("imię", "telefon")


def test_empty_and_repeated_names_are_made_unique() -> None:
    columns = find("telefon|uwagi||uwagi|kolumna 5|\n600100200|a|b|c|d|e", unnamed="kolumna {}")
    assert columns.names == ("telefon", "uwagi", "kolumna 3", "uwagi (2)", "kolumna 5", "kolumna 6")
    assert columns.unnamed == {"kolumna 3", "kolumna 6"}


def test_a_made_up_name_does_not_take_a_given_one() -> None:
    assert find("telefon||column 2\n600100200|a|b").names == ("telefon", "column 2 (2)", "column 2")


def test_without_a_header_the_column_of_numbers_is_found() -> None:
    columns = find("Jan|600100200|2024-01-01\nEwa|601 100 200|2024-01-02\nIda|brak|x")
    assert (columns.number, columns.header_row) == (1, None)
    assert columns.names == ("column 1", "column 2", "column 3")
    assert columns.unnamed == frozenset()


def test_a_bad_number_in_the_first_row_is_no_header() -> None:
    assert find("60010020\n600100200\n601100200").header_row is None
    assert find("6.001E+08|Firma\n600100200|Inna\n601100200|Trzecia").header_row is None


def test_unknown_words_above_numbers_are_a_header() -> None:
    columns = find("kto|dokąd dzwonić\nJan|600100200\nEwa|601100200")
    assert (columns.number, columns.header_row) == (1, 0)


def test_a_vague_name_is_believed_when_numbers_are_below() -> None:
    columns = find("numer|kontakt|imię\n1|600100200|Jan\n2|601100200|Ewa")
    assert columns.names[columns.number] == "kontakt"
    assert find("numer|imię").number == 0
    assert find("imię|numer\nJan|6,001E+08").number == 1


def test_a_column_of_other_digits_is_never_the_number() -> None:
    columns = find("REGON|kontakt z klientem\n600100200|601100200")
    assert columns.number == 1


def test_titles_above_the_header_are_passed() -> None:
    columns = find("Lista klientów 2024||\nLp|Telefon|Nazwa\n1|600100200|ABC")
    assert (columns.header_row, columns.fields) == (1, ("Lp", "Nazwa"))


def test_columns_can_be_mapped_by_name_or_by_number() -> None:
    assert find("a|b\nx|600100200", "number=B").number == 1
    assert find("telefon|b\n600100200|601100200", "numer telefonu=2").number == 1
    columns = find("600100200|601100200|Jan", "phone=2", "imię=3")
    assert columns.names == ("column 1", "phone", "imię")
    assert columns.known == {Field.NUMBER: "phone", Field.FIRST_NAME: "imię"}


@pytest.mark.parametrize(
    ("text", "mapping", "message"),
    [
        ("600100200|601100200", (), "Columns 1, 2 all hold phone numbers: say which to dial with --map"),
        ("kto|gdzie\nJan|tam", (), "No column holds mostly phone numbers"),
        ("kto|Numer\nJan|600100200", ("number=Numerr",), "did you mean 'Numer'"),
        ("kto|Numer\nJan|600100200", ("number=7",), r"the columns are 1 \(kto\), 2 \(Numer\)"),
        ("kto|Numer\nJan|600100200", ("numbr=Numer",), "did you mean 'number'"),
        ("600100200|Jan", ("number=telefon",), r"the columns are 1 \(600100200\), 2 \(Jan\)"),
        ("a|b\n1|2", ("number",), "write --map FIELD=COLUMN"),
        ("a|b\n1|2", ("nip=a",), "no field 'nip'"),
        ("a|b\n1|2", ("number=a", "tel=b"), "twice"),
        ("a|b\n1|2", ("number=a", "imię=1"), r"gives column 1 \(a\) to number and first_name"),
    ],
)
def test_what_is_not_clear_is_an_error_with_a_way_out(text: str, mapping: tuple[str, ...], message: str) -> None:
    with pytest.raises(ImportFileError, match=message):
        find(text, *mapping)


def test_no_rows_at_all() -> None:
    with pytest.raises(ImportFileError, match="no rows"):
        find_columns([], to_e164, mapping={})
