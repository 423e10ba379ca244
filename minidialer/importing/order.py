"""What the daemon tells a process that reads or imports a file, and what it hears from it: JSON, one message a line."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from minidialer import i18n
from minidialer.control.models.base import WireSentence
from minidialer.control.models.uploads import Preview

from .source import ImportOptions
from .tolls import tolls


class Order(BaseModel):
    """What to do. `name`: what the file is called in messages; `journal`: where the import writes down its changes."""

    do: Literal["preview", "import", "take_back"]
    path: Path = Path()
    name: str = ""
    language: str = "en"
    region: str = "PL"
    foreign_prefixes: tuple[str, ...] = ()
    premium_prefixes: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    mapping: tuple[str, ...] = ()
    store: Path = Path()
    journal: Path = Path()
    rejected_file: Path | None = None
    lead_list: str = ""
    create_list: bool = False
    on_duplicate: Literal["skip", "update"] = "skip"
    strict: bool = False
    dry_run: bool = False
    uid: int | None = None
    actor: str = ""

    def reading(self) -> ImportOptions:
        """How to read the file."""
        return ImportOptions(
            region=self.region,
            encoding=self.encoding,
            delimiter=self.delimiter,
            mapping=self.mapping,
            unnamed_column=i18n._("column {}"),
            header=self.header,
            sheet=self.sheet,
            tolls=tolls(self.region, self.foreign_prefixes, self.premium_prefixes),
        )


class News(BaseModel):
    """A line on stdout: how far it is, a rejected row, or the end. `share`: of the file that was read, 0 to 1."""

    state: Literal["running", "cancelling", "done", "cancelled", "failed"] = "running"
    share: float = 0.0
    summary: dict[str, int | str | None] | None = None
    rejected: tuple[int, str, WireSentence] | None = None
    list_id: int | None = None
    kept: int = 0
    problem: WireSentence | None = None
    preview: Preview | None = None
