"""What a power cut leaves of a store: what was synced, and of everything else any sector, or garbage in its place."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from .log_file import frame_end, page_size_of, pages_in, salt_of

_SECTOR = 512
_COMPANIONS = ("", "-wal", "-shm")


def copied(store: Path, folder: Path) -> Path:
    """The files as they are; their writer must be stopped. Gives the store's copy."""
    folder.mkdir()
    for suffix in _COMPANIONS:
        file = store.with_name(store.name + suffix)
        if file.exists():
            shutil.copyfile(file, folder / file.name)
    return folder / store.name


def cut(store: Path, salt: bytes, frames: int, dice: random.Random) -> None:
    """Spoil a copy as far as a power cut may. `salt`, `frames`: the log, and how much of it was synced for sure.

    The log behind those frames may be lost, torn or garbage. A page of theirs may be torn in the store's own file: a
    checkpoint may have been writing it. Of the shared memory nothing is worth anything.
    """
    log_path = store.with_name(store.name + "-wal")
    log = log_path.read_bytes() if log_path.exists() else b""
    if not log:
        return
    synced = frame_end(log, frames) if salt_of(log) == salt else 0
    if synced:
        _tear_pages(store, {*pages_in(log, frames)}, page_size_of(log), dice)
    log_path.write_bytes(_spoilt(log, synced, dice))
    shared = store.with_name(store.name + "-shm")
    if shared.exists():
        shared.write_bytes(dice.randbytes(shared.stat().st_size))


def _spoilt(whole: bytes, begin: int, dice: random.Random) -> bytes:
    if dice.random() < 0.3:
        return whole[: dice.randint(begin, len(whole))]
    log = bytearray(whole)
    for sector in range(begin, len(log), _SECTOR):
        if dice.random() < 0.3:
            end = min(sector + _SECTOR, len(log))
            log[sector:end] = dice.randbytes(end - sector) if dice.random() < 0.5 else bytes(end - sector)
    return bytes(log)


def _tear_pages(store: Path, pages: set[int], size: int, dice: random.Random) -> None:
    with store.open("r+b") as file:
        length = store.stat().st_size
        for page in sorted(pages):
            begin = (page - 1) * size
            for sector in range(begin, min(begin + size, length), _SECTOR):
                if dice.random() < 0.2:
                    file.seek(sector)
                    file.write(dice.randbytes(_SECTOR))
