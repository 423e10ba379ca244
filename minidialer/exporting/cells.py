"""What may stand in a cell, as text that no spreadsheet takes for a formula."""

from datetime import datetime, tzinfo

from minidialer.domain.formula import harmless
from minidialer.i18n import _

Cell = str | int | float | bool | datetime | None


def cell_text(cell: Cell, zone: tzinfo, decimal: str = ".") -> str:
    """The cell as text: moments on the clock of `zone`, flags in words, a fraction with this sign.

    No text is a formula; half characters, which no file may hold, go.
    """
    match cell:
        case None:
            return ""
        case bool():
            return _("yes") if cell else _("no")
        case float():
            return f"{cell:.10g}".replace(".", decimal)
        case datetime():
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case str():
            return harmless(cell.encode("utf-8", "replace").decode("utf-8"))
    return str(cell)
