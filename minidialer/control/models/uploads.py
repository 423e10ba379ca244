"""Files a client brings: sent in pieces, looked at, and imported by the daemon."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from minidialer.control.method import Method

from .base import LARGEST, Line, Name, Params, Result, WireSentence

CHUNK_BYTES = 512 * 1024  # of the file in one `imports.chunk`
MOST_UPLOAD_BYTES = 512 * 1024 * 1024
PREVIEW_ROWS = 20

UploadId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Mapping = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Upload(Params):
    """A file that comes. `file_name` is what the import is listed under; folders before it are dropped."""

    file_name: FileName
    size: int = Field(ge=1, le=MOST_UPLOAD_BYTES, description="bytes")


class Uploading(Result):
    """How much of it is there. It belongs to this connection, and goes with it."""

    id: str
    file_name: str
    received: int
    size: int


class Chunk(Params):
    """The next piece, in base64: at most 512 KiB of the file."""

    id: UploadId
    data: Annotated[str, StringConstraints(min_length=1, max_length=CHUNK_BYTES * 4 // 3 + 4)]


class Reading(Params):
    """How to read an upload; what is left out is detected. `mapping`: entries like `number=Telefon`.

    `header`: whether the first row names the columns. `sheet`: of a spreadsheet, by name.
    """

    id: UploadId
    encoding: Line | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=3)] | None = None
    header: bool | None = None
    sheet: Line | None = None
    mapping: list[Mapping] = Field(default_factory=list, max_length=50)


class PreviewColumn(Result):
    """One column. `field`: what it is taken for (`number` is dialled), None: a field under its own name."""

    position: int = Field(description="from 1; a mapping may use it in place of the name")
    name: str
    field: str | None = None


class PreviewRow(Result):
    """One of the first rows, its cells shortened; with its number, or why it would be rejected."""

    line: int
    cells: list[str]
    number: str | None = None
    reason: WireSentence | None = None


class Preview(Result):
    """What the daemon makes of a file. `problem`: why it cannot be imported as it is; then no row has a number.

    `delimiter` is None for a single column; for a spreadsheet it and `encoding` are. `sheets`: those to choose from.
    """

    kind: Literal["text", "spreadsheet"]
    encoding: str | None = None
    delimiter: str | None = None
    sheets: list[str] = Field(default_factory=list)
    sheet: str | None = None
    header: bool = False
    columns: list[PreviewColumn] = Field(default_factory=list)
    rows: list[PreviewRow] = Field(default_factory=list)
    problem: WireSentence | None = None


class ImportRun(Reading):
    """Import an upload into a list, in the background. A dry run counts only, and keeps the upload for the real one.

    `on_duplicate`: a number that is in the list is passed over, or has its fields updated. `strict`: any rejected row
    keeps everything out.
    """

    lead_list: Name
    create_list: bool = False
    on_duplicate: Literal["skip", "update"] = "skip"
    strict: bool = False
    dry_run: bool = False


class JobKey(Params):
    """One import that was begun with `imports.run`."""

    job: int = Field(ge=1, le=LARGEST)


class RejectedRow(Result):
    """A row that cannot be called: what stood in place of its number, and why not."""

    line: int
    value: str
    reason: WireSentence


class Job(Result):
    """How far an import has come.

    `cancelling`: it is being cancelled, or has failed; what it did is being taken back. When it is `cancelled` or
    `failed`, the list is as it was before, but for leads that were called meanwhile (`kept`). `done` with `strict` and
    rejected rows: nothing was imported (`problem` says so).
    read = added + updated + duplicate_in_file + already_in_list + invalid.
    """

    job: int
    state: Literal["running", "cancelling", "done", "cancelled", "failed"]
    file: str
    lead_list: str
    dry_run: bool = False
    by: str = Field(default="", description="who started it")
    started_at: datetime
    finished_at: datetime | None = None
    bytes_read: int = Field(default=0, description="stays 0 for spreadsheets until they are read")
    bytes_total: int = 0
    read: int = 0
    added: int = 0
    updated: int = 0
    duplicate_in_file: int = 0
    already_in_list: int = 0
    invalid: int = Field(default=0, description="rejected rows")
    rejected: list[RejectedRow] = Field(default_factory=list, description="the first 100 of them")
    rejected_file: str | None = Field(default=None, description="all of them, on the daemon's machine")
    import_id: int | None = None
    kept: int = Field(default=0, description="leads that stay after a cancel: they were called or marked meanwhile")
    problem: WireSentence | None = None


class RejectedRowsOf(JobKey):
    """The next rejected rows of an import that was begun with `imports.run`, or of a dry run."""

    after: int = Field(default=0, ge=0, le=LARGEST, description="0, or `next` of the page before")


class RejectedRows(Result):
    """At most 1,000 of them, in the order of the file."""

    rows: list[RejectedRow]
    next: int | None = Field(default=None, description="None: there are no more")


UPLOAD = Method("imports.upload", Upload, Uploading, "Begins to take a file from the client.")
CHUNK = Method("imports.chunk", Chunk, Uploading, "Takes the next piece of a file.")
PREVIEW = Method("imports.preview", Reading, Preview, "Shows what is made of an uploaded file.")
RUN = Method("imports.run", ImportRun, Job, "Imports an uploaded file in the background, or counts only.")
JOB = Method("imports.job", JobKey, Job, "How far an import has come.", reads=True)
CANCEL = Method("imports.cancel", JobKey, Job, "Stops an import and takes back what it did.")
REJECTED = Method("imports.rejected", RejectedRowsOf, RejectedRows, "All rejected rows, page by page.", reads=True)
METHODS = (UPLOAD, CHUNK, PREVIEW, RUN, JOB, REJECTED, CANCEL)
