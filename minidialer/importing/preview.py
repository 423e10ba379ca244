"""What is made of a file, before anything is imported: columns, first rows, and what is wrong if something is."""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from minidialer.control.models.base import WireSentence
from minidialer.control.models.uploads import PREVIEW_ROWS, Preview, PreviewColumn, PreviewRow
from minidialer.control.sentences import to_wire
from minidialer.domain.sentence import Sentence

from .cells import cleaned
from .columns import Columns, find_columns, parse_mapping, titles, unique_names
from .names import Field
from .numbers import number_rules
from .reader import Opened, open_records
from .reasons import ImportFileError, NumberRefusedError, Reason
from .records import Record
from .source import SAMPLE_RECORDS, ImportOptions
from .tolls import callable_number

_SHOWN = 200  # characters of a cell
_MOST_CELLS = 100  # columns whose cells are shown; all are named
ToE164 = Callable[[str], str]


def preview(path: Path, name: str, options: ImportOptions) -> Preview:
    """Read the beginning of the file. Its problems are in the result, not raised."""
    try:
        with open_records(path, options, name) as opened:
            return _of(opened, options)
    except ImportFileError as error:
        return Preview(kind="text", problem=to_wire(error.sentence))


def _of(opened: Opened, options: ImportOptions) -> Preview:
    sample = [record for record in itertools.islice(opened.rows, SAMPLE_RECORDS) if "".join(record[1]).strip()]
    whole = [record for record in sample if record[2] is None] or sample
    to_e164 = number_rules(options.region).to_e164
    number_of = partial(callable_number, to_e164=to_e164, rules=options.tolls)
    columns, problem = _columns([cells for _, cells, _ in whole], to_e164, options)
    header = whole[columns.header_row] if columns.header_row is not None else None
    rows = [record for record in sample if record is not header][:PREVIEW_ROWS]
    sure = columns.number if problem is None else None
    known = {name: field for field, name in columns.known.items()}
    return Preview(
        kind="text" if opened.sheets is None else "spreadsheet",
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheets=opened.sheets.names if opened.sheets is not None else [],
        sheet=opened.sheets.chosen if opened.sheets is not None else None,
        header=header is not None,
        columns=[
            PreviewColumn(position=at, name=column, field=known[column].value if column in known else None)
            for at, column in enumerate(columns.names, start=1)
        ],
        rows=[_row(record, sure, number_of) for record in rows],
        problem=problem,
    )


def _columns(
    rows: Sequence[Sequence[str]], to_e164: ToE164, options: ImportOptions
) -> tuple[Columns, WireSentence | None]:
    """The columns as the import finds them; when it cannot, their names all the same, and why not."""
    unnamed = options.unnamed_column
    try:
        mapping = parse_mapping(options.mapping)
        return find_columns(rows, to_e164, mapping=mapping, unnamed=unnamed, header=options.header), None
    except ImportFileError as error:
        if not rows:
            return Columns((), 0, None, {}, frozenset()), to_wire(error.sentence)
        header_row, given = titles(rows, to_e164, mapping={}, header=options.header)
        names = unique_names(given, unnamed)
        known: dict[Field, str] = {}
        return Columns(names, 0, header_row, known, frozenset()), to_wire(error.sentence)


def _row(record: Record, number_at: int | None, number_of: ToE164) -> PreviewRow:
    line, cells, wrong = record
    shown = [cleaned(cell[:_SHOWN]) for cell in cells[:_MOST_CELLS]]
    if wrong is not None:
        return PreviewRow(line=line, cells=shown, reason=reason_to_wire(wrong))
    if number_at is None:
        return PreviewRow(line=line, cells=shown)
    try:
        return PreviewRow(line=line, cells=shown, number=number_of(cells[number_at] if number_at < len(cells) else ""))
    except NumberRefusedError as refused:
        return PreviewRow(line=line, cells=shown, reason=reason_to_wire(refused.reason))


def reason_to_wire(reason: Reason) -> WireSentence:
    """Why a row is refused, as it travels."""
    return to_wire(Sentence(reason.message))
