"""Restoring: a backup takes the store's place in one step, and what was there stays beside it.

Calls placed after the backup are unknown to it, and so are log-ins taken away since. So what is restored comes back
with its campaigns stopped, for a supervisor to start, and with nobody logged in on the pages.
"""

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.sentence import sentence

from . import audit, sole
from .copying import Contents, Progress, companion, copy, look_through, opened, part_file, sync
from .engine import sync_engine
from .errors import StoreError, StoreInUseError
from .schema import agent_session, campaign
from .upgrade import prepare, revisions

_ASIDE = ".before-restore-{moment:%Y%m%dT%H%M%SZ}"
_REASON = sentence("stopped: the store was restored from a backup")
_LOOK_FOR_OTHERS = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Restored:
    """`backup`: what was in the file; `contents`: what is in the store now; `aside`: the store there was before."""

    store: Path
    backup: Contents
    contents: Contents
    aside: Path | None


def restore(file: Path, store: Path, progress: Progress, line: audit.AuditLine) -> Restored:
    """Put the backup in the store's place, brought to the present schema, with `line` in its audit trail.

    `line.at` dates it all. Raises StoreError, StoreInUseError, and leaves the store as it was then.
    """
    if not file.is_file():
        raise StoreError("There is no file {file}.", file=str(file))
    with sole.sole_user(store), part_file(store) as part:
        if store.exists() and file.samefile(store):
            raise StoreError("{file} is the store itself: give a backup of it.", file=str(file))
        found = look_through(file)
        _refuse_newer(file, found.revision)
        if copy(file, part, progress, live=False) != found or look_through(part) != found:
            raise StoreError("The copy of {file} is not what was copied: the disk errs.", file=str(file))
        prepare(part)
        _calm_down(part, line)
        now_there = look_through(part)
        _give_to_owner(part, store)
        try:
            aside = _swap(part, store, line.at)
        except OSError as error:
            raise StoreError(
                "The store {path} cannot be replaced: {problem}.", path=str(store), problem=error.strerror or str(error)
            ) from error
    return Restored(store, found, now_there, aside)


def _refuse_newer(file: Path, revision: str) -> None:
    if revision not in revisions():
        raise StoreError(
            "{file} was written by a newer version of miniDIALER: install that version to restore it.", file=str(file)
        )


def _calm_down(path: Path, line: audit.AuditLine) -> None:
    """No campaign dials, nobody is logged in on the pages, and the audit trail says why."""
    engine = sync_engine(path)
    try:
        with engine.begin() as connection:
            stopped = {"status": CampaignStatus.STOPPED, "status_reason": str(_REASON)}
            running = campaign.c.status == CampaignStatus.RUNNING
            connection.execute(sa.update(campaign).where(running).values(stopped))
            still_open = agent_session.c.ended_at.is_(None)
            ended = {"ended_at": line.at, "why": "revoked"}
            connection.execute(sa.update(agent_session).where(still_open).values(ended))
            connection.execute(audit.insert(line))
        with engine.connect() as connection:  # one file, without a log, is what takes the place
            connection.connection.driver_connection.execute("PRAGMA journal_mode = DELETE")  # type: ignore[union-attr]
    except sa.exc.DatabaseError as error:
        raise StoreError("{path} cannot be written: {problem}.", path=str(path), problem=str(error.orig)) from error
    finally:
        engine.dispose()


def _swap(part: Path, store: Path, moment: datetime) -> Path | None:
    """The store's name never names nothing, nor two halves: a power cut leaves the old one or the new one."""
    sync(part)
    aside = None
    if store.exists():
        if _has_log(store):
            _close_up(store)
        aside = store.with_name(store.name + _ASIDE.format(moment=moment))
        aside.hardlink_to(store)
        for suffix in ("-wal", "-journal"):  # of a damaged store that could not be closed up
            with contextlib.suppress(FileNotFoundError):
                companion(store, suffix).rename(companion(aside, suffix))
        companion(store, "-shm").unlink(missing_ok=True)
        sync(store.parent)
    part.replace(store)
    sync(store.parent)
    return aside


def _has_log(store: Path) -> bool:
    """Does the file's first page say so? SQLite would throw away a log that a damaged page does not know of."""
    with store.open("rb") as file:
        head = file.read(20)
    return head.startswith(b"SQLite format 3\0") and head[18:20] == b"\2\2"


def _close_up(store: Path) -> None:
    """Write the log back into the file, which is whole by itself then. Raises StoreInUseError if it is open elsewhere.

    A store too damaged for that is left as it is: replacing it is what somebody wants to do.
    """
    try:
        with opened(store, read_only=False) as connection:
            connection.execute(f"PRAGMA busy_timeout = {int(_LOOK_FOR_OTHERS * 1000)}")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY:
            raise StoreInUseError(
                "Another program has the store {path} open: wait for it, or stop it.", path=str(store)
            ) from None
    except sqlite3.DatabaseError:
        return


def _give_to_owner(part: Path, store: Path) -> None:
    """Root may restore; the file stays the daemon's."""
    if os.geteuid() == 0:
        like = store if store.exists() else store.parent
        owner = like.stat()
        os.chown(part, owner.st_uid, owner.st_gid)
