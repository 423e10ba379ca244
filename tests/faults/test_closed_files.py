"""The daemon does not start on passwords, data or sockets that are open to everybody, and says what to do."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from minidialer.daemon.app import serve
from minidialer.daemon.closed_files import check_closed, keep_new_files_closed, open_to_others
from minidialer.daemon.doctor.check import Result
from minidialer.daemon.doctor.machine import machine_checks
from minidialer.settings import Settings, SettingsError, load_settings


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that others can get to, unlike the tests' own."""
    with tempfile.TemporaryDirectory(prefix="minidialer-open-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        data = Path(name) / "data"
        data.mkdir(mode=0o750)
        made = [
            data / "minidialer.sqlite",
            data / "minidialer.sqlite-wal",
            data / "minidialer.sqlite.before-restore-20260504T024000Z",
            Path(name) / "secret",
            Path(name) / "key.pem",
        ]
        for path in made:
            path.touch(mode=0o600)
        yield Path(name)


def settings_in(folder: Path, more: str = "", asterisk: str = 'secret = "s"') -> Settings:
    config = folder / "config.toml"
    config.write_text(f'data_dir = "{folder / "data"}"\n[asterisk]\n{asterisk}\n{more}')
    config.chmod(0o640)
    return load_settings(config, {})


def test_what_is_closed_is_not_complained_of(folder: Path) -> None:
    assert list(open_to_others(settings_in(folder))) == []
    assert list(open_to_others(settings_in(folder, f'[web]\ntls_key = "{folder / "key.pem"}"'))) == []


PASSABLE = {"data": 0o751}  # as `[control] read_only_group` has it: others may pass, not list


@pytest.mark.parametrize(
    ("more", "asterisk", "modes", "says"),
    [
        ("", 'secret = "s"', {"config.toml": 0o644}, "config.toml holds a password"),
        ("", 'secret = "s"', {"config.toml": 0o642}, "config.toml holds a password"),
        ("", 'secret_file = "{}/secret"', {"secret": 0o604}, "secret holds a password"),
        ('[web]\ntls_key = "{}/key.pem"', "", {"key.pem": 0o644}, "key.pem holds"),
        ("", "", {"data": 0o755}, "data holds people's data"),
        ("", "", {"data": 0o752}, "data holds people's data"),
        ("", "", PASSABLE | {"data/minidialer.sqlite": 0o644}, "sqlite holds"),
        ("", "", PASSABLE | {"data/minidialer.sqlite-wal": 0o644}, "sqlite-wal holds"),
        ("", "", PASSABLE | {"data/minidialer.sqlite.before-restore-20260504T024000Z": 0o644}, "24000Z holds"),
        ('[control]\nmode = "0666"', "", {}, "control.mode = 0666 lets every user control"),
        ('[control]\nsocket = "/var/tmp/minidialer.sock"', "", {}, "Everybody may write /var/tmp"),
    ],
)
async def test_what_is_open_keeps_the_daemon_from_starting(
    folder: Path, more: str, asterisk: str, modes: dict[str, int], says: str
) -> None:
    settings = settings_in(folder, more.format(folder), asterisk.format(folder))
    for name, mode in modes.items():
        (folder / name).chmod(mode)
    with pytest.raises(SettingsError, match=says):
        check_closed(settings)
    before = os.umask(0o022)
    try:
        with pytest.raises(SettingsError, match=says):
            await serve(settings)
    finally:
        os.umask(before)
    config = next(check for check in machine_checks(settings) if check.name == "config")
    assert config.result is Result.FAILED
    assert says in str(config.detail)


def test_a_file_nobody_else_can_get_to_is_closed(folder: Path) -> None:
    settings = settings_in(folder)
    (folder / "data" / "minidialer.sqlite").chmod(0o644)
    check_closed(settings)
    folder.chmod(0o750)
    (folder / "config.toml").chmod(0o644)
    check_closed(settings)


def test_new_files_are_closed(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep_new_files_closed()
        (tmp_path / "new").touch()
        (tmp_path / "folder").mkdir()
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
        assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o750
    finally:
        os.umask(before)
