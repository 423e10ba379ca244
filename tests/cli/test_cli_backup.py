"""`minidialer backup` and `restore` as an operator and systemd's timer run them."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from .installation import Installation

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


def test_the_timer_calls_what_there_is() -> None:
    service = (ROOT / "systemd" / "minidialer-backup.service").read_text()
    (call,) = re.findall(r"^ExecStart=(.+)$", service, re.MULTILINE)
    _program, *arguments = call.split()
    assert arguments == [
        "--config", "/etc/minidialer/config.toml", "backup", "/var/lib/minidialer/backups", "--keep", "14",
    ]  # fmt: skip
    assert "StateDirectory=minidialer minidialer/backups\n" in service
    assert "OnCalendar=" in (ROOT / "systemd" / "minidialer-backup.timer").read_text()
