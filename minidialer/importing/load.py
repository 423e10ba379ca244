"""Loads the rows of a file into a lead list: the half of the import that writes to the store.

It runs in a process of its own, beside a daemon that must go on writing. So it takes the store for one short
transaction at a time (at most `BATCH_ROWS` rows, or `BATCH_CHARACTERS` and a row) and leaves it alone between two of
them for longer than a waiting writer takes to look again (3 ms, see `store.engine`): nobody waits for more than one.

Memory does not grow with the file. A row whose number is in the list is told apart by who put it there: this import
(`duplicate_in_file`; the first row stays) or anybody before it (`already_in_list` or `updated`, once for each row).
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.sentence import RefusedError
from minidialer.importing.report import Summary
from minidialer.importing.source import Rejected, Row
from minidialer.importing.taking_back import Journal, changed
from minidialer.store import audit, imports, lists
from minidialer.store.columns import to_json
from minidialer.store.database import Database
from minidialer.store.errors import NotFoundError
from minidialer.store.staging import SeenNumbers, StagedRows

BATCH_ROWS = 250
BATCH_CHARACTERS = 1 << 18
GAP = 0.005  # seconds between two transactions, at least
_GAP_SHARE = 0.25  # of the time the last one took

Lead = tuple[str, Mapping[str, str]]  # number, fields


class ImportUndoneError(RefusedError):
    """Somebody undid this import while it was running."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Where the rows go, and what is noted of the file they come from.

    on_duplicate: `update` merges the row's fields that are not empty into the lead's; its state stays. strict: any
    rejected row keeps everything out. dry_run: the same counts, and nothing is written.
    """

    list_name: str
    create_list: bool = False
    on_duplicate: Literal["skip", "update"] = "skip"
    strict: bool = False
    dry_run: bool = False
    file_name: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    rejected_file: str | None = None  # where rejected rows go, if there are any
    uid: int | None = None
    actor: str = ""


async def load(
    db: Database,
    rows: Iterable[Row | Rejected],
    options: LoadOptions,
    clock: Callable[[], datetime],
    *,
    on_rejected: Callable[[Rejected], None] | None = None,
    progress: Callable[[Summary], None] | None = None,
    journal: Journal | None = None,
) -> Summary:
    """Load the rows; `on_rejected` gets each rejected one, `progress` the counts after each batch.

    `journal` gets what `take_back` needs, each time before it is committed.

    With `strict` and a rejected row, only `read` and `invalid` are counted and nothing is written. Interrupted, it
    leaves what it has added, under an import that `imports` shows as unfinished and that can be undone.
    Raises NotFoundError (no such list), NameRefusedError, ImportUndoneError, and what `rows` raises.
    """
    summary = Summary(encoding=options.encoding, delimiter=options.delimiter)
    accepted = _accepted(rows, summary, options, on_rejected)
    with contextlib.ExitStack() as stack:
        if options.strict:
            accepted = _read_to_the_end(accepted, stack.enter_context(StagedRows()))
            if summary.invalid:
                return summary
        target: _Target = _Writing(db, options, clock, journal)
        if options.dry_run:
            target = _Counting(db, options, stack.enter_context(SeenNumbers()))
        await target.begin(summary)
        for batch in _batches(accepted):
            await target.take(batch, summary)
            if progress is not None:
                progress(summary)
        await target.finish(summary)
    return summary


def _accepted(
    rows: Iterable[Row | Rejected],
    summary: Summary,
    options: LoadOptions,
    on_rejected: Callable[[Rejected], None] | None,
) -> Iterator[Lead]:
    """The rows that can be called; the others are counted and handed on."""
    for row in rows:
        summary.read += 1
        if isinstance(row, Row):
            yield row.number, row.fields
            continue
        summary.invalid += 1
        summary.rejected_file = options.rejected_file
        if on_rejected is not None:
            on_rejected(row)


def _read_to_the_end(leads: Iterable[Lead], staged: StagedRows) -> Iterator[Lead]:
    """Read everything before anything is loaded; kept aside, for standard input cannot be read twice."""
    for number, about in leads:
        staged.add(number, about)
    return iter(staged)


def _batches(leads: Iterator[Lead]) -> Iterator[list[Lead]]:
    batch: list[Lead] = []
    characters = 0
    for lead in leads:
        batch.append(lead)
        characters += sum(map(len, lead[1].values()))
        if len(batch) >= BATCH_ROWS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    yield batch  # the last one, maybe empty: rows rejected at the end are counted with it


@dataclass(slots=True)
class _Counts:
    """What became of the rows of one batch."""

    added: int = 0
    updated: int = 0
    duplicate_in_file: int = 0
    already_in_list: int = 0

    def add_to(self, summary: Summary) -> None:
        for field in fields(self):
            setattr(summary, field.name, getattr(summary, field.name) + getattr(self, field.name))


class _Target(Protocol):
    async def begin(self, summary: Summary) -> None: ...
    async def take(self, batch: list[Lead], summary: Summary) -> None: ...
    async def finish(self, summary: Summary) -> None: ...


class _Counting:
    """Dry run: reads the list, and keeps the file's own numbers aside."""

    def __init__(self, db: Database, options: LoadOptions, seen: SeenNumbers) -> None:
        self._db = db
        self._options = options
        self._seen = seen
        self._list_id: int | None = None

    async def begin(self, summary: Summary) -> None:
        """Find the list; one that would be created has no numbers."""
        del summary
        async with self._db.read() as conn:
            try:
                self._list_id = (await lists.find(conn, self._options.list_name)).id
            except NotFoundError as error:
                if not self._options.create_list:
                    raise _no_list(error) from None

    async def take(self, batch: list[Lead], summary: Summary) -> None:
        """Count as `_Writing` would."""
        known: dict[str, Any] = {}
        if self._list_id is not None:
            async with self._db.read() as conn:
                known = await imports.known(conn, self._list_id, [number for number, _ in batch])
        others = [number for number, _ in batch if number not in known]
        counts = _Counts(added=self._seen.add(others))
        counts.duplicate_in_file = len(others) - counts.added
        if self._options.on_duplicate == "update":
            counts.updated = len(batch) - len(others)
        else:
            counts.already_in_list = len(batch) - len(others)
        counts.add_to(summary)

    async def finish(self, summary: Summary) -> None:
        """Nothing was written, so there is nothing to end."""


class _Writing:
    """The import itself."""

    def __init__(
        self, db: Database, options: LoadOptions, clock: Callable[[], datetime], journal: Journal | None
    ) -> None:
        self._db = db
        self._options = options
        self._clock = clock
        self._journal = journal
        self._list = lists.LeadList(0, "", clock())
        self._import_id = 0

    async def begin(self, summary: Summary) -> None:
        """Find or create the list, and note that the import has begun."""
        options, now = self._options, self._clock()
        async with self._db.write() as conn:
            self._list, is_new = await _list_of(conn, options, now)
            about = {
                "list_id": self._list.id,
                "file_name": options.file_name,
                "uid": options.uid,
                "started_at": now,
                "encoding": options.encoding,
                "delimiter": options.delimiter,
            }
            self._import_id = await imports.begin(conn, about)
            if self._journal is not None:
                self._journal.begin(self._import_id, self._list.id, list_is_new=is_new)
        summary.import_id = self._import_id

    async def take(self, batch: list[Lead], summary: Summary) -> None:
        """Write one batch in one transaction, then let others write."""
        clock = asyncio.get_running_loop().time
        written = [to_json(about) for _, about in batch]
        async with self._db.write() as conn:
            began = clock()
            counts = await self._place(conn, batch, written)
            so_far = replace(summary)
            counts.add_to(so_far)
            await self._note(conn, so_far)
        counts.add_to(summary)
        await asyncio.sleep(max(GAP, (clock() - began) * _GAP_SHARE))

    async def _place(self, conn: AsyncConnection, batch: list[Lead], written: list[str]) -> _Counts:
        updating = self._options.on_duplicate == "update"
        known = await imports.known(conn, self._list.id, [number for number, _ in batch], fields=updating)
        counts = _Counts()
        new: dict[str, str] = {}
        merged: dict[int, Mapping[str, str]] = {}
        before: dict[int, Mapping[str, str]] = {}
        for (number, about), as_json in zip(batch, written, strict=True):
            there = known.get(number)
            if number in new or (there is not None and there.import_id == self._import_id):
                counts.duplicate_in_file += 1
            elif there is None:
                counts.added += 1
                new[number] = as_json
            elif not updating:
                counts.already_in_list += 1
            else:
                counts.updated += 1
                present = merged.get(there.id, there.fields)
                changes = {name: value for name, value in about.items() if value and present.get(name) != value}
                if changes:
                    merged[there.id] = {**present, **changes}
                    before[there.id] = there.fields
        await imports.insert_leads(conn, self._list.id, self._import_id, list(new.items()))
        if self._journal is not None:
            self._journal.update({lead_id: changed(before[lead_id], fields) for lead_id, fields in merged.items()})
        await imports.update_fields(conn, merged)
        return counts

    async def _note(self, conn: AsyncConnection, summary: Summary, **more: object) -> None:
        counted = ("read", "added", "updated", "duplicate_in_file", "already_in_list", "invalid", "rejected_file")
        values = {name: getattr(summary, name) for name in counted}
        if not await imports.note(conn, self._import_id, values | more):
            raise ImportUndoneError("Import {id} was undone while it was running: it stopped.", id=self._import_id)

    async def finish(self, summary: Summary) -> None:
        """Note the end, for the list of imports and for the audit."""
        now, options = self._clock(), self._options
        line = audit.AuditLine(now, "import", self._list.name, options.uid, options.actor, after=summary.as_dict())
        async with self._db.write() as conn:
            await self._note(conn, summary, finished_at=now)
            await audit.record(conn, line)


async def _list_of(conn: AsyncConnection, options: LoadOptions, now: datetime) -> tuple[lists.LeadList, bool]:
    """The list, and whether it is a new one."""
    try:
        return await lists.find(conn, options.list_name), False
    except NotFoundError as error:
        if not options.create_list:
            raise _no_list(error) from None
        return await lists.add(conn, options.list_name, now), True


def _no_list(error: NotFoundError) -> NotFoundError:
    """The nearest name is the better advice where there is one."""
    values = error.sentence.values
    if "nearest" in values:
        return error
    return NotFoundError("There is no list “{name}”: --create-list adds it.", **values)
