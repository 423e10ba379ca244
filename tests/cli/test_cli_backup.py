"""`minidialer backup` and `restore` as an operator and systemd's timer run them."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from minidialer.cli import main
from minidialer.lab.errors import LabError
from minidialer.lab.small_disk import small_disk
from minidialer.store import backup as backup_module
from minidialer.store import copying
from minidialer.store.database import Database
from tests.store.world import World

from .installation import LONGEST, Installation

pytestmark = pytest.mark.timeout(300)  # dozens of commands, each a process of its own
ROOT = Path(__file__).parents[2]


def test_backup_and_restore_with_a_daemon(installed: Installation, tmp_path: Path) -> None:
    good, folder, copy = installed.good, tmp_path / "backups", tmp_path / "copy.sqlite"
    installed.start()
    numbers = tmp_path / "leads.csv"
    numbers.write_text("telefon\n600100200\n600100201\n", encoding="utf-8")
    good("import", str(numbers), "--list", "Poznań", "--create-list")
    made = good("backup", str(copy), "--json").json
    assert (made["file"], made["rows"]["lead"], made["bytes"]) == (str(copy), 2, copy.stat().st_size)
    assert "leads\t2\n" in good("backup", str(copy), "--force").out
    assert copy.stat().st_mode & 0o777 == 0o600

    refused = installed("backup", str(copy))
    assert (refused.code, refused.out) == (1, "")
    assert "exists already: give another name, or --force" in refused.err
    refused = installed("restore", str(copy))
    assert refused.code == 1
    assert "The daemon runs: stop it first" in refused.err
    assert installed("backup", str(copy), "--keep", "2", "--force").code == 2

    folder.mkdir()
    old = [folder / f"minidialer-2026010{day}T000000Z.sqlite" for day in (1, 2, 3)]
    for path in old:
        path.touch()
    made = good("backup", str(folder), "--keep", "2", "--json").json
    assert made["removed"] == [str(path) for path in old[:2]]
    assert sorted(folder.iterdir()) == [old[2], Path(made["file"])]

    good("lists", "add", "made afterwards")
    assert installed.stop() == 0
    done = good("restore", str(copy), "--json").json
    assert (done["rows"]["lead"], done["rows"]["lead_list"]) == (2, 1)
    assert done["aside"].startswith(f"{installed.data_dir}/minidialer.sqlite.before-restore-")
    with closing(sqlite3.connect(done["aside"])) as raw:
        assert raw.execute("SELECT count(*) FROM lead_list").fetchone() == (2,)
    installed.start()
    assert [row["list"] for row in good("lists").rows] == ["Poznań"]
    assert "store.restore" in good("audit").out
    assert [line["action"] for line in good("audit", "--action", "store.restore", "--json").json] == ["store.restore"]


def test_what_cannot_be_done_is_one_sentence(installed: Installation, tmp_path: Path) -> None:
    said = installed("backup", str(tmp_path / "copy"))
    assert (said.code, said.out) == (1, "")
    assert re.fullmatch(r"There is no store .*: nothing can be backed up\.\n", said.err)
    said = installed("--lang", "pl", "restore", str(tmp_path / "none"))
    assert (said.code, said.err) == (1, f"Nie ma pliku {tmp_path / 'none'}.\n")


async def _stored(installed: Installation, leads: int) -> None:
    installed.data_dir.mkdir()
    async with Database.open(installed.data_dir / "minidialer.sqlite") as db:
        world = await World.build(db)
        await world.add_leads({"notes": "x" * 200} for _ in range(leads))


def test_one_that_is_told_to_end_leaves_nothing(
    installed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd does when it takes too long, or at a shutdown."""
    asyncio.run(_stored(installed, 10))
    folder = tmp_path / "backups"
    folder.mkdir()
    right = copying.copy
    seen: list[Path] = []

    def told(source: Path, part: Path, progress: copying.Progress, *, live: bool) -> copying.Contents:
        found = right(source, part, progress, live=live)
        seen.extend(folder.iterdir())
        os.kill(os.getpid(), signal.SIGTERM)
        return found

    def unheard(_number: int, _frame: object) -> None:
        pytest.fail("nobody takes care of the signal")

    monkeypatch.setattr(backup_module, "copy", told)
    before = signal.signal(signal.SIGTERM, unheard)
    try:
        assert main.run(["--config", str(installed.config), "backup", str(folder)]) == 130
        assert signal.getsignal(signal.SIGTERM) is unheard, "as it was"
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [path.suffix for path in seen] == [".part"]
    assert list(folder.iterdir()) == []


async def test_a_full_disk_leaves_the_older_backups(installed: Installation, tmp_path: Path) -> None:
    await _stored(installed, 3000)
    command = (sys.executable, "-W", "error", "-m", "minidialer", "backup", "--keep", "1")
    environment = {**os.environ, "MINIDIALER_CONFIG": str(installed.config)}
    try:
        async with small_disk(tmp_path / "disk", 1) as disk:
            older = disk.seen / "minidialer-20260101T000000Z.sqlite"
            older.write_bytes(b"x" * 500_000)
            said = await asyncio.to_thread(
                subprocess.run, [*disk.prefix, *command, str(disk.folder)],
                capture_output=True, text=True, env=environment, timeout=LONGEST, check=False,
            )  # fmt: skip
            assert (said.returncode, said.stdout) == (1, "")
            assert re.fullmatch(r".* cannot be copied to .*: database or disk is full\.\n", said.stderr)
            assert [path.name for path in disk.seen.iterdir()] == [older.name]
            assert older.stat().st_size == 500_000
    except LabError as error:
        pytest.skip(str(error))


def test_the_timer_calls_what_there_is() -> None:
    service = (ROOT / "systemd" / "minidialer-backup.service").read_text()
    (call,) = re.findall(r"^ExecStart=(.+)$", service, re.MULTILINE)
    _program, *arguments = call.split()
    assert arguments == [
        "--config", "/etc/minidialer/config.toml", "backup", "/var/lib/minidialer/backups", "--keep", "14",
    ]  # fmt: skip
    assert "StateDirectory=minidialer minidialer/backups\n" in service
    assert "OnCalendar=" in (ROOT / "systemd" / "minidialer-backup.timer").read_text()
