import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.importing.numbers import number_rules, to_e164
from minidialer.importing.reasons import MESSAGES, NumberRefusedError, Reason

MOBILE, LANDLINE = "+48600100200", "+48221234567"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("600100200", MOBILE),
        ("600 100 200", MOBILE),
        ("600-100-200", MOBILE),
        ("600.100.200", MOBILE),
        ("600–100–200", MOBILE),
        ("600\N{NO-BREAK SPACE}100\N{NARROW NO-BREAK SPACE}200", MOBILE),
        ("\N{ZERO WIDTH NO-BREAK SPACE}600100200", MOBILE),
        ("６００１００２００", MOBILE),
        ("٦٠٠١٠٠٢٠٠", MOBILE),
        ("+48600100200", MOBILE),
        ("+48 600 100 200", MOBILE),
        ("(+48) 600 100 200", MOBILE),
        ("＋48 600100200", MOBILE),
        ("0048600100200", MOBILE),
        ("00 48 600 100 200", MOBILE),
        ("+0048 600100200", MOBILE),
        ("48600100200", MOBILE),
        ("48 600-100-200", MOBILE),
        ("0600100200", MOBILE),
        ("+48 (0) 600 100 200", MOBILE),
        ("600100200.0", MOBILE),
        ("600100200,00", MOBILE),
        ("48600100200.0", MOBILE),
        ("600 100 200,00", MOBILE),
        ("600,100,200", MOBILE),
        ("'600100200", MOBILE),
        ('="600100200"', MOBILE),
        ("tel. 600100200", MOBILE),
        ("Tel.kom.: 600 100 200", MOBILE),
        ("tel:+48600100200", MOBILE),
        ("kom 600100200", MOBILE),
        ("22 123 45 67", LANDLINE),
        ("(22) 123-45-67", LANDLINE),
        ("22/1234567", LANDLINE),
        ("0-22/123 45 67", LANDLINE),
        ("(0-22) 123 45 67", LANDLINE),
        ("[22] 1234567", LANDLINE),
        ("800 100 100", "+48800100100"),
        ("801 100 200", "+48801100200"),
        ("+49 30 123456", "+4930123456"),
        ("0044 (0)20 7946 0958", "+442079460958"),
        ("+39 06 1234 5678", "+390612345678"),
    ],
)
def test_numbers_as_people_write_them(written: str, number: str) -> None:
    assert to_e164(written) == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", Reason.EMPTY),
        (" \t", Reason.EMPTY),
        ("-", Reason.EMPTY),
        ("6.001E+08", Reason.DAMAGED),
        ("6,001E+08", Reason.DAMAGED),
        ("6E8", Reason.DAMAGED),
        ("4.8600100200E10", Reason.DAMAGED),
        ("600100200.5", Reason.DAMAGED),
        ("brak", Reason.CHARACTERS),
        ("60010020O", Reason.CHARACTERS),
        ("0800-FLOWERS", Reason.CHARACTERS),
        ("600100200 (Jan)", Reason.CHARACTERS),
        ("600100200, Jan", Reason.CHARACTERS),
        ("600 100 20?", Reason.CHARACTERS),
        ("++48600100200", Reason.CHARACTERS),
        ("6" * 300, Reason.CHARACTERS),
        ("22 123 45 67 wew. 12", Reason.EXTENSION),
        ("22 123 45 67 w. 5", Reason.EXTENSION),
        ("600100200 x12", Reason.EXTENSION),
        ("600100200 ext. 3", Reason.EXTENSION),
        ("600100200#5", Reason.EXTENSION),
        ("tel:+48600100200;ext=5", Reason.EXTENSION),
        ("600100200,601100200", Reason.SEVERAL),
        ("600100200; 601100200", Reason.SEVERAL),
        ("600100200/601100200", Reason.SEVERAL),
        ("600 100 200 601 100 200", Reason.SEVERAL),
        ("600100200 lub 601100200", Reason.SEVERAL),
        ("+48600100200 +48601100200", Reason.SEVERAL),
        ("22 123 45 67/68", Reason.SEVERAL),
        ("60010020", Reason.TOO_SHORT),
        ("2212345.00", Reason.TOO_SHORT),
        ("0", Reason.TOO_SHORT),
        ("6001002000", Reason.TOO_LONG),
        ("600100200600100200600", Reason.TOO_LONG),
        ("+49 377777777703 0 6", Reason.TOO_LONG),  # E.164 has 15 digits at most
        ("112", Reason.NOT_DIALLABLE),
        ("999", Reason.NOT_DIALLABLE),
        ("+48 112", Reason.NOT_DIALLABLE),
        ("116 123", Reason.NOT_DIALLABLE),
        ("641234", Reason.NOT_DIALLABLE),
        ("0-700 123 456", Reason.PREMIUM),
        ("701234567", Reason.PREMIUM),
        ("+48 708 123 456", Reason.PREMIUM),
        ("+1 900 555 1234", Reason.PREMIUM),
        ("000000000", Reason.INVALID),
        ("+999123456789", Reason.INVALID),
        ("990100200", Reason.INVALID),
    ],
)
def test_what_is_refused_and_why(written: str, reason: Reason) -> None:
    with pytest.raises(NumberRefusedError) as refused:
        to_e164(written)
    assert refused.value.reason is reason


def test_every_reason_has_its_sentence() -> None:
    assert set(MESSAGES) == set(Reason)


def test_the_region_decides_about_numbers_without_a_country() -> None:
    assert to_e164("030 123456", "DE") == "+4930123456"
    assert to_e164("020 7946 0958", "gb") == "+442079460958"
    assert to_e164("(202) 555-0143", "US") == "+12025550143"


def test_an_unknown_region_is_an_error() -> None:
    with pytest.raises(ValueError, match="XX"):
        number_rules("XX")


def judged_by_phonenumbers(digits: str, region: str) -> str | None:
    """The oracle: diallable E.164, or None."""
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    refused = {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.PAGER}
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in refused:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def judged_by_us(digits: str, region: str) -> str | None:
    try:
        return to_e164(digits, region)
    except NumberRefusedError:
        return None


@given(
    national=st.from_regex(r"[1-9][0-9]{4,11}", fullmatch=True)
    | st.from_regex(r"(48|44|49|1|33|39|7)[0-9]{8,10}", fullmatch=True)
    | st.from_regex(r"(60|50|22|70|80|64|19|45)[0-9]{7}", fullmatch=True),
    region=st.sampled_from(["PL", "PL", "PL", "DE", "GB", "US", "CA", "FR", "IT", "CZ", "UA", "ES", "KZ", "AR", "MX"]),
    before=st.sampled_from(["", "", "+48", "+44", "+1", "+49"]),
)
def test_the_short_way_agrees_with_phonenumbers(national: str, region: str, before: str) -> None:
    digits = before + national
    assert judged_by_us(digits, region) == judged_by_phonenumbers(digits, region)


def test_the_short_way_agrees_on_every_beginning_of_a_polish_number() -> None:
    for beginning in range(10_000, 100_000, 7):
        digits = f"{beginning}1234"
        assert judged_by_us(digits, "PL") == judged_by_phonenumbers(digits, "PL"), digits


SEPARATORS = st.sampled_from(["", " ", "-", ".", "\N{NO-BREAK SPACE}", "–"])
BEFORE = st.sampled_from(["", "+48", "+48 ", "0048", "0048 ", "00 48 ", "48 ", "(+48) ", "0", "tel. ", "+48 (0) ", "'"])
AFTER = st.sampled_from(["", " ", "\n", "\N{NO-BREAK SPACE}"])


@given(st.from_regex(r"(60|50|51|66|69|88|22|12)[2-8][0-9]{6}", fullmatch=True), SEPARATORS, BEFORE, AFTER)
def test_any_way_of_writing_gives_the_same_number(digits: str, separator: str, before: str, after: str) -> None:
    written = before + separator.join((digits[:3], digits[3:6], digits[6:])) + after
    assert to_e164(written) == f"+48{digits}"


@given(st.text(max_size=60) | st.text("0123456789 +-()./,;x#eE", max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = to_e164(text)
    except NumberRefusedError as refused:
        assert str(refused) == refused.reason.message
    else:
        parsed = phonenumbers.parse(number)
        assert phonenumbers.is_valid_number(parsed)
        assert to_e164(number) == number
