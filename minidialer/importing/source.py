"""One file of numbers, opened: what was detected in it, and its rows, checked and normalised."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from minidialer.domain.tolls import Tolls
from minidialer.importing.cells import cleaned
from minidialer.importing.columns import Columns, find_columns, parse_mapping
from minidialer.importing.numbers import number_rules
from minidialer.importing.reasons import ImportFileError, NumberRefusedError, Reason
from minidialer.importing.records import Record
from minidialer.importing.tolls import callable_number

LONGEST_CELL = 10_000
LONGEST_ROW = 100_000
SAMPLE_RECORDS = 100
_SHOWN = 200


class Row(NamedTuple):
    """A lead to be: `number` is E.164, `fields` every other column under its name, in file order."""

    line: int
    number: str
    fields: dict[str, str]


class Rejected(NamedTuple):
    """A row that cannot be called: the line it starts on, what stood in place of its number, and why not."""

    line: int
    value: str
    reason: Reason


@dataclasses.dataclass(frozen=True)
class ImportOptions:
    """How to read; what is None is detected. `mapping` holds `--map` arguments, `field=column` each.

    `header`: whether the first row names the columns. `sheet`: of a spreadsheet, by name. `tolls`: a row whose number
    may not be called is rejected.
    """

    region: str = "PL"
    encoding: str | None = None
    delimiter: str | None = None
    mapping: tuple[str, ...] = ()
    unnamed_column: str = "column {}"
    stdin_name: str = "standard input"
    header: bool | None = None
    sheet: str | None = None
    tolls: Tolls = dataclasses.field(default_factory=Tolls)


class Source:
    """An open file of numbers; iterate once. Every row that is not blank gives one `Row` or one `Rejected`.

    A row whose cells are all empty or spaces is blank: not given and not counted, like the header.
    """

    def __init__(
        self,
        name: str,
        rows: Iterator[Record],
        options: ImportOptions,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        progress: Callable[[], float] = float,
    ) -> None:
        self.name = name
        self.encoding = encoding
        """Of a text file; None for a spreadsheet."""
        self.delimiter = delimiter
        """Of a text file of several columns, else None."""
        self.progress = progress
        """The share of the file that was read so far, 0 to 1; stays 0 where it cannot be told."""
        self._to_e164 = number_rules(options.region).to_e164
        self._tolls = options.tolls
        self._unnamed = options.unnamed_column
        sample = [record for record in itertools.islice(rows, SAMPLE_RECORDS) if not _is_blank(record)]
        self.columns = self._found_columns(sample, options)
        """Which column is which."""
        self._records = itertools.chain(sample, rows)

    def _found_columns(self, sample: list[Record], options: ImportOptions) -> Columns:
        """Find the columns in these records, and take the header out of them."""
        whole = [record for record in sample if record[2] is None]
        try:
            columns = find_columns(
                [cells for _, cells, _ in whole or sample],
                self._to_e164,
                mapping=parse_mapping(options.mapping),
                unnamed=options.unnamed_column,
                header=options.header,
            )
        except ImportFileError as error:
            raise ImportFileError("{file}: {problem}", file=self.name, problem=error.sentence) from error
        if columns.header_row is not None:
            sample.remove((whole or sample)[columns.header_row])
        return columns

    def __iter__(self) -> Iterator[Row | Rejected]:
        columns = self.columns
        width, number_at, names = len(columns.names), columns.number, columns.fields
        to_e164, tolls = self._to_e164, self._tolls
        all_named = not columns.unnamed
        for line, cells, wrong in self._records:
            text = "".join(cells)
            if not text or text.isspace():
                continue
            if (wrong is not None or len(text) > LONGEST_CELL) and (refusal := wrong or _too_long(cells)):
                value = cells[number_at] if wrong is None and number_at < len(cells) else cells[0]
                yield Rejected(line, cleaned(value[:_SHOWN]), refusal)
                continue
            values = [cell.strip() for cell in cells] if text.isprintable() else list(map(cleaned, cells))
            if len(values) == width and all_named:
                written = values.pop(number_at)
                fields = dict(zip(names, values, strict=False))  # of equal length here
            else:
                written, fields = self._ragged(values)
            try:
                number = callable_number(written, to_e164, tolls)
            except NumberRefusedError as refused:
                yield Rejected(line, written[:_SHOWN], refused.reason)
            else:
                yield Row(line, number, fields)

    def _ragged(self, values: list[str]) -> tuple[str, dict[str, str]]:
        """A row shorter or longer than the header, or under a header with empty cells."""
        columns = self.columns
        width = len(columns.names)
        missing = width - len(values)
        values += [""] * missing
        fields = {
            name: value
            for position, (name, value) in enumerate(zip(columns.names, values, strict=False))
            if position != columns.number and (value or name not in columns.unnamed)
        }
        for position, value in enumerate(values[width:], start=width + 1):
            if value:
                fields[_free_name(self._unnamed.format(position), fields)] = value
        return values[columns.number], fields


def _is_blank(record: Record) -> bool:
    return not "".join(record[1]).strip()


def _too_long(cells: list[str]) -> Reason | None:
    if max(map(len, cells)) > LONGEST_CELL or sum(map(len, cells)) > LONGEST_ROW:
        return Reason.FIELD_TOO_LONG
    return None


def _free_name(name: str, fields: dict[str, str]) -> str:
    free, copy = name, 1
    while free in fields:
        copy += 1
        free = f"{name} ({copy})"
    return free
