"""SQLite's write-ahead log as bytes: https://www.sqlite.org/fileformat2.html#walformat and walindex.html."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

LOG_HEADER, FRAME_HEADER = 32, 24  # bytes


def index_header(store: Path) -> tuple[bytes, int]:
    """Of the shared memory beside the store: the log's salt, and how many of its frames are committed."""
    head = store.with_name(store.name + "-shm").read_bytes()[:48]
    (frames,) = struct.unpack_from("=I", head, 16)
    return head[32:40], frames


def salt_of(log: bytes) -> bytes:
    """Which log this is: it changes each time the log begins anew."""
    return log[16:24]


def page_size_of(log: bytes) -> int:
    """Bytes of a page."""
    (size,) = struct.unpack_from(">I", log, 8)
    return int(size)


def frame_end(log: bytes, frames: int) -> int:
    """Where the frame of this number ends, counted from 1."""
    return LOG_HEADER + frames * (FRAME_HEADER + page_size_of(log))


def pages_in(log: bytes, frames: int) -> Iterator[int]:
    """The pages of the first so many frames, counted from 1."""
    for frame in range(frames):
        (page,) = struct.unpack_from(">I", log, frame_end(log, frame))
        yield int(page)
