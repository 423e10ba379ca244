"""What an imported text may hold: one line, nothing that steers a terminal, a page or a phone protocol."""

import unicodedata

# Marks that change the direction of the text after them, so that it can be made to read as another one.
_INVISIBLE = dict.fromkeys(
    [0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF]
)
_LINE_ENDS = dict.fromkeys([*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], " ")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_TABLE = {**_CONTROLS, **_INVISIBLE, **_LINE_ENDS}


def cleaned(text: str) -> str:
    """The text on one line: ends of lines and tabs are spaces, other control characters and half characters go."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").translate(_TABLE)
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cs").strip()
