"""`minidialer import` for those who may not write the store: the daemon gets the file and imports it."""

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from minidialer.cli.output import narrate, said
from minidialer.cli.session import caller, settings
from minidialer.domain.sentence import RefusedError
from minidialer.i18n import _

if TYPE_CHECKING:
    from minidialer.cli.import_wish import Wish
    from minidialer.control.caller import Caller
    from minidialer.control.models.uploads import Job
    from minidialer.importing.report import Summary

_LOOK_EVERY = 0.2  # seconds
Progress = Callable[[float, int], None]  # share, rows


def store_is_closed() -> bool:
    """Whether the store is there and this user may not write it."""
    import os

    path = settings().store_path
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False  # not there yet: it is ours to make, or to fail at
    return not os.access(path, os.R_OK | os.W_OK)


def import_by_daemon(name: str, wish: "Wish", progress: Progress) -> "Summary":
    """Send the file, import it, wait; an interruption cancels the import. Raises RefusedError."""
    from minidialer.cli.params import given
    from minidialer.control.models.uploads import CANCEL, RUN, JobKey
    from minidialer.control.uploading import upload

    with _file(name) as path, caller() as daemon:
        sent = upload(daemon, path, lambda done, of: progress(done / of, 0))
        job = daemon.call(RUN, given(RUN, id=sent.id, **wish.order()))
        try:
            job = _waited(daemon, job, progress)
        except KeyboardInterrupt:
            job = _waited(daemon, daemon.call(CANCEL, JobKey(job=job.job)), progress)
            narrate(_("Cancelled: nothing of it stays in the list."))
            raise
    if job.state != "done":
        raise RefusedError("{problem}", problem=said(job.problem) or _("The import was cancelled."))
    return _summary(job)


def _waited(daemon: "Caller", job: "Job", progress: Progress) -> "Job":
    from minidialer.control.models.uploads import JOB, JobKey

    while job.finished_at is None:
        time.sleep(_LOOK_EVERY)
        job = daemon.call(JOB, JobKey(job=job.job))
        progress(job.bytes_read / max(job.bytes_total, 1), job.read)
    return job


@contextlib.contextmanager
def _file(name: str) -> Iterator[Path]:
    """The file; standard input is kept aside first, for its length must be said."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="minidialer-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as file:
            while data := sys.stdin.buffer.read(1 << 20):
                file.write(data)
        yield path


def _summary(job: "Job") -> "Summary":
    from minidialer.importing.report import Summary

    return Summary(
        import_id=job.import_id,
        read=job.read,
        added=job.added,
        updated=job.updated,
        duplicate_in_file=job.duplicate_in_file,
        already_in_list=job.already_in_list,
        invalid=job.invalid,
        rejected_file=job.rejected_file,
    )
