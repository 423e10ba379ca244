"""What was asked of `minidialer import`, for every file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

OnDuplicate = Literal["skip", "update"]


@dataclass(frozen=True)
class Wish:
    """The options. `by_daemon`: the daemon shall import."""

    lead_list: str
    create_list: bool
    dry_run: bool
    strict: bool
    on_duplicate: OnDuplicate
    encoding: str | None
    delimiter: str | None
    header: bool | None
    sheet: str | None
    mapping: tuple[str, ...]
    rejected: Path | None
    by_daemon: bool

    def order(self) -> dict[str, Any]:
        """As parameters of `imports.run`."""
        return {
            "lead_list": self.lead_list,
            "create_list": self.create_list,
            "dry_run": self.dry_run,
            "strict": self.strict,
            "on_duplicate": self.on_duplicate,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header": self.header,
            "sheet": self.sheet,
            "mapping": list(self.mapping),
        }
