"""Pictures of pages made small: at most 256 colours, one byte a dot. Chromium writes three bytes and compresses fast.

By the PNG specification, for what Chromium's screenshots are: eight bits a channel, RGB, not interlaced.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS, _MOST = 3, 256
Colour = bytes


def small(picture: bytes) -> bytes:
    """The same picture with its 256 commonest colours; a rarer one becomes the nearest of these."""
    width, height, rows = _decoded(picture)
    lines = [[row[at : at + _CHANNELS] for at in range(0, len(row), _CHANNELS)] for row in rows]
    common = [colour for colour, _count in Counter(dot for line in lines for dot in line).most_common()]
    palette = common[:_MOST]
    index = {colour: palette.index(_nearest(colour, palette)) for colour in common}
    dots = b"".join(b"\0" + bytes(index[dot] for dot in line) for line in lines)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(dots, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in parts)


def _nearest(colour: Colour, palette: list[Colour]) -> Colour:
    return min(palette, key=lambda other: sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(picture):
        length, name = struct.unpack_from(">I4s", picture, at)
        yield name, picture[at + 8 : at + 8 + length]
        at += 12 + length


def _decoded(picture: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and the rows of dots."""
    chunks = list(_chunks(picture))
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[0][1])
    if kind != [8, 2, 0, 0, 0]:
        raise ValueError(f"A PNG of the kind {kind} is not one of Chromium's screenshots.")
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    stride = width * _CHANNELS
    rows, above = [], bytes(stride)
    for start in range(0, len(data), stride + 1):
        above = _unfiltered(data[start], data[start + 1 : start + 1 + stride], above)
        rows.append(above)
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """One row: each byte was stored as its difference from a guess made of the bytes to the left and above."""
    row = bytearray(_CHANNELS) + line  # three zeros before the first dot
    over = bytes(_CHANNELS) + above
    for at in range(_CHANNELS, len(row)):
        left, up, corner = row[at - _CHANNELS], over[at], over[at - _CHANNELS]
        row[at] = (row[at] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 0xFF
    return bytes(row[_CHANNELS:])


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
