"""Uploads, previews and imports: the daemon only looks after processes, so that its loop is free for calls."""

import asyncio
import contextlib
import itertools
import logging
import os
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

from minidialer.control.models.uploads import Preview
from minidialer.control.sentences import ControlError, to_wire
from minidialer.domain.sentence import sentence
from minidialer.importing.order import Order
from minidialer.settings import Settings
from minidialer.store.names import key

from .child import Child, working
from .jobs import ImportJob
from .uploads import JOURNAL_SUFFIX, REJECTED_SUFFIX, SUFFIX, Upload, Uploads

log = logging.getLogger(__name__)
MOST_RUNNING = 2
MOST_PREVIEWS = 2
KEPT_JOBS = 50  # that have ended
KEPT_TRIED = 5  # of them, dry runs with their rejected rows
PREVIEW_PATIENCE = 60.0  # seconds
STOP_PATIENCE = 20.0  # seconds for taking back when the daemon stops; else it is done at the next start


class ImportWork:
    """`run` does the work until it is cancelled. `changed` is told the name of a list whose leads changed."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], changed: Callable[[str], Awaitable[None]]
    ) -> None:
        self.uploads = Uploads(settings.data_dir / "uploads", time.monotonic)
        self._settings = settings
        self._clock = clock
        self._changed = changed
        self._ids: Iterator[int] = itertools.count(int(clock().timestamp()))  # never those of an earlier daemon
        self._jobs: dict[int, ImportJob] = {}
        self._children: dict[int, Child] = {}
        self._waiting: asyncio.Queue[ImportJob] = asyncio.Queue()
        self._previews = asyncio.Semaphore(MOST_PREVIEWS)

    def order(self, upload: Upload) -> Order:
        """What is the same for a preview and an import of this file."""
        return Order(
            do="preview",
            path=upload.path,
            name=upload.file_name,
            language=self._settings.language or "en",
            region=self._settings.numbers.region,
            foreign_prefixes=self._settings.numbers.foreign_prefixes,
            premium_prefixes=self._settings.numbers.premium_prefixes,
            store=self._settings.store_path,
        )

    async def preview(self, order: Order) -> Preview:
        """What is made of the file. Raises ControlError when it takes too long or the process dies of it."""
        async with self._previews:
            try:
                async with working(order) as child, asyncio.timeout(PREVIEW_PATIENCE):  # begun and ended in peace
                    async for news in child.news():
                        if news.preview is not None:
                            return news.preview
            except TimeoutError:
                raise ControlError("{file} takes too long to read: save it as .csv.", file=order.name) from None
        raise ControlError("{file} cannot be read: save it as .csv.", file=order.name)

    def start(self, order: Order, upload: Upload) -> ImportJob:
        """Begin an import. A dry run leaves the upload to its client, else it is the import's. Raises ControlError."""
        running = [job for job in self._jobs.values() if not job.over]
        if len(running) >= MOST_RUNNING:
            raise ControlError("{count} imports are under way: wait for one to end.", code="busy", count=len(running))
        number = next(self._ids)
        own = self.uploads.folder / f"job-{number}{SUFFIX}"
        try:
            os.link(upload.path, own)
        except OSError as error:
            raise ControlError("The file cannot be kept: {problem}.", problem=error.strerror or str(error)) from error
        now = self._clock()
        changes = {"path": own, "journal": own.with_suffix(JOURNAL_SUFFIX)}
        if order.dry_run:
            changes["rejected_file"] = own.with_suffix(REJECTED_SUFFIX)
            self._forget_tried()
        else:
            changes["rejected_file"] = self._rejected_path(upload.file_name, number, now)
            self.uploads.drop(upload)
        job = ImportJob(number, order.model_copy(update={"do": "import", **changes}), upload.size, now)
        self._jobs[number] = job
        self._forget_old()
        self._waiting.put_nowait(job)
        return job

    def job(self, number: int) -> ImportJob:
        """The job of this number. Raises ControlError."""
        job = self._jobs.get(number)
        if job is None:
            raise ControlError(
                "There is no import {job} under way: `minidialer imports` shows those that were made.",
                code="not_found",
                job=number,
            )
        return job

    def check_idle(self, lead_list: str) -> None:
        """Raise ControlError while something is imported into the list of this name."""
        for job in self._jobs.values():
            if not job.over and not job.order.dry_run and key(job.order.lead_list) == key(lead_list):
                raise ControlError(
                    "{file} is being imported into “{name}”: cancel that, or wait.",
                    file=job.order.name,
                    name=lead_list,
                )

    def cancel(self, number: int) -> ImportJob:
        """Stop it; what it did is taken back. Raises ControlError when it is over."""
        job = self.job(number)
        if job.over:
            raise ControlError("Import {job} is over: undo it instead.", job=number)
        job.wants_cancel, job.state = True, "cancelling"
        if number in self._children:
            self._children[number].cancel()
        return job

    async def run(self) -> None:
        """Work until cancelled: first on what an earlier daemon left half done."""
        async with asyncio.TaskGroup() as tasks:
            for journal in self.uploads.take_over():  # not before: another daemon may be at work on this folder
                tasks.create_task(self._recover(journal))
            while True:
                tasks.create_task(self._work(await self._waiting.get()))

    async def _work(self, job: ImportJob) -> None:
        try:
            await self._do(job)
        except Exception:
            log.exception("The import of %s failed", job.order.name, extra={"action": "import"})
        finally:
            self._children.pop(job.id, None)
            with contextlib.suppress(OSError):
                job.path.unlink(missing_ok=True)
        if not job.over:  # its process died, of the file or by somebody's hand
            taken_back = await self._recover(job.order.journal)
            if taken_back and job.wants_cancel:  # told to stop before it could listen
                job.state = "cancelled"
            else:
                job.state = "failed"
                job.problem = to_wire(
                    sentence("The import of {file} failed: the daemon's log says how.", file=job.order.name)
                )
        job.finished_at = self._clock()
        if not job.order.dry_run:
            await self._tell(job.order.lead_list)

    async def _tell(self, lead_list: str) -> None:
        try:
            await self._changed(lead_list)
        except Exception:  # the daemon is stopping, or out of disk: it looks at every list when it starts
            log.exception("The dialer was not told of an import", extra={"action": "import"})

    async def _do(self, job: ImportJob) -> None:
        async with working(job.order, STOP_PATIENCE) as child:
            self._children[job.id] = child
            if job.wants_cancel:
                child.cancel()
            async for news in child.news():
                job.hear(news)

    async def _recover(self, journal: Path) -> bool:
        """Take back what an import did that was killed; was it?"""
        taken_back = False
        order = Order(do="take_back", journal=journal, store=self._settings.store_path, actor="minidialer")
        try:
            async with working(order, STOP_PATIENCE) as child:
                async for news in child.news():
                    log.info("An import that was killed: %s", news.state, extra={"action": "import_recover"})
                    taken_back = news.state == "cancelled"
        except Exception:
            log.exception("An import that was killed is still there: undo it", extra={"action": "import_recover"})
        return taken_back

    def _rejected_path(self, file_name: str, number: int, now: datetime) -> Path:
        stem = re.sub(r"[^\w.-]+", "_", Path(file_name).stem)[:80]
        return self._settings.rejected_path / f"{now:%Y%m%d-%H%M%S}-{number}-{stem}.csv"

    def _forget_tried(self) -> None:
        """Of the last dry runs only the rejected rows are kept, for there may be as many as the file has."""
        tried = [job for job in self._jobs.values() if job.over and job.order.dry_run]
        for job in tried[: max(len(tried) - KEPT_TRIED + 1, 0)]:
            if job.order.rejected_file is not None:
                job.order.rejected_file.unlink(missing_ok=True)

    def _forget_old(self) -> None:
        over = [number for number, job in self._jobs.items() if job.over]
        for number in over[: max(len(over) - KEPT_JOBS, 0)]:
            del self._jobs[number]
