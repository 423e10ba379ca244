"""What may stand in a cell, as text that no spreadsheet takes for a formula."""

import re
from datetime import datetime, tzinfo

from minidialer.i18n import _

Cell = str | int | float | bool | datetime | None
# What begins so is run as a formula by one spreadsheet or another, the full-width signs by those in Japanese. Leads
# come from files of other people, so their texts are not to be trusted.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it. A plain number, such as a phone number with its +, does nothing when run."""
    return text.lstrip(" ").startswith(_FORMULA_SIGNS) and _PLAIN_NUMBER.fullmatch(text) is None


def harmless(text: str) -> str:
    """The text with an apostrophe before it if it were a formula; half characters, which no file may hold, go."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if is_formula(text) else text


def cell_text(cell: Cell, zone: tzinfo, decimal: str = ".") -> str:
    """The cell as text: moments on the clock of `zone`, flags in words, a fraction with this sign."""
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
            return harmless(cell)
    return str(cell)
