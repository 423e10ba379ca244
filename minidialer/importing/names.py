"""Names that people give to columns, in Polish and English, and what they mean to the import."""

import enum
import re
import unicodedata


class Field(enum.Enum):
    """What a column can be to the import; the value is what `--map` takes before the equals sign."""

    NUMBER = "number"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    COMPANY = "company"
    EMAIL = "email"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    NOTES = "notes"
    # Digits that are no phone number to call, whatever they look like.
    OTHER_DIGITS = "other_digits"


_NAMES: dict[Field, str] = {
    Field.NUMBER: """
        telefon, tel, nr tel, nr telefonu, numer telefonu, numer tel, telefon kontaktowy, numer kontaktowy,
        nr kontaktowy, telefon komórkowy, tel kom, tel komórkowy, nr komórki, numer komórki, komórka, kom, gsm,
        numer gsm, nr gsm, telefon stacjonarny, tel stacjonarny, telefon domowy, telefon służbowy, msisdn,
        phone, phone number, phone no, phone nr, phonenumber, tel no, telephone, telephone number, mobile,
        mobile phone, mobile number, mobile no, cell, cell phone, cellphone, cell number, home phone,
        work phone, contact number
    """,
    Field.FIRST_NAME: "imię, first name, firstname, given name, forename",
    Field.LAST_NAME: "nazwisko, last name, lastname, surname, family name",
    Field.NAME: """
        imię i nazwisko, imię nazwisko, nazwisko i imię, nazwisko imię, name, full name, fullname, klient,
        osoba, osoba kontaktowa, contact name, contact person, customer, customer name, client
    """,
    Field.COMPANY: """
        nazwa, firma, nazwa firmy, company, company name, organisation, organization, business
    """,
    Field.EMAIL: "email, e mail, mail, adres e mail, adres email, poczta, email address, e mail address",
    Field.ADDRESS: "adres, ulica, address, street, street address",
    Field.POSTCODE: "kod, kod pocztowy, postcode, post code, postal code, zip, zip code",
    Field.CITY: "miasto, miejscowość, city, town",
    Field.NOTES: """
        uwagi, uwaga, notatka, notatki, notes, note, komentarz, komentarze, comment, comments, opis,
        description, remarks
    """,
    Field.OTHER_DIGITS: """
        nip, regon, pesel, krs, fax, faks, nr faksu, numer faksu, fax number, id, lp, data, date, kwota,
        amount, numer klienta, nr klienta, numer umowy, nr umowy, numer konta, nr konta, iban, customer id,
        customer number, account number, vat id
    """,
}

# Words that may stand for a phone number or for any other: believed when the column holds phone numbers.
_LIKELY_NUMBER = re.compile(r"(?:numer|nr|number|no|kontakt|contact)|(?:.* )?(?:tel|telefon|phone|mobile)(?: .*)?")


def key(name: str) -> str:
    """The name without case, diacritics and punctuation: " Nr. Tel. (kom.)" is "nr tel kom"."""
    decomposed = unicodedata.normalize("NFKD", name.casefold()).replace("ł", "l")
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", plain))


_MEANING = {key(name): field for field, names in _NAMES.items() for name in names.split(",")}
_MEANING |= {key(field.value): field for field in Field if field is not Field.OTHER_DIGITS}


def meaning(name: str) -> Field | None:
    """What a column of this name is; a number at the end makes no difference: "Telefon 2" is one more telefon."""
    plain = key(name)
    return _MEANING.get(plain) or _MEANING.get(re.sub(r" ?\d{1,2}$", "", plain))


def may_be_number(name: str) -> bool:
    """Whether the name lets expect a phone number without saying so for sure."""
    return meaning(name) is None and _LIKELY_NUMBER.fullmatch(key(name)) is not None


def known_words() -> list[str]:
    """Everything `--map` takes before the equals sign, to suggest the nearest from."""
    return list(_MEANING)
