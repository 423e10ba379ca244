"""What was decided about an import so far: how to read the file, and what to do with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from minidialer.control.models.uploads import ImportRun, Preview, PreviewColumn, Reading
from minidialer.i18n import N_, _

KINDS = {
    "number": N_("number to dial"),
    "first_name": N_("first name"),
    "last_name": N_("last name"),
    "name": N_("whole name"),
    "company": N_("company"),
    "email": N_("e-mail"),
    "address": N_("street"),
    "postcode": N_("postcode"),
    "city": N_("city"),
    "notes": N_("notes"),
}
ENCODINGS = ("utf-8", "cp1250", "iso-8859-2", "utf-16", "cp852", "cp1252")
DELIMITERS = {";": N_("semicolon ;"), ",": N_("comma ,"), "\t": N_("tab"), "|": N_("bar |")}
OnDuplicate = Literal["skip", "update"]


@dataclass(frozen=True)
class Plan:
    """None: as the daemon detects it. `mapping`: pairs of field and column's position from 1."""

    lead_list: str | None = None
    create_list: bool = False
    on_duplicate: OnDuplicate = "skip"
    strict: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    mapping: tuple[tuple[str, int], ...] = ()

    @property
    def way_to_read(self) -> tuple[object, ...]:
        """What a preview depends on."""
        return self.encoding, self.delimiter, self.header, self.sheet, self.mapping

    def read_otherwise(self, **changes: Any) -> Self:
        """Another encoding, delimiter, header or sheet; columns are others then, so what they are is detected anew."""
        return replace(self, mapping=(), **changes)

    def taking(self, column: PreviewColumn, kind: str | None) -> Self:
        """The column is this kind of field; None: a field under its own name."""
        others = tuple(pair for pair in self.mapping if kind != pair[0] and column.position != pair[1])
        return replace(self, mapping=others if kind is None else (*others, (kind, column.position)))

    def reading(self, upload: str, columns: Sequence[PreviewColumn]) -> Reading:
        """To preview the upload by."""
        return Reading.model_validate({"id": upload, **self._given(columns)})

    def order(self, upload: str, columns: Sequence[PreviewColumn], *, dry_run: bool) -> ImportRun:
        """To import the upload by."""
        about = {"lead_list": self.lead_list, "create_list": self.create_list, "on_duplicate": self.on_duplicate}
        rest = {"strict": self.strict, "dry_run": dry_run}
        return ImportRun.model_validate({"id": upload, **about, **rest, **self._given(columns)})

    def _given(self, columns: Sequence[PreviewColumn]) -> dict[str, Any]:
        """What is not left to the daemon. A column goes by its position, unless another one is called so."""
        names = {column.position: column.name for column in columns}
        called = set(names.values())
        mapping = [
            f"{kind}={names.get(position, '') if str(position) in called else position}"
            for kind, position in self.mapping
        ]
        reading = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header": self.header,
            "sheet": self.sheet,
            "mapping": mapping or None,
        }
        return {name: value for name, value in reading.items() if value is not None}


@dataclass(frozen=True)
class Choice:
    """One decision as it stands: `key` says which, `label` and `said` how it is shown. `open`: still to be made."""

    key: str
    label: str
    said: str
    open: bool = False


def choices(plan: Plan, preview: Preview | None) -> list[Choice]:
    """All decisions, with what was detected where nothing was decided."""
    shown = [
        Choice("list", _("into the list"), _list_said(plan), open=plan.lead_list is None),
        Choice("known", _("number is there"), duplicates()[plan.on_duplicate]),
        Choice("strict", _("bad rows"), strictness()[plan.strict]),
    ]
    if preview is None or not (preview.columns or any(plan.way_to_read)):
        return shown  # no file of ours, or not there yet
    if preview.kind == "spreadsheet":
        if len(preview.sheets) > 1:
            shown.append(Choice("sheet", _("sheet"), preview.sheet or ""))
    else:
        shown.append(Choice("encoding", _("encoding"), preview.encoding or plan.encoding or ""))
        shown.append(Choice("delimiter", _("separator"), delimiter_said(preview.delimiter or plan.delimiter)))
    shown.append(Choice("header", _("first row"), headers()[preview.header]))
    return shown


def duplicates() -> dict[OnDuplicate, str]:
    """What becomes of numbers that the list has already."""
    return {"skip": _("leave it as it is"), "update": _("update its fields")}


def strictness() -> dict[bool, str]:
    """What becomes of the import when rows are rejected."""
    return {False: _("leave them out"), True: _("import nothing")}


def headers() -> dict[bool, str]:
    """What the first row may be."""
    return {True: _("names of columns"), False: _("a number already")}


def delimiter_said(delimiter: str | None) -> str:
    """In words."""
    if delimiter is None:
        return _("none, one column")
    return _(DELIMITERS[delimiter]) if delimiter in DELIMITERS else delimiter


def kind_said(column: PreviewColumn) -> str:
    """What a column is taken for."""
    return _(KINDS[column.field]) if column.field in KINDS else _("a field")


def _list_said(plan: Plan) -> str:
    if plan.lead_list is None:
        return _("choose one")
    return _("{name} (new)").format(name=plan.lead_list) if plan.create_list else plan.lead_list
