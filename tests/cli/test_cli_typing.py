"""What is typed wrong, asked for in another language, or cut off: one sentence and the right exit code."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from minidialer.cli.main import _hoisted

from .installation import LONGEST, Installation

MISTAKES = [
    (["statuss"], "There is no command “statuss”: did you mean “status”?"),
    (["qqq"], "There is no command “qqq”: use one of daemon, status,"),
    (["agents", "lst"], "There is no command “lst”: did you mean “list”?"),
    (["agents", "add"], "login is missing: see `minidialer agents add --help`."),
    (["agents", "add", "1", "--nam", "x"], "There is no option --nam: did you mean --name?"),
    (["agents", "add", "1", "--qqq"], "There is no option --qqq: `minidialer agents add --help` lists them."),
    (["leads", "list", "--list", "x", "--limit", "many"], "--limit = many: it must be a whole number.\n"),
    (["demo", "--leads", "0"], "--leads = 0: it must be 1 or more.\n"),
    (["import", "a", "--list", "x", "--on-duplicate", "y"], "--on-duplicate = y: it must be one of 'skip', 'update'."),
    (["--lang", "de", "status"], "--lang de: use one of en, pl."),
    (["simulate", "--agents", "2", "--policy"], "--policy needs a value."),
    (["simulate", "--lunch=3"], "--lunch takes no value."),
    (["simulate", "--target", "nan"], "--target = nan: it must be a number."),
    (["simulate", "--talk", "-inf"], "--talk = -inf: it must be a number."),
    (["status", "--config"], "--config needs a value."),
    (["--config", "/none.toml", "status"], "/none.toml does not exist: give the configuration file's path."),
    (["campaigns", "set", "x", "ring_timeout"], "“ring_timeout” is not a setting: write it as key=value."),
    (["campaigns", "set", "x", "script=@/none"], "/none cannot be read"),
    (["import", "a", "b", "--list", "x", "--rejected", "r"], "--rejected takes a single file"),
]


@pytest.mark.parametrize(("typed", "message"), MISTAKES)
def test_a_mistake_is_one_sentence_and_exit_2(installed: Installation, typed: list[str], message: str) -> None:
    said = installed(*typed)
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
    assert (said.code, said.out) == (2, "")


def test_a_noun_that_wants_a_command_shows_its_commands(installed: Installation) -> None:
    said = installed("leads")
    assert (said.code, said.out) == (2, "")
    assert said.err.rstrip().splitlines()[-1].startswith("  export  ")
    assert "See `" not in said.err


def test_without_a_daemon_it_says_so(installed: Installation) -> None:
    said = installed("status")
    assert said.code == 1
    assert said.err.startswith(f"The daemon is not running ({installed.data_dir}/control.sock): start it")


def test_a_wrong_configuration_names_file_key_and_value(installed: Installation) -> None:
    installed.config.write_text("[asterisk]\nport = 0\n")
    said = installed("daemon")
    assert (said.code, said.err) == (2, f"{installed.config}: asterisk.port = 0: it must be 1 or more.\n")


def test_a_data_dir_that_cannot_be_made_is_a_configuration_error(installed: Installation) -> None:
    installed.config.write_text('data_dir = "/proc/none"\n')
    said = installed("daemon")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert said.err.startswith("data_dir = /proc/none cannot be created: ")


def test_options_of_every_command_may_stand_anywhere() -> None:
    front, given = _hoisted(["agents", "list", "--lang", "pl", "--json", "--config=/x"])
    assert front == ["--lang", "pl", "--config", "/x", "agents", "list", "--json"]
    assert given == {"--lang": "pl", "--config": "/x"}
    assert _hoisted(["a", "--", "--lang", "pl"]) == (["a", "--", "--lang", "pl"], {})


def test_help_needs_no_configuration(installed: Installation) -> None:
    installed.config.write_text("not toml")
    said = installed("--help")
    assert said.code == 0
    assert "campaigns" in said.out


def test_the_version(installed: Installation) -> None:
    assert installed.good("--version").out.startswith("miniDIALER ")


def test_a_reader_that_has_enough(installed: Installation) -> None:
    done = subprocess.run(
        f"{sys.executable} -m minidialer campaigns settings --json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == '{\n  "defau'


def test_ctrl_c_is_quiet(installed: Installation) -> None:
    environment = {**os.environ, "MINIDIALER_CONFIG": str(installed.config)}
    watching = subprocess.Popen(
        [sys.executable, "-m", "minidialer", "watch"], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert watching.stderr is not None
    assert "is not running" in watching.stderr.readline()
    watching.send_signal(signal.SIGINT)
    assert watching.wait(LONGEST) == 130
    assert "Traceback" not in watching.stderr.read()
    watching.stderr.close()


def test_help_imports_nothing_heavy() -> None:
    heavy = ("pydantic", "sqlalchemy", "rich", "phonenumbers", "panoramisk", "asyncio")
    script = f"""
import sys
from minidialer.cli.main import run
run(["--help"])
sys.stderr.write(",".join(name for name in {heavy} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr in ("", "asyncio")


def test_strict_means_all_the_files(installed: Installation, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("telefon\n600100200\n", encoding="utf-8")
    bad.write_text("telefon\n600100201\n12\n", encoding="utf-8")
    options = ("--list", "L", "--create-list", "--strict")
    refused = installed("import", str(good), str(bad), *options)
    assert refused.code == 3
    assert refused.err.startswith(f"{bad}: nothing is imported")
    assert installed.good("imports", "--json").json == []
    assert installed("import", str(good), "-", *options).code == 2
    bad.write_text("telefon\n600100201\n", encoding="utf-8")
    done = installed.good("import", str(good), str(bad), *options, "--json").json
    assert [summary["added"] for summary in done] == [1, 1]


def test_an_import_with_the_daemon_down(installed: Installation, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("telefon;imię\n600 100 200;Jan\n600100200;Jan\n12;x\n", encoding="utf-8")
    missing = installed("import", str(file), "--list", "L")
    assert (missing.code, missing.err) == (1, "There is no list “L”: --create-list adds it.\n")
    strict = installed("import", str(file), "--list", "L", "--create-list", "--strict", "--json")
    assert (strict.code, strict.json["added"], strict.json["invalid"]) == (3, 0, 1)
    dry = installed.good("import", str(file), "--list", "L", "--create-list", "--dry-run", "--json").json
    assert (dry["import_id"], dry["read"], dry["added"]) == (None, 3, 1)
    done = installed.good("import", str(file), "--list", "L", "--create-list", "--json").json
    assert list(done) == [
        "import_id", "read", "added", "updated", "duplicate_in_file", "already_in_list", "invalid", "rejected_file",
        "encoding", "delimiter",
    ]  # fmt: skip
    assert (done["read"], done["added"], done["duplicate_in_file"], done["invalid"]) == (3, 1, 1, 1)
    assert Path(done["rejected_file"]).read_text().splitlines()[1].startswith("4,12,")
    piped = installed.good("import", "-", "--list", "L", "--json", stdin="600100200\n600100201\n").json
    assert (piped["added"], piped["already_in_list"]) == (1, 1)
    assert [item["added"] for item in installed.good("imports", "--json").json] == [1, 1]
    assert installed.good("imports", "undo", "2", "--json").json == {"id": 2, "removed": 1, "kept": 0, "updated": 0}
    nothing = installed("import", str(tmp_path / "none.csv"), "--list", "L")
    assert nothing.code == 1
    assert "none.csv cannot be read: No such file or directory." in nothing.err


def test_undoing_an_import_says_what_stays(installed: Installation) -> None:
    for more in ([], ["--on-duplicate", "update"]):
        installed.good("import", "-", "--list", "L", "--create-list", *more, stdin="telefon,miasto\n600100200,Łódź\n")
    said = installed.good("imports", "undo", "2")
    assert said.err == (
        "Removed 0; 0 stay, because they were called or marked.\nLeads it updated keep their new fields: 1.\n"
    )


def test_two_files_give_two_results(installed: Installation, tmp_path: Path) -> None:
    for name, number in (("a.txt", "600100200"), ("b.txt", "600100201")):
        (tmp_path / name).write_text(number + "\n")
    files = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    done = installed.good("import", *files, "--list", "L", "--create-list", "--json").json
    assert [item["added"] for item in done] == [1, 1]


def test_rejected_rows_of_two_files_of_one_name_are_both_kept(installed: Installation, tmp_path: Path) -> None:
    for folder, bad in (("a", "12"), ("b", "13")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(f"600100200\n{bad}\n")
    files = [str(tmp_path / "a" / "x.txt"), str(tmp_path / "b" / "x.txt")]
    done = installed.good("import", *files, "--list", "L", "--create-list", "--json").json
    rows = [Path(item["rejected_file"]).read_text().splitlines()[1] for item in done]
    assert [row.split(",")[:2] for row in rows] == [["2", "12"], ["2", "13"]]


def test_help_in_polish(installed: Installation) -> None:
    said = installed.good("--lang", "pl", "agents", "add", "--help")
    assert "Konto SIP agenta." in said.out
    assert "Wypisz JSON dla skryptów." in said.out
    assert "Opcje:" in said.out


PLURALS = [(1, "1 numer zaczyna"), (3, "3 numery zaczynają"), (12, "12 numerów"), (22, "22 numery")]


@pytest.mark.parametrize(("count", "text"), PLURALS)
def test_polish_has_three_plural_forms(count: int, text: str) -> None:
    from minidialer import i18n

    i18n.set_language("pl")
    try:
        said = i18n.ngettext("{count} lead starts again.", "{count} leads start again.", count).format(count=count)
    finally:
        i18n.set_language("en")
    assert said.startswith(text)


def test_a_file_that_cannot_be_imported_is_refused_in_polish(installed: Installation, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("kto;Numer\nJan;600100200\n", encoding="utf-8")
    said = installed("--lang", "pl", "import", str(file), "--list", "L", "--map", "number=Numerr")
    assert said.code == 1
    assert said.err == f"{file}: Nie ma kolumny 'Numerr' (może chodzi o 'Numer'?): kolumny to 1 (kto), 2 (Numer).\n"
