"""What must be closed to other users of the machine: passwords, people's data, and the ways to control the daemon.

The daemon does not start on what is open. A file counts as open only when others can get to it: every folder above it
lets them pass.
"""

import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from minidialer.domain.sentence import Sentence, sentence
from minidialer.settings import Settings, SettingsError

_READ, _WRITE, _ANY = stat.S_IROTH, stat.S_IWOTH, stat.S_IRWXO


def keep_new_files_closed() -> None:
    """What this process makes from now on is nothing others may read."""
    os.umask(os.umask(0o077) | 0o027)


def check_closed(settings: Settings) -> None:
    """Raise SettingsError with the first thing that is open to everybody."""
    problem = next(open_to_others(settings), None)
    if problem is not None:
        raise SettingsError(problem.template, **problem.values)


def open_to_others(settings: Settings) -> Iterator[Sentence]:
    """Everything that is, one sentence each, with what to do."""
    yield from _passwords(settings)
    yield from _data(settings)
    if settings.socket_mode & _ANY:
        yield sentence(
            "control.mode = {mode} lets every user control the daemon: make the last digit 0, and use control.group.",
            mode=settings.control.mode,
        )
    folder = settings.socket_path.parent
    if _is_open(folder, _WRITE):
        yield sentence(
            "Everybody may write {folder}, and so put a socket in place of the daemon's: chmod o-w {folder}, or give "
            "control.socket a folder of its own.",
            folder=str(folder),
        )


def _passwords(settings: Settings) -> Iterator[Sentence]:
    asterisk, key = settings.asterisk, settings.web.tls_key
    holders = [Path(path) for path in (asterisk.secret_file, key) if path]
    if settings.source is not None and asterisk.secret.get_secret_value():
        holders.append(settings.source)
    for path in holders:
        if _is_open(path, _READ | _WRITE):
            yield sentence(
                "{file} holds a password or a key and is open to everybody: chmod o-rw {file}.", file=str(path)
            )


def _data(settings: Settings) -> Iterator[Sentence]:
    store = settings.store_path
    beside = [store.with_name(store.name + suffix) for suffix in ("-wal", "-shm")]
    beside += sorted(store.parent.glob(f"{glob.escape(store.name)}.before-restore-*"))  # and their logs
    folders = settings.data_dir, settings.recordings_path, settings.rejected_path
    for path in dict.fromkeys((*folders, store, *beside)):
        if _is_open(path, _READ | _WRITE):
            yield sentence("{file} holds people's data and is open to everybody: chmod o-rw {file}.", file=str(path))


def _is_open(path: Path, how: int) -> bool:
    """May others do this with what is there, and can they get there?"""
    try:
        real = path.resolve()
        return bool(real.stat().st_mode & how) and all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents)
    except OSError:
        return False  # not there, or not even ours to see
