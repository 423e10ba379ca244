"""Scratch space for imports: rows and numbers by the million, on the disk and not in memory.

SQLite deletes such a file by itself, also when the process dies. It is not the store: nobody waits for it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self


class _Scratch:
    def __init__(self, table: str) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(table)
        self._db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


class StagedRows(_Scratch):
    """Numbers with their fields, kept in order."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE staged (id INTEGER PRIMARY KEY, number TEXT, fields TEXT)")

    def add(self, number: str, fields: Mapping[str, str]) -> None:
        """Keep one more."""
        self._db.execute("INSERT INTO staged (number, fields) VALUES (?, ?)", (number, json.dumps(fields)))

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        for number, fields in self._db.execute("SELECT number, fields FROM staged ORDER BY id"):
            yield number, json.loads(fields)


class SeenNumbers(_Scratch):
    """Numbers met so far."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE seen (number TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, numbers: Iterable[str]) -> int:
        """Add numbers; returns how many of them are new."""
        before = self._db.total_changes
        self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((number,) for number in numbers))
        return self._db.total_changes - before
