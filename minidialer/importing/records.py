"""Lines of text to records of cells: the delimiter, the quotes, and quotes that were never closed."""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator

from minidialer.importing.reasons import ImportFileError, Reason
from minidialer.importing.text import LONGEST_LINE

# A record is the physical line it starts on, its cells, and what is wrong with it as a whole.
# With something wrong, the one cell is the beginning of the line.
Record = tuple[int, list[str], Reason | None]

DELIMITERS = "\t;|,"
_SAMPLE_LINES = 200
_SAMPLE_CHARACTERS = 1 << 18
_LONGEST_RECORD_LINES = 100
MOST_COLUMNS = 1000
_SHOWN = 200
# One column: nothing in the file may be taken for a delimiter, and NUL-free text has no use for this one.
_NO_DELIMITER = "\x1f"
_SEP_LINE = re.compile(r'"?sep=([^\w\r\n"])"?[\r\n]*', re.IGNORECASE)


def chosen_delimiter(given: str) -> str:
    """What `--delimiter` means: one character, or tab by a name people type."""
    delimiter = {"\\t": "\t", "tab": "\t"}.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or delimiter.isalnum():
        raise ImportFileError(
            "{given!r} cannot be a delimiter: give one sign such as ; or , or the word tab.", given=given
        )
    return delimiter


def sep_line(line: str) -> str | None:
    """The delimiter that a first line like `sep=;` declares to Excel, None when it is an ordinary line."""
    match = _SEP_LINE.fullmatch(line)
    return match[1] if match else None


def detected_delimiter(lines: Iterable[str]) -> str | None:
    """The delimiter of these first lines, None for a file of one column.

    It is in at least half of the records; the one that cuts most of them into the same number of cells wins,
    and among equals the one least likely to be part of a text (a comma also stands in notes and amounts).
    """
    sample = _beginning(lines)
    best: tuple[float, str | None] = (0.0, None)
    for delimiter in DELIMITERS:
        if not any(delimiter in line for line in sample):
            continue
        widths = [0 if wrong else len(cells) for _, cells, wrong in records(sample, delimiter)]
        cut = [width for width in widths if width > 1]
        if not cut or len(cut) * 2 < len(widths):
            continue
        commonest = Counter(cut).most_common(1)[0][1]
        best = max(best, (round(commonest / len(widths), 1), delimiter), key=lambda choice: choice[0])
    return best[1]


def _beginning(lines: Iterable[str]) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line)
        if len(sample) >= _SAMPLE_LINES or size > _SAMPLE_CHARACTERS:
            break
    return sample


def records(lines: Iterable[str], delimiter: str | None, *, first_line: int = 1) -> Iterator[Record]:
    """Yield the records of these lines; empty lines are passed over.

    A quote that is not closed within 100 lines, or whose closing one is not followed by a delimiter, is taken
    for a stray one: its line is refused and reading goes on with the next, so that it swallows nothing.
    """
    return iter(_Records(iter(lines), delimiter or _NO_DELIMITER, first_line))


class _Records:
    def __init__(self, lines: Iterator[str], delimiter: str, first_line: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._next_line = first_line
        self._again: deque[str] = deque()  # lines of a broken record, to be read once more
        self._taken: list[str] = []  # lines of the record being read
        self._ended = False

    def __iter__(self) -> Iterator[Record]:
        while not self._ended or self._again:
            self._ended = False
            try:
                yield from self._whole_records()
            except (_RunawayError, csv.Error):
                yield self._refused_line()

    def _whole_records(self) -> Iterator[Record]:
        taken = self._taken
        for cells in csv.reader(self._feed(), delimiter=self._delimiter, skipinitialspace=True):
            if (len(taken) > 1 or self._ended) and not self._well_formed():
                raise _RunawayError
            line = self._next_line
            self._next_line = line + len(taken)
            taken.clear()
            if len(cells) > MOST_COLUMNS:
                yield line, [cells[0]], Reason.TOO_MANY_COLUMNS
            elif cells:
                yield line, cells, None

    def _feed(self) -> Iterator[str]:
        taken = self._taken
        while self._again:
            yield self._take(self._again.popleft())
        for line in self._lines:
            if taken or len(line) > LONGEST_LINE:
                yield self._take(line)
            else:
                taken.append(line)
                yield line
        self._ended = True

    def _take(self, line: str) -> str:
        self._taken.append(line)
        if len(self._taken) > _LONGEST_RECORD_LINES or len(line) > LONGEST_LINE:
            raise _RunawayError
        return line

    def _well_formed(self) -> bool:
        try:
            read = list(csv.reader(self._taken, delimiter=self._delimiter, skipinitialspace=True, strict=True))
        except csv.Error:
            return False
        return len(read) == 1

    def _refused_line(self) -> Record:
        """Refuse the first line of the broken record, and read the others again."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        self._taken.clear()
        line = self._next_line
        self._next_line += 1
        reason = Reason.UNBALANCED_QUOTE
        if len(first) > LONGEST_LINE:
            reason = Reason.LINE_TOO_LONG
        elif not others and len(first) > csv.field_size_limit():
            reason = Reason.FIELD_TOO_LONG
        return line, [first[:_SHOWN].strip()], reason


class _RunawayError(Exception):
    """The record being read is none."""
