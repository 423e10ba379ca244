"""A daemon that takes files, says what is made of them, and imports them at the pace of being asked."""

from minidialer.control.models import imports, uploads
from minidialer.control.models.imports import Import, Imports, Undone
from minidialer.control.models.uploads import (
    ImportRun,
    Job,
    Preview,
    PreviewColumn,
    PreviewRow,
    Reading,
    RejectedRow,
    Uploading,
)
from minidialer.control.sentences import to_wire
from minidialer.domain.sentence import sentence
from minidialer.importing.preview import reason_to_wire
from minidialer.importing.reasons import Reason

from .world import HOSTILE, NOON, World

TOO_SHORT = reason_to_wire(Reason.TOO_SHORT)
LETTERS = reason_to_wire(Reason.CHARACTERS)
_ROWS = (
    ("600 100 200", "Anna Kowalska", "Łódź"),
    ("12", "Jan Nowak", HOSTILE),
    ("+48 601 000 333", "Łucja Żółć", "Brzeg"),
)
_MANY = ("E-mail", "Ulica", "Kod", "Uwagi", "Data umowy", "Kwota", "Opiekun")


class Imported:
    """`made`: past imports; `run`: the last order; `two_numbers`: nobody knows which column is to be dialled."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.received = 0
        self.two_numbers = False
        self.cancelled = False
        self.invalid = 41
        self.stays = False  # a job that does not end unless it is cancelled
        self.takes_back = False  # a cancelled job does so for as long as this is true
        self.run = ImportRun(id="a" * 32, lead_list="-")
        self.made = [
            _import(3, "klienci marzec.csv", undone_at=None, invalid=41),
            _import(2, "targi.xlsx", undone_at=NOON, removed=1_200),
            _import(1, HOSTILE, finished_at=None),
        ]

    def upload(self, asked: uploads.Upload) -> Uploading:
        """A place for it."""
        self.received = 0
        self.size, self.name = asked.size, asked.file_name
        return Uploading(id="a" * 32, file_name=asked.file_name, received=0, size=asked.size)

    def chunk(self, asked: uploads.Chunk) -> Uploading:
        """All that comes is there."""
        self.received = min(self.size, self.received + uploads.CHUNK_BYTES)
        return Uploading(id=asked.id, file_name=self.name, received=self.received, size=self.size)

    def preview(self, asked: Reading) -> Preview:
        """By the mapping that was given; commas do not part it."""
        mapping = dict(entry.split("=") for entry in asked.mapping)
        if asked.delimiter == ",":
            columns = [PreviewColumn(position=1, name="telefon;nazwisko;miasto")]
            return Preview(kind="text", encoding="utf-8", delimiter=",", header=True, columns=columns)
        names = ["telefon", "nazwisko", "miasto", *_MANY]
        fields = {"1": None if self.two_numbers else "number", "2": "last_name"}
        fields |= {position: field for field, position in mapping.items()}
        found = "number" in fields.values()
        columns = [
            PreviewColumn(position=at, name=name, field=fields.get(str(at))) for at, name in enumerate(names, start=1)
        ]
        rows = [
            PreviewRow(
                line=line,
                cells=[*cells, *("x" for _name in _MANY)],
                number="+48600100200" if found and len(cells[0]) > 4 else None,
                reason=TOO_SHORT if found and len(cells[0]) < 4 else None,
            )
            for line, cells in enumerate(_ROWS, start=2)
        ]
        problem = sentence("No column holds mostly phone numbers: say which one does with --map number=COLUMN.")
        return Preview(
            kind="text", encoding=asked.encoding or "cp1250", delimiter=asked.delimiter or ";",
            header=asked.header is not False, columns=columns, rows=rows, problem=None if found else to_wire(problem),
        )  # fmt: skip

    def begin(self, asked: ImportRun) -> Job:
        """It runs."""
        self.run, self.asked, self.cancelled = asked, 0, False
        return self._job("running", 0.1)

    def job(self, asked: uploads.JobKey) -> Job:
        """Done when asked for the second time."""
        self.asked += 1
        if self.cancelled:
            return self._job("cancelling" if self.takes_back else "cancelled", 0.6)
        if self.stays or self.asked < 2:
            return self._job("running", 0.6)
        return self._job("done", 1.0)

    def cancel(self, asked: uploads.JobKey) -> Job:
        """It is to stop."""
        self.cancelled, self.asked = True, 0
        return self._job("cancelling", 0.6)

    def rejected(self, asked: uploads.RejectedRowsOf) -> uploads.RejectedRows:
        """Two pages of them."""
        rows = [RejectedRow(line=line, value="12", reason=TOO_SHORT) for line in range(3, 3 + self.invalid)]
        half = self.invalid // 2
        return uploads.RejectedRows(
            rows=rows[asked.after :] if asked.after else rows[:half], next=None if asked.after else half
        )

    def undo(self, asked: imports.ImportKey) -> Undone:
        """Taken back."""
        self.made = [
            one.model_copy(update={"undone_at": NOON, "removed": 9}) if one.id == asked.id else one for one in self.made
        ]
        return Undone(id=asked.id, removed=9, kept=2, updated=1)

    def _job(self, state: str, share: float) -> Job:
        over = state in ("done", "cancelled")
        return Job.model_validate(
            {
                "job": 7, "state": state, "file": self.name, "lead_list": self.run.lead_list,
                "dry_run": self.run.dry_run, "by": "ala", "started_at": NOON, "finished_at": NOON if over else None,
                "bytes_read": int(share * 1000), "bytes_total": 1000, "read": int(1000 * share),
                "added": int(900 * share), "updated": 0, "duplicate_in_file": 13, "already_in_list": 46,
                "invalid": self.invalid if over else 0, "rejected": _REJECTED,
                "rejected_file": None if self.run.dry_run else "/var/lib/minidialer/rejected/20260504-klienci.csv",
            }
        )  # fmt: skip


_REJECTED = [
    RejectedRow(line=3, value="12", reason=TOO_SHORT),
    RejectedRow(line=17, value=HOSTILE, reason=LETTERS),
    RejectedRow(line=212, value="=1+1", reason=LETTERS),
]


def _import(number: int, file: str, **more: object) -> Import:
    about = {
        "id": number, "lead_list": "Klienci 2026", "file": file, "started_at": NOON, "finished_at": NOON,
        "read": 12_600, "added": 12_500, "already_in_list": 46, "duplicate_in_file": 13, "uid": 1000, "by": "ala",
        "rejected_file": "/var/lib/minidialer/rejected/20260504-klienci.csv" if number == 3 else None,
    }  # fmt: skip
    return Import.model_validate({**about, **more})


def add_imports(world: World) -> Imported:
    """Files can be brought, looked at, imported and taken back."""
    made = Imported(world)
    world.on(imports.LIST, lambda _asked: Imports(imports=made.made))
    world.on(imports.UNDO, made.undo)
    world.on(uploads.UPLOAD, made.upload)
    world.on(uploads.CHUNK, made.chunk)
    world.on(uploads.PREVIEW, made.preview)
    world.on(uploads.RUN, made.begin)
    world.on(uploads.JOB, made.job)
    world.on(uploads.REJECTED, made.rejected)
    world.on(uploads.CANCEL, made.cancel)
    return made
