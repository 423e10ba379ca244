"""`minidialer doctor` tells of backups that are no longer taken."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from minidialer.daemon.doctor.backups import backup_checks
from minidialer.daemon.doctor.check import Result
from minidialer.daemon.doctor.machine import machine_checks
from minidialer.settings import load_settings
from minidialer.store.backup import name_in

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ages", "result", "says"),
    [
        ((), Result.WARNING, "holds no backup"),
        ((timedelta(hours=47), timedelta(days=9)), Result.OK, "2026-05-02 10:30 UTC"),
        ((timedelta(hours=49),), Result.WARNING, "2026-05-02 08:30 UTC"),
        ((timedelta(days=-300), timedelta(days=3)), Result.WARNING, "2026-05-01 09:30 UTC"),  # the clock was wrong once
    ],
)
def test_the_newest_backup_is_looked_at(tmp_path: Path, ages: tuple[timedelta, ...], result: Result, says: str) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "minidialer-20260504T09.sqlite").touch()
    name_in(folder, NOW).mkdir()
    for age in ages:
        name_in(folder, NOW - age).touch()
    (check,) = backup_checks(tmp_path, NOW)
    assert (check.name, check.result) == ("backup", result)
    assert says in str(check.detail)
    assert (check.advice is None) is (result is Result.OK)


def test_who_backs_up_otherwise_hears_nothing(tmp_path: Path) -> None:
    assert list(backup_checks(tmp_path, NOW)) == []


def test_it_is_the_timers_folder(tmp_path: Path) -> None:
    service = (ROOT / "systemd" / "minidialer-backup.service").read_text()
    assert "Environment=MINIDIALER_DATA_DIR=/var/lib/minidialer\n" in service
    assert " backup /var/lib/minidialer/backups " in service
    (tmp_path / "backups").mkdir()
    config = tmp_path / "config.toml"
    config.write_text(f'data_dir = "{tmp_path}"\n')
    assert "backup" in [check.name for check in machine_checks(load_settings(config, {}))]
