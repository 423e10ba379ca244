"""Text on the grid. Whatever came from outside (names, fields, reasons) passes through here before it is drawn.

Terminals disagree about what does not stand on its own cell, so that is made plain: control characters and tabs become
spaces, marks that turn the writing direction and joiners vanish, of combining marks two are kept on a letter.
Nothing is ever read as markup: texts are drawn as `rich.text.Text` or segments, never as markup strings.
"""

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from minidialer.control.models.base import WireSentence
from minidialer.control.sentences import from_wire
from minidialer.i18n import say

_MARKS_KEPT = 2
_INVISIBLE = frozenset(("Cf", "Cs", "Co", "Cn"))  # direction marks, joiners, surrogates, what no font has
_VARIATION = range(0xFE00, 0xFE10)  # selectors some terminals widen the letter for


def plain(text: str) -> str:
    """The text as one line that keeps the grid, whatever it was."""
    return text if text.isascii() and text.isprintable() else _plain(text)


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in _INVISIBLE or ord(sign) in _VARIATION or marks > _MARKS_KEPT:
            continue
        if marks and not kept:
            kept.append(" ")  # a mark needs a letter to stand on
        kept.append(" " if category in {"Cc", "Zl", "Zp"} else sign)
    return "".join(kept)


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """The text on exactly so many cells; what is cut off is shown by an ellipsis."""
    length = cell_len(text)
    if length > width:
        text = set_cell_size(text, width - 1) + "…" if width > 1 else "…"[:width]
        length = width
    return " " * (width - length) + text if right else text + " " * (width - length)


def spoken(sentence: WireSentence | None) -> str:
    """A sentence of the daemon in the reader's language, as one plain line."""
    return plain(say(from_wire(sentence))) if sentence is not None else ""


def keyed(text: str, key_style: str | Style = "bold") -> Text:
    """One of our own texts; what stands between backticks is a key to press and looks like one."""
    shown = Text()
    for index, part in enumerate(text.split("`")):
        shown.append(part, key_style if index % 2 else "")
    return shown


def age(seconds: float) -> str:
    """0:07, 12:30, 1:02:03. Never negative: the machine's clock may have been set back meanwhile."""
    minutes, rest = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def thousands(number: int) -> str:
    """12 345, parted by spaces as both languages read it."""
    return f"{number:,}".replace(",", " ")
