"""What an import did: its counts, and the file of rejected rows."""

import contextlib
import csv
import dataclasses
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from minidialer.domain.formula import as_it_was, harmless
from minidialer.importing.reasons import Reason
from minidialer.importing.source import Rejected

_MODE = 0o640


@dataclasses.dataclass(slots=True)
class Summary:
    """Counts of rows. read = added + updated + duplicate_in_file + already_in_list + invalid.

    `read` counts every row but the header and blank ones (no cell with anything but spaces).
    """

    import_id: int | None = None
    """None for a dry run."""
    read: int = 0
    added: int = 0
    updated: int = 0
    duplicate_in_file: int = 0
    already_in_list: int = 0
    invalid: int = 0
    rejected_file: str | None = None
    """Where the rejected rows are; None when there are none."""
    encoding: str | None = None
    """None for a spreadsheet."""
    delimiter: str | None = None
    """None for a spreadsheet and for a file of one column."""

    def as_dict(self) -> dict[str, int | str | None]:
        """The keys and values that `--json` prints."""
        return dataclasses.asdict(self)


class RejectedRows:
    """A CSV file with the header line,value,reason that appears at `path` once it is complete, if it has rows."""

    def __init__(self, path: Path, translate: Callable[[str], str] = str) -> None:
        self.path = path
        self.count = 0
        self._translate = translate
        self._temporary: Path | None = None
        self._stack = contextlib.ExitStack()

    def write(self, rejected: Rejected) -> None:
        """Add a row; raises OSError when the folder cannot be written."""
        if self._temporary is None:
            self._begin()
        self._writer.writerow((rejected.line, harmless(rejected.value), self._translate(rejected.reason.message)))
        self.count += 1

    def _begin(self) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        self._temporary = Path(name)
        self._file = self._stack.enter_context(os.fdopen(descriptor, "w", encoding="utf-8", newline=""))
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(("line", "value", "reason"))

    def finish(self) -> Path | None:
        """Put the file in its place, whole and on the disk; return its path, None when no row was rejected."""
        if self._temporary is None:
            return None
        self._file.flush()
        os.fchmod(self._file.fileno(), _MODE)
        os.fsync(self._file.fileno())
        self._stack.close()
        self._temporary.replace(self.path)
        self._temporary = None
        return self.path

    def discard(self) -> None:
        """Leave no file behind; does nothing once it is finished."""
        self._stack.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
            self._temporary = None


@contextlib.contextmanager
def rejected_rows(path: Path, translate: Callable[[str], str] = str) -> Iterator[RejectedRows]:
    """Write rejected rows to `path`: `translate` takes the English reason. With an exception, nothing stays."""
    rows = RejectedRows(path, translate)
    try:
        yield rows
        rows.finish()
    finally:
        rows.discard()


def rejected_page(
    path: Path, translate: Callable[[str], str], after: int, most: int
) -> tuple[list[Rejected], int | None]:
    """So many rows of such a file, and where the next begin. `after`: 0, or where the page before said.

    `translate`: as it was written with. Raises OSError, ValueError for a file that was changed since.
    """
    reasons = {translate(reason.message): reason for reason in Reason}
    rows: list[Rejected] = []
    with path.open("rb") as file:
        file.seek(after)
        lines = csv.reader(text.decode() for text in iter(file.readline, b""))
        if after == 0:
            next(lines, None)
        for line, value, reason in itertools.islice(lines, most):
            if reason not in reasons:
                raise ValueError(f"{reason} is none of the reasons")
            rows.append(Rejected(int(line), as_it_was(value), reasons[reason]))
        end = file.tell()
        return rows, end if file.read(1) else None
