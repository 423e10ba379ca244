"""An import in a process of its own, which tells how it goes in lines on stdout.

SIGTERM cancels it, and so does the end of whoever reads its stdout. A cancelled or failed import takes back what it did
before it ends; one that is killed leaves its journal for the next.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from minidialer import i18n
from minidialer.control.models.base import WireSentence
from minidialer.control.sentences import to_wire
from minidialer.domain.sentence import RefusedError, sentence
from minidialer.store.database import Database

from .load import LoadOptions, load
from .order import News, Order
from .preview import reason_to_wire
from .reader import open_source
from .report import Summary, rejected_rows
from .source import Rejected, Row, Source
from .taking_back import Journal, take_back

log = logging.getLogger(__name__)
MOST_REJECTED = 100  # told; all of them are in the file
_TOLD_EVERY = 0.2  # seconds
_LOOK_EVERY = 1000  # rows


class CancelledImportError(Exception):
    """Somebody asked for it to be stopped."""


class _Teller:
    """Tells the news, and hears of the wish to stop; that nobody listens any more is one, too."""

    def __init__(self) -> None:
        self.cancelled = False
        self._reading = False
        self._next = 0.0
        self._rejected = 0

    def tell(self, news: News) -> None:
        """Write the line."""
        try:
            sys.stdout.write(news.model_dump_json(exclude_defaults=True) + "\n")
            sys.stdout.flush()
        except OSError:
            self.cancelled = True
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # it shall fail no more

    def rejected(self, row: Rejected) -> None:
        """One more; the first ones are told."""
        self._rejected += 1
        if self._rejected <= MOST_REJECTED:
            self.tell(News(rejected=(row.line, row.value, reason_to_wire(row.reason))))

    def progress(self, source: Source, summary: Summary) -> None:
        """After a batch; told now and then. Raises CancelledImportError."""
        self._tell_now_and_then(source, summary.as_dict())
        if self.cancelled:
            raise CancelledImportError

    def _tell_now_and_then(self, source: Source, summary: dict[str, int | str | None] | None = None) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _TOLD_EVERY
            self.tell(News(share=min(source.progress(), 1.0), summary=summary))

    def cancel(self, *_signal: object) -> None:
        """Stop: at once while the file is read, which may take long; else when the batch is written."""
        self.cancelled = True
        if self._reading:
            self._reading = False
            raise CancelledImportError

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Within, a wish to stop is heard at once. Raises CancelledImportError."""
        self._reading = True
        try:
            if self.cancelled:
                raise CancelledImportError
            yield
        finally:
            self._reading = False

    def rows(self, source: Source) -> Iterator[Row | Rejected]:
        """The rows of the file, until somebody wants to stop."""
        rows = iter(source)
        for count in itertools.count(1):
            with self.reading():
                row = next(rows, None)
            if row is None:
                return
            if count % _LOOK_EVERY == 0:  # with --strict all rows come before the first batch
                self._tell_now_and_then(source)
            yield row


def work(order: Order) -> None:
    """Import the file, or take an import back."""
    teller = _Teller()
    signal.signal(signal.SIGTERM, teller.cancel)
    if order.do == "import":
        asyncio.run(_import(order, teller))
    else:
        asyncio.run(_take_back(order, teller, News(state="cancelled")))


async def _import(order: Order, teller: _Teller) -> None:
    try:
        with Journal(order.journal) as journal:
            summary = await _load(order, teller, journal)
    except CancelledImportError:
        await _take_back(order, teller, News(state="cancelled"))
    except Exception as error:  # whatever it is, nothing half done may stay
        await _take_back(order, teller, News(state="failed", problem=_problem(order, error)))
    else:
        _forget(order.journal)
        teller.tell(News(state="done", share=1.0, summary=summary.as_dict()))


async def _load(order: Order, teller: _Teller, journal: Journal) -> Summary:
    with contextlib.ExitStack() as stack:
        with teller.reading():
            source = stack.enter_context(open_source(order.path, order.reading(), order.name))
        options = LoadOptions(
            list_name=order.lead_list,
            create_list=order.create_list,
            on_duplicate=order.on_duplicate,
            strict=order.strict,
            dry_run=order.dry_run,
            file_name=order.name,
            encoding=source.encoding,
            delimiter=source.delimiter,
            rejected_file=str(order.rejected_file) if order.rejected_file is not None else None,
            uid=order.uid,
            actor=order.actor,
        )
        write_rejected = _rejected_to(order, stack)

        def rejected(row: Rejected) -> None:
            teller.rejected(row)
            write_rejected(row)

        async with Database.open(order.store) as database:
            return await load(
                database,
                teller.rows(source),
                options,
                _clock,
                on_rejected=rejected,
                progress=lambda summary: teller.progress(source, summary),
                journal=journal,
            )


def _rejected_to(order: Order, stack: contextlib.ExitStack) -> Callable[[Rejected], None]:
    if order.rejected_file is None:
        return lambda _row: None
    order.rejected_file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    return stack.enter_context(rejected_rows(order.rejected_file, i18n._)).write


async def _take_back(order: Order, teller: _Teller, end: News) -> None:
    """Undo it, and tell how it ended. One whose process died after it was through stays."""
    teller.tell(News(state="cancelling"))
    this = order.do == "import"
    async with Database.open(order.store) as database:
        done = await take_back(database, order.journal, _clock, uid=order.uid, actor=order.actor, finished=this)
    if done is not None:
        end.list_id, end.kept = done.list_id, done.kept
    teller.tell(end)


def _problem(order: Order, error: Exception) -> WireSentence:
    if isinstance(error, RefusedError):
        return to_wire(error.sentence)
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        return to_wire(sentence("{file} cannot be imported: {problem}.", file=order.name, problem=said))
    log.error("The import of %s failed", order.name, exc_info=error, extra={"action": "import"})
    return to_wire(sentence("The import of {file} failed: the daemon's log says how.", file=order.name))


def _forget(journal: Path) -> None:
    journal.unlink(missing_ok=True)


def _clock() -> datetime:
    return datetime.now(UTC)
