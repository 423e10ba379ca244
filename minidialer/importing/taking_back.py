"""Imports that are cancelled: a journal of what they changed, and how all of it is taken back.

What an import adds can be told by its id. What it updates cannot, so the old texts are written down here before the
store commits the new ones, and are on the disk by then: whatever ends the import, nothing half done stays.
"""

import asyncio
import contextlib
import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.sentence import RefusedError
from minidialer.store import audit, imports, lists
from minidialer.store.database import Database
from minidialer.store.errors import NotFoundError

GAP = 0.005  # seconds between two transactions: others write, too
Update = dict[str, tuple[str | None, str]]  # by field: what it was (None: it was not there), and what it became


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> Update:
    """What differs, by field."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


class Journal:
    """The file of one import: a line on where it goes, then a line a batch of updates."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self._file = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def begin(self, import_id: int, list_id: int, *, list_is_new: bool) -> None:
        """The import, before it is committed."""
        self._write({"import": import_id, "list": list_id, "list_is_new": list_is_new})

    def update(self, updates: Mapping[int, Update]) -> None:
        """Fields of leads (by id), before they are committed."""
        if updates:
            self._write({str(lead_id): update for lead_id, update in updates.items()})

    def _write(self, line: Mapping[str, Any]) -> None:
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        os.fdatasync(self._file)


@dataclass(frozen=True)
class TakenBack:
    """What became of it. `kept`: its leads that stay, because they were called or marked meanwhile."""

    import_id: int
    list_id: int
    removed: int
    restored: int
    kept: int


async def take_back(
    db: Database, path: Path, clock: Callable[[], datetime], *, uid: int | None, actor: str, finished: bool = True
) -> TakenBack | None:
    """Undo the import of this journal, and remove the journal. None when there was nothing to undo.

    `finished`: undo it even when it had come to its end.

    May be interrupted and called again, also while the import still runs: it stops at its next batch.
    """
    with _Written(path) as written:
        head = written.line(0)
        undone = await _undone(db, head, clock(), finished)
        if head is None or undone is None:
            _forget(path)
            return None
        restored = 0
        for at in range(len(written) - 1, 0, -1):
            line = written.line(at) or {}
            restored += await _restore(db, {int(lead_id): update for lead_id, update in line.items()})
            await asyncio.sleep(GAP)
    async with db.write() as conn:
        name = (await lists.names(conn)).get(head["list"], "")
        if head["list_is_new"]:
            await _remove_empty(conn, head["list"], clock())
        about = {"import": head["import"], "removed": undone.removed, "restored": restored, "kept": undone.kept}
        await audit.record(conn, audit.AuditLine(clock(), "import.cancel", name, uid, actor, after=about))
    _forget(path)
    return TakenBack(head["import"], head["list"], undone.removed, restored, undone.kept)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _undone(db: Database, head: Mapping[str, Any] | None, now: datetime, finished: bool) -> imports.Undone | None:
    """What the import added is removed; None when there is no such import: it was never committed."""
    if head is None:
        return None
    try:
        async with db.read() as conn:
            found = await imports.get(conn, head["import"])
    except NotFoundError:
        return None
    return await imports.undo(db, found.id, now) if finished or found.finished_at is None else None


class _Written:
    """The lines of a journal that are whole: the last one may have been cut off with the power."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts: list[int] = []

    def __enter__(self) -> Self:
        # An import that was ended before it began has none.
        self._file: IO[bytes] = self._path.open("rb") if self._path.exists() else io.BytesIO()
        place = 0
        for line in self._file:
            if line.endswith(b"\n"):
                self._starts.append(place)
            place += len(line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, at: int) -> dict[str, Any] | None:
        """The line of this position; None when there is none, or when it is damaged."""
        if at >= len(self._starts):
            return None
        self._file.seek(self._starts[at])
        try:
            line = json.loads(self._file.readline().decode("utf-8", "surrogatepass"))
        except ValueError:
            return None
        return line if isinstance(line, dict) else None


async def _restore(db: Database, updates: Mapping[int, Update]) -> int:
    """Put back what still is as the import left it: somebody may have typed something else since."""
    async with db.write() as conn:
        present = await imports.fields_of(conn, list(updates))
        changed = {
            lead_id: restored
            for lead_id, fields in present.items()
            if (restored := _restored(fields, updates[lead_id])) != fields
        }
        await imports.update_fields(conn, changed)
    return len(changed)


def _restored(fields: Mapping[str, str], update: Update) -> dict[str, str]:
    restored = dict(fields)
    for name, (old, new) in update.items():
        if restored.get(name) != new:
            continue
        if old is None:
            del restored[name]
        else:
            restored[name] = old
    return restored


async def _remove_empty(conn: AsyncConnection, list_id: int, now: datetime) -> None:
    if await lists.is_empty(conn, list_id):
        with contextlib.suppress(RefusedError):  # a campaign dials it by now
            await lists.remove(conn, list_id, now)
