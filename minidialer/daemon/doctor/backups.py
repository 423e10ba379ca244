"""Whether the nightly backup is taken: a timer that fails is noticed when the backup is needed, else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from minidialer.domain.sentence import sentence
from minidialer.store.backup import newest

from .check import Check, ok, warning

FOLDER = "backups"  # of systemd/minidialer-backup.service, in data_dir
_OLD = timedelta(days=2)


def backup_checks(data_dir: Path, now: datetime) -> Iterator[Check]:
    """One check where there is a folder of backups; who backs up otherwise has none. now: UTC."""
    folder = data_dir / FOLDER
    try:
        if folder.is_dir():
            yield _backup(folder, newest(folder, now), now)
    except OSError as error:
        yield warning("backup", sentence("{problem}", problem=error), sentence("Run doctor as the daemon's user."))


def _backup(folder: Path, taken: datetime | None, now: datetime) -> Check:
    advice = sentence("See why no backup is taken: systemctl status minidialer-backup.timer minidialer-backup.")
    if taken is None:
        return warning("backup", sentence("{folder} holds no backup", folder=folder), advice)
    said = sentence("the newest in {folder} is of {moment} UTC", folder=folder, moment=f"{taken:%Y-%m-%d %H:%M}")
    return ok("backup", said) if now - taken <= _OLD else warning("backup", said, advice)
