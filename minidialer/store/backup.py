"""Backups: copies of the store as it was at one moment, taken while the daemon dials, kept once they are proved."""

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .copying import Contents, Progress, copy, look_through, part_file, sync
from .errors import StoreError

_FORMAT = "minidialer-%Y%m%dT%H%M%SZ.sqlite"  # such names sort by time
_NAMES = re.compile(r"minidialer-\d{8}T\d{6}Z\.sqlite")
_PARTS = re.compile(rf"\.{_NAMES.pattern}\.[a-z0-9_]{{8}}\.part(?:-wal|-shm|-journal)?")
_LEFT_ALONE = timedelta(days=1)  # a copy that is still being written is younger


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was taken. `removed`: older ones that made room for it."""

    file: Path
    bytes: int
    seconds: float
    contents: Contents
    removed: tuple[Path, ...] = ()


def back_up(store: Path, target: Path, progress: Progress, *, force: bool = False) -> Backup:
    """Copy the store to `target`, mode 0600, and look through the copy. Raises StoreError, and leaves nothing then.

    The file appears under its name when it is whole, proved and on the disk, or not at all. force: it may take the
    place of an older file, which stays until then.
    """
    began = time.monotonic()
    _refuse(store, target, force=force)
    with part_file(target) as part:
        taken = copy(store, part, progress, live=True)
        if (found := look_through(part)) != taken:
            raise StoreError("The copy of {store} is not what was copied: the disk errs.", store=str(store))
        try:
            sync(part)
            _publish(part, target, force=force)
            sync(target.parent)
        except FileExistsError:
            raise _exists(target) from None
        except OSError as error:
            raise StoreError(
                "The backup {file} cannot be written: {problem}.",
                file=str(target),
                problem=error.strerror or str(error),
            ) from error
    return Backup(target, target.stat().st_size, time.monotonic() - began, found)


def name_in(folder: Path, now: datetime) -> Path:
    """The name of a backup taken now (UTC) in a folder of backups."""
    return folder / now.strftime(_FORMAT)


def newest(folder: Path, now: datetime) -> datetime | None:
    """When the newest backup of the folder was taken (UTC), by the names that `name_in` gives; None: there is none.

    What the future made (before the clock was set back) does not count. Raises OSError.
    """
    latest = max((path.name for path in _backups(folder) if path.name <= name_in(folder, now).name), default=None)
    return datetime.strptime(latest, _FORMAT).replace(tzinfo=UTC) if latest is not None else None


def keep_newest(folder: Path, count: int, made: Path) -> tuple[Path, ...]:
    """Remove all but `made` and the newest others, `count` in all, by their names; gives those removed.

    `made`, the backup that was just taken, always stays: when the clock was set back, it looks like the oldest. Only
    names that `name_in` gives are looked at: whatever else is in the folder stays.
    """
    others = sorted(path for path in _backups(folder) if path.name != made.name)
    removed = tuple(others[: max(0, len(others) + 1 - count)])
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def _backups(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if _NAMES.fullmatch(path.name) and path.is_file())


def sweep(folder: Path, now: datetime) -> None:
    """Remove what backups that were killed left in a folder of backups, once it is a day old (now: UTC).

    Only names that such a backup gives its unfinished file are looked at.
    """
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another's, or gone meanwhile
            if _PARTS.fullmatch(path.name) and _is_old(path, now):
                path.unlink()


def _is_old(path: Path, now: datetime) -> bool:
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_mtime < (now - _LEFT_ALONE).timestamp()


def _refuse(store: Path, target: Path, *, force: bool) -> None:
    if not store.exists():
        raise StoreError("There is no store {path}: nothing can be backed up.", path=str(store))
    if target.exists() and target.samefile(store):
        raise StoreError("{file} is the store itself: give the backup another name.", file=str(target))
    if target.exists() and not target.is_file():
        raise StoreError("{file} is no file: give the backup another name.", file=str(target))
    if target.exists() and not force:
        raise _exists(target)


def _publish(part: Path, target: Path, *, force: bool) -> None:
    if force:
        part.replace(target)
        return
    try:
        target.hardlink_to(part)  # unlike a renaming, never in another file's place
    except FileExistsError:
        raise
    except OSError:  # a file system without second names
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(handle)
        part.replace(target)


def _exists(target: Path) -> StoreError:
    return StoreError("{file} exists already: give another name, or --force.", file=str(target))
