"""Phone numbers as people write them, to E.164.

The rules of a country come from phonenumbers. Its parser takes tens of microseconds a number, so plain
numbers of the home region take a shorter way: a pattern compiled from the same metadata, which a property
test holds equal to it.
"""

import functools
import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

from minidialer.importing.reasons import NumberRefusedError, Reason

_LONGEST_CELL = 250
_MOST_DIGITS = 15  # ITU-T E.164, country code included; phonenumbers knows longer ones, which no trunk takes
_DIALLED_TYPES = (
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
_REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: Reason.PREMIUM,
    PhoneNumberType.PAGER: Reason.NOT_DIALLABLE,
    PhoneNumberType.UNKNOWN: Reason.INVALID,
}

_SEPARATORS = str.maketrans("", "", " ()[]-./")
_LABEL = re.compile(r"(?:tel|telefon|phone|mobile|mob|kom|komórka|komorka|gsm|nr|numer|t|m)\b[\s.:]*", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d*)?E[+-]?\d+", re.IGNORECASE)
# A number that went through a spreadsheet's number format: 600100200.0, 600 100 200,00, 600,100,200.
_DECIMAL = re.compile(r"(\+?(?:\d{7,}|\d{1,3}(?: \d{3})+))[.,](\d+)")
_ZEROS = re.compile(r"0{1,2}")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_EXTENSION = re.compile(
    r"\d[\s,;]*(?:(?:w|wew|wewn|wewnętrzny|wewnetrzny|ext|extn|extension|x)[\s.:=]*|#)\d{1,7}\s*\)?\s*",
    re.IGNORECASE,
)
_BETWEEN_NUMBERS = re.compile(r"[,;|/\n]|(?<=\d)\s*\+|\b(?:lub|albo|oraz|i|or|and)\b", re.IGNORECASE)
_CANONICAL = re.compile(r"\+?\d+")


@functools.cache
def number_rules(region: str = "PL") -> "NumberRules":
    """The rules of a region, built once."""
    return NumberRules(region)


def to_e164(text: str, region: str = "PL") -> str:
    """Return the one diallable number in `text` as E.164, else raise `NumberRefusedError`."""
    return number_rules(region).to_e164(text)


class NumberRules:
    """How numbers are written in one region; `region` is an ISO 3166 code, ValueError when unknown."""

    def __init__(self, region: str) -> None:
        metadata = PhoneMetadata.metadata_for_region(region.upper(), None)
        if metadata is None:
            raise ValueError(f"{region!r} is not a region of phone numbers: give two letters such as PL.")
        self.region = region.upper()
        self._country = f"+{metadata.country_code}"
        self._digits_of_country = str(metadata.country_code)
        self._idd_is_00 = re.fullmatch(metadata.international_prefix or "", "00") is not None
        self._drops_trunk_zero = metadata.national_prefix is None
        self._general = re.compile(_pattern(metadata.general_desc) or "(?!)")
        self._is_plain = _plain_pattern(metadata).fullmatch

    def to_e164(self, text: str) -> str:
        """Return the one diallable number in `text` as E.164, else raise `NumberRefusedError`."""
        if self._is_plain(text):
            return self._country + text
        compact = text.replace(" ", "").replace("-", "")
        if compact.isascii():
            number = self._short_way(compact)
            if number is not None:
                return number
        return self._long_way(text)

    def _short_way(self, compact: str) -> str | None:
        """Digits of the home region with or without its country code; None: ask phonenumbers."""
        if self._is_plain(compact):
            return self._country + compact
        if compact.startswith(self._country):
            national = compact.removeprefix(self._country)
        elif self._idd_is_00 and compact.startswith("00"):
            national = compact[2:].removeprefix(self._digits_of_country)
            if len(national) == len(compact) - 2:
                return None
        elif compact.startswith(self._digits_of_country) and not self._general.fullmatch(compact):
            national = compact.removeprefix(self._digits_of_country)
        else:
            return None
        return self._country + national if self._is_plain(national) else None

    def _long_way(self, text: str) -> str:
        if len(text.strip()) > _LONGEST_CELL:
            raise NumberRefusedError(Reason.CHARACTERS)
        written = _undecorated(text)
        if not any(map(str.isalnum, written)):
            raise NumberRefusedError(Reason.EMPTY)
        written = _without_number_format(written)
        if _EXTENSION.search(written) and not _SCIENTIFIC.fullmatch(written):
            raise NumberRefusedError(Reason.EXTENSION)
        try:
            return self._one_number(written)
        except NumberRefusedError:
            if self._holds_several(written):
                raise NumberRefusedError(Reason.SEVERAL) from None
            raise

    def _one_number(self, written: str) -> str:
        compact = written.translate(_SEPARATORS)
        if not _CANONICAL.fullmatch(compact):
            raise NumberRefusedError(Reason.CHARACTERS)
        if compact.startswith("+00"):
            compact = "+" + compact[3:]
        elif self._idd_is_00 and compact.startswith("00"):
            compact = "+" + compact[2:]
        number = self._short_way(compact)
        if number is not None:
            return number
        refusal, number = self._judged(compact)
        if refusal is Reason.INVALID or refusal is Reason.TOO_LONG:
            without_zero = self._without_trunk_zero(compact)
            if without_zero is not None:
                refusal, number = self._judged(without_zero)
        if refusal is not None:
            raise NumberRefusedError(refusal, number)
        return number

    def _without_trunk_zero(self, compact: str) -> str | None:
        """The 0 people still write before a number, (0) after the country code too, where none is dialled."""
        if not self._drops_trunk_zero:
            return None
        national = compact.removeprefix(self._country)
        if not national.startswith("0") or national.startswith("00"):
            return None
        return self._country + national[1:]

    def _judged(self, compact: str) -> tuple[Reason | None, str]:
        """What phonenumbers says: why not (None: it is good), and the number."""
        try:
            parsed = phonenumbers.parse(compact, self.region)
        except NumberParseException as error:
            return _REFUSED_PARSES.get(error.error_type, Reason.INVALID), ""
        if phonenumbers.is_valid_number(parsed):
            number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            if len(number) > _MOST_DIGITS + 1:
                return Reason.TOO_LONG, ""
            return _REFUSED_TYPES.get(phonenumbers.number_type(parsed)), number
        return self._why_invalid(parsed), ""

    def _why_invalid(self, parsed: PhoneNumber) -> Reason:
        short_region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
        if phonenumbers.is_valid_short_number_for_region(parsed, short_region) or (
            phonenumbers.is_emergency_number(str(parsed.national_number), short_region)
        ):
            return Reason.NOT_DIALLABLE
        match phonenumbers.is_possible_number_with_reason(parsed):
            case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
                return Reason.TOO_SHORT
            case ValidationResult.TOO_LONG:
                return Reason.TOO_LONG
        # phonenumbers counts services too, which may have any length; people's numbers are like mobile ones.
        shortest, longest = _lengths_of_mobiles(short_region)
        if len(str(parsed.national_number)) < shortest:
            return Reason.TOO_SHORT
        return Reason.TOO_LONG if len(str(parsed.national_number)) > longest else Reason.INVALID

    def _holds_several(self, written: str) -> bool:
        parts = [part for part in _BETWEEN_NUMBERS.split(written) if part.strip()]
        if len(parts) > 1:
            only_digits = all(_CANONICAL.fullmatch(part.translate(_SEPARATORS)) for part in parts)
            return only_digits and any(self._is_number(part) for part in parts)
        groups = written.split()
        return any(
            self._is_number(" ".join(groups[:cut])) and self._is_number(" ".join(groups[cut:]))
            for cut in range(1, min(len(groups), 12))
        )

    def _is_number(self, part: str) -> bool:
        try:
            self._one_number(part.strip())
        except NumberRefusedError:
            return False
        return True


_REFUSED_PARSES = {
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.NOT_A_NUMBER: Reason.TOO_SHORT,
}


def _pattern(description: PhoneNumberDesc | None) -> str | None:
    """One kind of number as a pattern; like phonenumbers, it tests the length apart from the digits."""
    if description is None or not description.national_number_pattern:
        return None
    pattern = f"(?:{description.national_number_pattern})"
    lengths = [length for length in description.possible_length if length > 0]
    if not lengths:
        return pattern
    return rf"(?=(?:{'|'.join(rf'[0-9]{{{length}}}' for length in lengths)})\Z){pattern}"


def _plain_pattern(metadata: PhoneMetadata) -> re.Pattern[str]:
    """Digits that phonenumbers would take as they are: valid, no prefix to strip, a kind that is dialled."""
    main_region = phonenumbers.region_code_for_country_code(metadata.country_code or 0)
    general = _pattern(metadata.general_desc)
    kinds = [_pattern(getattr(metadata, name)) for name in _DIALLED_TYPES]
    dialled = "|".join(pattern for pattern in kinds if pattern)
    if main_region != metadata.id or general is None or not dialled:
        return re.compile("(?!)")
    excluded = [metadata.national_prefix_for_parsing, metadata.international_prefix]
    unless = "".join(f"(?!{pattern})" for pattern in excluded if pattern)
    for refused in (_pattern(metadata.premium_rate), _pattern(metadata.pager)):
        unless += rf"(?!{refused}\Z)" if refused else ""
    # ASCII: \d must not take the digits of other scripts, which E.164 does not have.
    most = _MOST_DIGITS - len(str(metadata.country_code))
    return re.compile(rf"(?=[1-9][0-9]{{0,{most - 1}}}\Z){unless}(?={general}\Z)(?:{dialled})", re.ASCII)


@functools.cache
def _lengths_of_mobiles(region: str) -> tuple[int, int]:
    """Shortest and longest, in digits; no limits when the country has none of its own."""
    metadata = PhoneMetadata.metadata_for_region(region, None)
    mobile = metadata.mobile if metadata is not None else None
    lengths = [length for length in mobile.possible_length if length > 0] if mobile is not None else []
    return min(lengths, default=0), max(lengths, default=99)


def _undecorated(text: str) -> str:
    """ASCII digits and signs for those of other scripts; no text marks of spreadsheets, no "tel." before."""
    written = text if text.isascii() else "".join(map(_plain_sign, text))
    written = written.strip()
    if written.startswith('="') and written.endswith('"'):
        written = written[2:-1]
    written = written.strip("'\"` ")
    while label := _LABEL.match(written):
        written = written[label.end() :]
    return written.strip()


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    if category in {"Cf", "Cc"}:
        return " " if sign.isspace() else ""
    if category == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 and folded in "+()[]./" else sign


def _without_number_format(written: str) -> str:
    if _SCIENTIFIC.fullmatch(written):
        raise NumberRefusedError(Reason.DAMAGED)
    if decimal := _DECIMAL.fullmatch(written):
        whole, fraction = decimal.groups()
        if _ZEROS.fullmatch(fraction):
            return str(whole)
        if " " not in whole and len(fraction) < 7:
            raise NumberRefusedError(Reason.DAMAGED)
    if _THOUSANDS.fullmatch(written):
        return written.replace(",", "")
    return written
