"""Leads to a file, page after page. Which columns there are is known at the end only, so rows wait on the disk."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Self

from minidialer.control.models.leads import Lead
from minidialer.control.words import word
from minidialer.i18n import _

from .cells import Cell
from .table import check_path, told, write_table

_TOLD_EVERY = 1000  # rows


class LeadsFile:
    """`with LeadsFile(path, zone=...) as file: file.add(page.leads) ...; file.finish()`. Raises ExportError.

    The first column is the number, named so that an import knows it; then the fields of the leads under their own
    names, in the order they are met; then what became of the lead. Left without `finish`, it writes nothing.
    """

    def __init__(self, path: Path, *, zone: tzinfo, delimiter: str = ";") -> None:
        check_path(path)
        self.count = 0
        self._path = path
        self._zone = zone
        self._delimiter = delimiter
        self._fields: dict[str, None] = {}

    def __enter__(self) -> Self:
        with told(self._path):  # beside the file: there must be room for that one as well
            self._spool = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", dir=self._path.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def add(self, leads: Iterable[Lead]) -> None:
        """The next page."""
        with told(self._path):
            self._add(leads)

    def _add(self, leads: Iterable[Lead]) -> None:
        for lead in leads:
            self._fields.update(dict.fromkeys(lead.fields))
            self._spool.write(json.dumps(lead.model_dump(mode="json"), ensure_ascii=False) + "\n")
            self.count += 1

    def finish(self, progress: Callable[[int], None] = lambda _rows: None) -> int:
        """Write the file; gives the number of leads. `progress` hears of rows; what it raises stops, with no file."""
        self._spool.seek(0)
        fields = list(self._fields)
        about = (_("list"), _("state"), _("attempts"), _("due"), _("owner"), _("disposition"), _("notes"))
        taken = {*fields}
        titles = [_free(_("phone number"), taken), *fields, *(_free(title, taken) for title in about)]
        return write_table(self._path, titles, self._rows(fields, progress), zone=self._zone, delimiter=self._delimiter)

    def _rows(self, fields: list[str], progress: Callable[[int], None]) -> Iterator[list[Cell]]:
        for count, line in enumerate(self._spool):
            if count % _TOLD_EVERY == 0:
                progress(count)
            lead = json.loads(line)
            due_at = datetime.fromisoformat(lead["due_at"]) if lead["due_at"] else None
            yield [
                lead["number"],
                *(lead["fields"].get(name, "") for name in fields),
                lead["lead_list"],
                _("do not call") if lead["do_not_call"] else word(lead["state"]),
                lead["attempts"],
                due_at,
                lead["owner"],
                lead["disposition"],
                lead["notes"],
            ]


def _free(title: str, taken: set[str]) -> str:
    free, copy = title, 1
    while free in taken:
        copy += 1
        free = f"{title} ({copy})"
    taken.add(free)
    return free
