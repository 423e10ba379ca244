"""Why a row or a file is refused: stable codes, and the one table of sentences that gettext translates."""

import enum

from minidialer.domain.sentence import RefusedError
from minidialer.i18n import N_


class Reason(enum.Enum):
    """The code of a refused row; the value is stable, scripts may compare it."""

    EMPTY = "empty"
    DAMAGED = "damaged"
    CHARACTERS = "characters"
    EXTENSION = "extension"
    SEVERAL = "several"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_DIALLABLE = "not_diallable"
    PREMIUM = "premium"
    FOREIGN = "foreign"
    INVALID = "invalid"
    UNBALANCED_QUOTE = "unbalanced_quote"
    LINE_TOO_LONG = "line_too_long"
    FIELD_TOO_LONG = "field_too_long"
    TOO_MANY_COLUMNS = "too_many_columns"

    @property
    def message(self) -> str:
        """The English sentence, which is also the msgid of its translation."""
        return MESSAGES[self]


MESSAGES: dict[Reason, str] = {
    Reason.EMPTY: N_("the row has no phone number"),
    Reason.DAMAGED: N_("a spreadsheet has rounded or cut the number: format the column as text and export again"),
    Reason.CHARACTERS: N_("there are letters or signs in it that do not belong to a phone number"),
    Reason.EXTENSION: N_("the number has an extension, which cannot be dialled: leave the main number alone"),
    Reason.SEVERAL: N_("there are several numbers in one cell: give each a row or a column of its own"),
    Reason.TOO_SHORT: N_("the number has too few digits"),
    Reason.TOO_LONG: N_("the number has too many digits"),
    Reason.NOT_DIALLABLE: N_("emergency numbers, short numbers and pagers are not dialled"),
    Reason.PREMIUM: N_("premium-rate numbers are not dialled, unless [numbers] premium_prefixes allows them"),
    Reason.FOREIGN: N_("numbers abroad are not dialled, unless [numbers] foreign_prefixes allows them"),
    Reason.INVALID: N_("no such phone number can exist in its country"),
    Reason.UNBALANCED_QUOTE: N_("a quotation mark is opened and not closed: double it or remove it"),
    Reason.LINE_TOO_LONG: N_("the line is longer than a million characters"),
    Reason.FIELD_TOO_LONG: N_("a cell has more than 10,000 characters, or the row more than 100,000"),
    Reason.TOO_MANY_COLUMNS: N_("the row has more than 1,000 columns"),
}


class ImportFileError(RefusedError):
    """A file that cannot be imported at all; the sentence says what to do."""


class NumberRefusedError(ValueError):
    """Text that is no diallable phone number; `reason` says why. `number`: E.164, where it is one all the same."""

    def __init__(self, reason: Reason, number: str = "") -> None:
        super().__init__(reason.message)
        self.reason = reason
        self.number = number
