"""What an import did, or would do: counts, and the rows that were rejected with the reason of each."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from minidialer.control.models.uploads import REJECTED, Job, RejectedRow, RejectedRowsOf
from minidialer.exporting.table import ExportError, write_table
from minidialer.i18n import N_, _
from minidialer.tui.page import Page, doing
from minidialer.tui.text import plain, spoken, thousands
from minidialer.tui.widgets.columns import Cell, Column
from minidialer.tui.widgets.table import Table
from minidialer.tui.widgets.working import Progress, while_working

from .import_rows import why
from .saving import ask_path, refusal_of

_COLUMNS = (
    Column[RejectedRow](N_("line"), lambda row: thousands(row.line), width=7, right=True, order=lambda row: row.line),
    Column[RejectedRow](N_("what stands there"), lambda row: row.value, width=20, grow=1),
    Column[RejectedRow](
        N_("why it cannot be dialled"),
        lambda row: Cell(spoken(row.reason), "bad"),
        width=26,
        grow=2,
        order=lambda row: spoken(row.reason),
    ),
)


class ImportResultPage(Page):
    """Gives True when it was a dry run and the real import is wanted now."""

    NAME = N_("What came of the import")
    ABOUT = N_(
        "How many rows were read and what became of them; below, the first hundred that cannot be dialled, each with "
        "the reason. `x` saves all of them to a file, to be mended and imported again."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import", N_("Import now")),
        Binding("x", "save", N_("Save the rejected rows")),
    ]
    DEFAULT_CSS = """
    ImportResultPage #counts { height: auto; padding: 0 1; }
    ImportResultPage #problem { height: auto; padding: 0 1; color: $text-warning; }
    ImportResultPage Table { padding: 0 1; border-top: solid $border; }
    ImportResultPage #why { height: auto; max-height: 3; padding: 0 1; }
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def body(self) -> ComposeResult:
        title = _("{file}: tried, nothing changed yet") if self._job.dry_run else _("{file}: imported")
        yield Static(Text(plain(title.format(file=self._job.file))), classes="heading")
        yield Static(id="counts")
        if self._job.problem is not None:
            yield Static(Text(spoken(self._job.problem)), id="problem")
        yield Table(_COLUMNS, key=lambda row: row.line, empty=N_("No row was rejected."))
        yield Static(id="why")

    async def load(self) -> None:
        grid = Grid.grid(padding=(0, 2), expand=True)
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(justify="right")
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)  # a long path takes nothing from the others
        for label, count, about in self._counts():
            grid.add_row(Text(label), Text(thousands(count), style="bold"), Text(plain(about)))
        self.query_one("#counts", Static).update(grid)
        self.query_one(Table).show(self._job.rejected)

    def on_table_moved(self, event: Table.Moved) -> None:
        """All of the reason, however narrow the column."""
        self.query_one("#why", Static).update(Text(why(event.row.line, event.row.reason)))

    def _counts(self) -> Iterator[tuple[str, int, str]]:
        job = self._job
        yield _("rows read"), job.read, ""
        yield _("added"), job.added, _("into the list {name}").format(name=job.lead_list)
        if job.updated:
            yield _("updated"), job.updated, _("numbers that were there, with the file's fields")
        yield _("were there"), job.already_in_list, _("left as they are")
        yield _("twice"), job.duplicate_in_file, _("the first row of each number counts")
        yield _("rejected"), job.invalid, self._rejected_said() if job.invalid else ""

    def _rejected_said(self) -> str:
        job = self._job
        if job.rejected_file is not None and not job.dry_run:
            return _("all of them in {file} on the daemon's machine").format(file=job.rejected_file)
        if job.invalid > len(job.rejected):
            return _("the first {count} are below").format(count=len(job.rejected))
        return _("see below")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "import":
            return self._job.dry_run
        if action == "save":
            return bool(self._job.rejected)
        return super().check_action(action, parameters)

    def action_import(self) -> None:
        self.dismiss(True)

    @doing
    async def action_save(self) -> None:
        job = self._job
        stem = job.file.rpartition(".")[0] or job.file
        path = await ask_path(self, _("Rejected rows of {file}").format(file=job.file), f"{stem}-rejected.csv")
        if path is None:
            return
        count = await while_working(self, path.name, lambda progress: self._save(path, progress))
        if count is None:
            self.tell(_("Cancelled: no file was written."))
        else:
            self.tell(_("Rejected rows in {file}: {count}.").format(file=path, count=thousands(count)))

    async def _save(self, path: Path, progress: Progress) -> int:
        titles = [_("line"), _("number"), _("why it cannot be dialled")]
        rows: list[tuple[int, str, str]] = []
        async for found in self._all_rejected():
            rows += ((row.line, row.value, spoken(row.reason)) for row in found)
            progress.step(len(rows) / max(self._job.invalid, 1))
        try:
            return await asyncio.to_thread(write_table, path, titles, rows, zone=self.supervisor.zone)
        except ExportError as error:
            raise refusal_of(error) from error

    async def _all_rejected(self) -> AsyncIterator[list[RejectedRow]]:
        """A page at a time; those the job came with when they are all."""
        if self._job.invalid <= len(self._job.rejected):
            yield self._job.rejected
            return
        after: int | None = 0
        async with self.supervisor.session.line() as client:
            while after is not None:
                found = await client.call(REJECTED, RejectedRowsOf(job=self._job.job, after=after))
                yield found.rows
                after = found.next
