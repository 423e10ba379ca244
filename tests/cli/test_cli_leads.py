"""Leads from the terminal: searched, edited, marked, exported; files imported by the daemon."""

import csv
import os
import signal
import time
from pathlib import Path

import pytest

from minidialer.control.caller import Caller
from minidialer.control.models import lists
from minidialer.control.models.base import Nothing

from .installation import LONGEST, Installation
from .test_cli_terminal import Terminal

pytestmark = pytest.mark.timeout(300)  # dozens of commands, each a process of its own


def test_leads_are_searched_edited_and_exported(running: Installation, tmp_path: Path) -> None:
    good = running.good
    file = tmp_path / "people.csv"
    file.write_text("imię;telefon;miasto\nŁucja;600700200;Łódź\n=1+1;600700201;Ełk\nzły;1;Ełk\n", encoding="utf-8")
    imported = good("import", str(file), "--list", "Ludzie", "--create-list", "--by-daemon", "--json").json
    assert (imported["added"], imported["invalid"]) == (2, 1)
    assert Path(imported["rejected_file"]).is_file()
    assert (running.data_dir / "uploads").is_dir()
    assert list((running.data_dir / "uploads").iterdir()) == []

    (found,) = good("leads", "list", "--list", "Ludzie", "--search", "lucja", "--json").json
    assert [row["number"] for row in good("leads", "list", "--list", "Ludzie", "--search", "201").rows] == [
        "+48600700201"
    ]
    identity = str(found["id"])
    edited = good("leads", "edit", identity, "miasto=Kraków", "imię-", "--notes", "vip", "--due", "2030-05-04T09:30")
    assert "miasto\tKraków\n" in edited.out
    shown = good("leads", "show", identity, "--json").json
    assert (shown["lead"]["fields"], shown["lead"]["notes"]) == ({"miasto": "Kraków"}, "vip")
    assert shown["lead"]["due_at"] == "2030-05-04T07:30:00Z"
    assert running("leads", "edit", identity, "miasto").err.startswith("miasto: write FIELD=VALUE")
    assert good("leads", "do-not-call", "600 700 201", "--json").json == {"count": 1}

    target = tmp_path / "out.csv"
    assert "2 leads are in" in good("leads", "export", "--list", "Ludzie", str(target)).err
    with target.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter=";"))
    assert [row["phone number"] for row in rows] == ["+48600700200", "+48600700201"]
    assert [(row["imię"], row["state"]) for row in rows] == [("", "callback"), ("'=1+1", "do not call")]
    marked = ["leads", "export", "--list", "Ludzie", "--state", "do_not_call", str(tmp_path / "out.xlsx")]
    assert "1 lead is in" in good(*marked).err
    assert "must end in .csv or .xlsx" in running("leads", "export", "--list", "Ludzie", "out.txt").err

    assert "still to be called\t1\n" in good("lists", "remove", "Ludzie", "--dry-run").out
    assert "is not empty (leads: 2)" in running("lists", "remove", "Ludzie").err
    good("lists", "remove", "Ludzie", "--force")


def test_an_import_by_the_daemon_that_is_interrupted_leaves_nothing(running: Installation, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("telefon\n" + "".join(f"{500_000_000 + index}\n" for index in range(50_000)))
    terminal = Terminal(running, "import", str(file), "--list", "Wiele", "--create-list", "--by-daemon")
    deadline = time.monotonic() + LONGEST
    with Caller(running.data_dir / "control.sock") as caller:  # not a command: the import could be over before it began
        while not any(found.name == "Wiele" for found in caller.call(lists.LIST, Nothing()).lists):
            assert time.monotonic() < deadline, terminal.seen
            time.sleep(0.01)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "nothing of it stays" in terminal.seen
    assert "Wiele" not in running.good("lists", "--json").out


def test_standard_input_is_imported_by_the_daemon_too(running: Installation) -> None:
    if os.geteuid() == 0:  # who may write everything asks for it
        said = running("import", "-", "--list", "Potok", "--create-list", "--by-daemon", "--json", stdin="600700300\n")
    else:
        (running.data_dir / "minidialer.sqlite").chmod(0o400)
        said = running("import", "-", "--list", "Potok", "--create-list", "--json", stdin="600700300\n")
        (running.data_dir / "minidialer.sqlite").chmod(0o600)
    assert said.json["added"] == 1
    refused = running("import", "a.csv", "--list", "x", "--by-daemon", "--rejected", "r.csv")
    assert "--rejected needs the right to write the store" in refused.err
