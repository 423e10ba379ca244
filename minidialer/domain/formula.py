"""Formulas: texts of other people's files that a spreadsheet would run, and what keeps it from doing so.

The cell of a .csv ends where the reader thinks it does: a spreadsheet that parts at another sign than the file was
written with sees cells begin in the middle of a text, whatever quotes are around it. So signs are looked for there too.
"""

import re

# The full-width ones are run by spreadsheets in Japanese.
_SIGNS = "=+\\-@＝＋－＠"
_BEGINS = re.compile(rf" *[{_SIGNS}\t\r\n]")
# What may be the end of a cell, and what a reader drops from the beginning of the next one. The run is taken whole,
# with or without a sign, so that a text of nothing but such signs is looked through once.
_INSIDE = re.compile(rf"(?P<before>[,;\t\r\n][\s\",;]*+)(?P<kept>'?)(?P<sign>[{_SIGNS}]?)")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_PLAIN_PART = re.compile(r"[+-]\d+ *(?=[,;\t\r\n]|$)", re.ASCII)


def is_formula(text: str) -> bool:
    """Whether a cell with it would be run. A plain number, such as a phone number with its +, does nothing when run."""
    return _BEGINS.match(text) is not None and _PLAIN_NUMBER.fullmatch(text) is None


def harmless(text: str) -> str:
    """The text for a cell of a .csv, with an apostrophe before what a spreadsheet would run: at whatever of `, ; tab`
    and end of line it parts cells. Plain numbers stay as they are."""

    def defused(found: re.Match[str]) -> str:
        if found["kept"] or not found["sign"] or _PLAIN_PART.match(text, found.start("sign")):
            return found[0]
        return f"{found['before']}'{found['sign']}"

    inside = _INSIDE.sub(defused, text)
    return f"'{inside}" if is_formula(text) else inside


def as_it_was(text: str) -> str:
    """The text that `harmless` was given, unless that one had such apostrophes of its own: they go too."""
    if text.startswith("'") and _BEGINS.match(text, 1):
        text = text[1:]
    return _INSIDE.sub(lambda found: found["before"] + (found["sign"] or found["kept"]), text)
