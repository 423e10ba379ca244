"""Which column is the number, which are known fields, and what every other one is called."""

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence

from minidialer.domain.sentence import Sentence, sentence
from minidialer.importing.cells import cleaned
from minidialer.importing.names import Field, key, known_words, may_be_number, meaning
from minidialer.importing.reasons import ImportFileError, NumberRefusedError, Reason

_LONGEST_NAME = 100
_LONGEST_TITLE = 10
_BAD_NUMBER = {Reason.DAMAGED, Reason.EXTENSION, Reason.SEVERAL, Reason.TOO_LONG, Reason.PREMIUM}
ToE164 = Callable[[str], str]


@dataclasses.dataclass(frozen=True)
class Columns:
    """The columns of one file, in file order."""

    names: tuple[str, ...]
    number: int
    """The position in `names` of the number that is dialled."""
    header_row: int | None
    """The header's position among the rows looked at; rows above it are rows without a number."""
    known: Mapping[Field, str]
    """Names of the columns that are known fields, the first of each kind."""
    unnamed: frozenset[str]
    """Names that stand for an empty cell of the header; such a field is left out of rows where it is empty."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all columns but the number."""
        return self.names[: self.number] + self.names[self.number + 1 :]


def parse_mapping(items: Iterable[str]) -> dict[Field, tuple[str, str]]:
    """Read `--map` arguments `field=column`; returns, for each field, the word used for it and its column."""
    mapping: dict[Field, tuple[str, str]] = {}
    for item in items:
        word, equals, column = (part.strip() for part in item.partition("="))
        if not equals or not word or not column:
            raise ImportFileError("{item!r} maps nothing: write --map FIELD=COLUMN, such as number=Telefon.", item=item)
        field = meaning(word)
        if field is None or field is Field.OTHER_DIGITS:
            raise ImportFileError(
                "There is no field {word!r} to map{nearest}: the fields are {fields}.",
                word=word,
                nearest=_nearest(key(word), known_words()),
                fields=", ".join(known.value for known in Field if known is not Field.OTHER_DIGITS),
            )
        if field in mapping:
            raise ImportFileError("--map gives the field {field} twice: give it one column.", field=field.value)
        mapping[field] = (word, column)
    return mapping


def find_columns(
    rows: Sequence[Sequence[str]],
    to_e164: ToE164,
    *,
    mapping: Mapping[Field, tuple[str, str]],
    unnamed: str = "column {}",
    header: bool | None = None,
) -> Columns:
    """Find the columns from the first rows of a file, the header among them if there is one.

    `header` says whether the first row is one. `unnamed` is what a column without a name is called, with {} for its
    position from 1. Raises `ImportFileError` when no column, or more than one with equal right, may hold the number.
    """
    if not rows:
        raise ImportFileError("There are no rows in it: give a file with phone numbers.")
    header_row, given = titles(rows, to_e164, mapping=mapping, header=header)
    body = rows if header_row is None else rows[header_row + 1 :]
    placed = {field: _place(column, given) for field, (_, column) in mapping.items()}
    _refuse_shared(placed, given)
    for field, position in placed.items():
        if not given[position]:
            given[position] = mapping[field][0]
    number = placed.get(Field.NUMBER)
    if number is None:
        number = _number_column(given, body, to_e164, taken=set(placed.values()))
    names = unique_names(given, unnamed)
    known = _known_fields(names, given, placed)
    known[Field.NUMBER] = names[number]
    unnamed_ones = [name for name, written in zip(names, given, strict=True) if not written]
    may_be_left_out = frozenset(unnamed_ones if header_row is not None else ())
    return Columns(names, number, header_row, known, may_be_left_out)


def titles(
    rows: Sequence[Sequence[str]],
    to_e164: ToE164,
    *,
    mapping: Mapping[Field, tuple[str, str]],
    header: bool | None = None,
) -> tuple[int | None, list[str]]:
    """Which of the first rows is the header (None: there is none), and what is written in it, a text a column."""
    said = 0 if header else None
    header_row = _header_row(rows, to_e164, mapping) if header is None else said
    if header_row is None:
        return None, [""] * max(map(len, rows))
    return header_row, [cleaned(cell) for cell in rows[header_row]]


def _known_fields(names: Sequence[str], given: Sequence[str], placed: Mapping[Field, int]) -> dict[Field, str]:
    known = {field: names[position] for field, position in placed.items()}
    for name, written in zip(names, given, strict=True):
        field = meaning(written)
        if field is not None and field is not Field.OTHER_DIGITS and name not in known.values():
            known.setdefault(field, name)
    return known


def _header_row(rows: Sequence[Sequence[str]], to_e164: ToE164, mapping: Mapping[Field, tuple[str, str]]) -> int | None:
    """Mostly the first row; sheets often have a title or two above it, which have no column of numbers."""
    if _is_header(rows, [cleaned(cell) for cell in rows[0]], to_e164, mapping):
        return 0
    for position, row in enumerate(rows[:_LONGEST_TITLE]):
        if any(_is_number(cell, to_e164) for cell in row):
            return None
        if any(meaning(cell) is Field.NUMBER for cell in row):
            return position
    return None


def _is_header(
    rows: Sequence[Sequence[str]],
    first: Sequence[str],
    to_e164: ToE164,
    mapping: Mapping[Field, tuple[str, str]],
) -> bool:
    """A header has no phone number in it, and a known name or else words above a column of numbers."""
    if any(not column.isdecimal() for _, column in mapping.values()):
        return True  # who maps a name says that there are names
    if any(_is_number(cell, to_e164) for cell in first):
        return False
    if any(meaning(cell) is Field.NUMBER for cell in first):
        return True
    if any(_is_bad_number(cell, to_e164) for cell in first):
        return False
    if any(meaning(cell) or may_be_number(cell) for cell in first):
        return True
    return any(share > 0.5 for share in _shares(len(first), rows[1:], to_e164))


def _number_column(names: Sequence[str], body: Sequence[Sequence[str]], to_e164: ToE164, taken: set[int]) -> int:
    """By an unmistakable name, the first of several; else by a likely name and content; else by content."""
    free = [position for position in range(len(names)) if position not in taken]
    for position in free:
        if meaning(names[position]) is Field.NUMBER:
            return position
    shares = _shares(len(names), body, to_e164)
    filled = [p for p in free if shares[p] > 0.5 and meaning(names[p]) is not Field.OTHER_DIGITS]
    named = [position for position in free if may_be_number(names[position])]
    likely = [position for position in named if position in filled]
    if likely or (len(named) == 1 and not filled):
        return (likely or named)[0]
    if len(filled) == 1:
        return filled[0]
    if len(names) == 1:
        return 0
    shown = ", ".join(_shown(names, position) for position in filled or free)
    if filled:
        raise ImportFileError(
            "Columns {shown} all hold phone numbers: say which to dial with --map number=COLUMN.", shown=shown
        )
    raise ImportFileError(
        "No column holds mostly phone numbers: say which one does with --map number=COLUMN (columns: {shown}).",
        shown=shown,
    )


def _shares(width: int, body: Sequence[Sequence[str]], to_e164: ToE164) -> list[float]:
    """For each column, which share of its cells that are not empty are phone numbers."""
    shares = []
    for position in range(width):
        cells = [row[position] for row in body if position < len(row) and row[position].strip()]
        good = sum(_is_number(cell, to_e164) for cell in cells)
        shares.append(good / len(cells) if cells else 0.0)
    return shares


def _is_number(cell: str, to_e164: ToE164) -> bool:
    try:
        to_e164(cell)
    except NumberRefusedError:
        return False
    return True


def _is_bad_number(cell: str, to_e164: ToE164) -> bool:
    """Whether it was a phone number before it was damaged, and so no name of a column."""
    try:
        to_e164(cell)
    except NumberRefusedError as refused:
        return refused.reason in _BAD_NUMBER or sum(map(str.isdecimal, cell)) >= 7
    return False


def _place(column: str, names: Sequence[str]) -> int:
    """The position of a column given by its name or, failing that, by its number from 1."""
    keys = [key(name) for name in names]
    for wanted, among in ((column, names), (key(column), keys)):
        if wanted and wanted in among:
            return list(among).index(wanted)
    if column.isdecimal() and 1 <= int(column[:9]) <= len(names):
        return int(column) - 1
    shown = ", ".join(_shown(names, position) for position in range(len(names)))
    raise ImportFileError(
        "There is no column {column!r}{nearest}: the columns are {shown}.",
        column=column,
        nearest=_nearest(column, names),
        shown=shown,
    )


def _refuse_shared(placed: Mapping[Field, int], names: Sequence[str]) -> None:
    for position in placed.values():
        fields = [field.value for field, other in placed.items() if other == position]
        if len(fields) > 1:
            raise ImportFileError(
                "--map gives column {column} to {first} and {second}: give each its own.",
                column=_shown(names, position),
                first=fields[0],
                second=fields[1],
            )


def _shown(names: Sequence[str], position: int) -> str:
    return f"{position + 1} ({names[position]})" if names[position] else str(position + 1)


def _nearest(word: str, words: Iterable[str]) -> Sentence | str:
    by_case = {known.casefold(): known for known in words if known}
    close = difflib.get_close_matches(word.casefold(), by_case, n=1)
    return sentence(" (did you mean {nearest!r}?)", nearest=by_case[close[0]]) if close else ""


def unique_names(given: Sequence[str], unnamed: str) -> tuple[str, ...]:
    """What the columns are called: as written, numbered where two are the same, `unnamed` where nothing is."""
    taken = set(filter(None, given))
    names: list[str] = []
    for position, written in enumerate(given, start=1):
        base = written[:_LONGEST_NAME] or unnamed.format(position)
        name, copy = base, 1
        while name in names or (name in taken and (copy > 1 or not written)):
            copy += 1
            name = f"{base} ({copy})"
        names.append(name)
    return tuple(names)
