"""An import while it runs: a bar, and a cancel that takes back what was done."""

import asyncio

from minidialer.control.client import Client
from minidialer.control.models.uploads import CANCEL, JOB, RUN, ImportRun, Job, JobKey
from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.i18n import _
from minidialer.tui.page import Page
from minidialer.tui.text import spoken, thousands
from minidialer.tui.widgets.working import Progress, while_working

_LOOK_EVERY = 0.1  # seconds


async def run_import(page: Page, client: Client, order: ImportRun, file_name: str) -> Job | None:
    """Run it; None, and told why, when it was cancelled or failed. Within an action. Raises ControlError."""
    title = _("Trying {file}") if order.dry_run else _("Importing {file}")
    text = _("Into the list {name}.").format(name=order.lead_list)
    job = await while_working(page, title.format(file=file_name), lambda it: _run(client, order, it), text=text)
    if job is None or job.state == "done":
        return job
    if job.state == "failed":
        raise ControlError("{problem}", problem=spoken(job.problem) or _("The import failed."))
    told = _("Cancelled: the list is as it was before.")
    if job.dry_run:
        told = _("Cancelled.")
    elif job.kept:
        told = _("Cancelled; leads that were called meanwhile stay: {count}.").format(count=thousands(job.kept))
    page.tell(told)
    return None


async def _run(client: Client, order: ImportRun, progress: Progress) -> Job:
    job = await client.call(RUN, order)
    cancelled = False
    while job.finished_at is None:
        progress.tell(job.bytes_read / max(job.bytes_total, 1), _told(job))
        if progress.given_up and not cancelled:
            cancelled = True
            await _cancel(client, job)
        await asyncio.sleep(_LOOK_EVERY)
        job = await client.call(JOB, JobKey(job=job.job))
    return job


async def _cancel(client: Client, job: Job) -> None:
    try:
        await client.call(CANCEL, JobKey(job=job.job))
    except DaemonAwayError:
        raise
    except ControlError:
        pass  # it was over a moment before


def _told(job: Job) -> str:
    if job.state == "cancelling":
        return _("taking back what was done")
    return _("rows {read}, added {added}, rejected {invalid}").format(
        read=thousands(job.read), added=thousands(job.added), invalid=thousands(job.invalid)
    )
