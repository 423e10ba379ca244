"""The command line against a running daemon, as supervisors and scripts use both."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .installation import LONGEST, Installation

pytestmark = pytest.mark.timeout(300)  # dozens of commands, each a process of its own


def test_setting_up_and_starting_a_campaign(running: Installation, tmp_path: Path) -> None:
    good = running.good
    assert good("agents", "add", "1001", "--name", "Jan Nowak").rows[0]["state"] == "logged out"
    good("agents", "add", "1002", "--auto-answer")
    good("dispositions", "add", "sprzedaż", "--success")
    good("lists", "add", "Poznań")
    added = good("campaigns", "add", "Wiosna", "ring-timeout=20", "--list", "Poznań", "--agent", "1001", "--json").json
    assert (added["settings"]["ring_timeout"], added["agents"]) == (20, ["1001"])
    good("campaigns", "assign", "Wiosna", "1002")
    started = good("campaigns", "start", "Wiosna")
    assert "There is no link to Asterisk" in started.err
    assert started.err.endswith("Campaign “Wiosna” is running.\n")
    shown = good("campaigns", "set", "Wiosna", "overdial_percent=100", "calling_window=mon-sun 0:00-24:00").out
    assert "overdial_percent\t100\n" in shown
    assert good("campaigns").rows[0]["decision"] == "no link to Asterisk"

    file = tmp_path / "leads.csv"
    file.write_text("imię;telefon;miasto\nJan;600100200;Łódź\n\x1b[31mAla;600100201;Ełk\n", encoding="utf-8")
    good("import", str(file), "--list", "Poznań")
    leads = good("leads", "list", "--list", "Poznań", "--json").json
    assert [(lead["number"], lead["state"], lead["attempts"]) for lead in leads] == [
        ("+48600100200", "fresh", 0),
        ("+48600100201", "fresh", 0),
    ]
    assert list(leads[0]["fields"].items()) == [("imię", "Jan"), ("miasto", "Łódź")]
    assert "\x1b" not in good("leads", "list", "--list", "Poznań").out
    assert [lead["id"] for lead in good("leads", "list", "--list", "Poznań", "--limit", "1", "--json").json] == [1]
    assert good("leads", "find", "600-100-200").rows[0]["list"] == "Poznań"
    assert running("leads", "find", "600999999").code == 1
    assert good("leads", "history", "600100200", "--json").json == []
    assert good("leads", "reset-attempts", "--list", "Poznań", "--json").json == {"count": 0}
    assert good("lists").rows[0]["fresh"] == "2"

    (made,) = good("imports", "--json").json
    assert (made["added"], made["lead_list"]) == (2, "Poznań")
    assert "Removed 2; 0 stay" in good("imports", "undo", str(made["id"])).err

    status = good("status", "--json").json
    assert (status["link"]["up"], status["agents"]) == (False, {"logged_out": 2})
    assert "takes no connection" in good("status").out
    good("campaigns", "stop", "Wiosna")
    good("campaigns", "remove", "Wiosna")
    good("lists", "remove", "Poznań", "--force")
    good("agents", "remove", "1001")
    assert [agent["login"] for agent in good("agents", "list", "--json").json] == ["1002"]


def test_a_name_that_is_close_is_suggested(running: Installation) -> None:
    running.good("lists", "add", "Kraków")
    said = running("leads", "list", "--list", "Krakow")
    assert (said.code, said.out, said.err) == (1, "", "There is no list “Krakow”: did you mean “Kraków”?\n")


def test_the_daemon_s_refusals_are_said_in_polish(running: Installation) -> None:
    said = running("--lang", "pl", "leads", "list", "--list", "Krakow2")
    assert said.err == "Nie ma kategorii „Krakow2”: może chodzi o „Kraków”?\n"
    from_environment = running("agents", "add", "1", "--qqq", LC_ALL="pl_PL.UTF-8")
    assert from_environment.err.startswith("Nie ma opcji --qqq")


def test_watching_gives_a_line_for_each_event(running: Installation) -> None:
    environment = {**os.environ, "MINIDIALER_CONFIG": str(running.config)}
    watching = subprocess.Popen(
        [sys.executable, "-m", "minidialer", "watch", "--json"], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["snapshot"]["link_up"] is False
    running.good("agents", "add", "2001")
    for text in watching.stdout:
        lines = json.loads(text).get("lines")
        if lines is not None:
            assert [(line["what"], line["state"]) for line in lines["lines"]] == [("2001", "logged_out")]
            break
    watching.send_signal(signal.SIGINT)
    assert watching.wait(LONGEST) == 130
    watching.stdout.close()


def test_a_second_daemon_is_refused(running: Installation) -> None:
    said = running("daemon")
    assert said.code == 1
    assert "A daemon uses the store" in said.err


def test_doctor_says_what_to_do(running: Installation) -> None:
    said = running("doctor", "--json")
    assert said.code == 1
    found = {check["check"]: check["result"] for check in said.json}
    assert (found["daemon"], found["store"], found["ami"], found["dialplan"]) == ("ok", "ok", "failed", "skipped")
    assert all(check["advice"] for check in said.json if check["result"] == "failed")
    assert "takes no connection" in running("doctor").out


def test_a_daemon_stops_in_order_and_keeps_everything(installed: Installation) -> None:
    installed.start()
    installed.good("lists", "add", "A")
    assert installed.stop() == 0
    assert not (installed.data_dir / "control.sock").exists()
    assert "Traceback" not in installed.log()
    installed.start()
    assert installed.good("lists").rows[0]["list"] == "A"
    installed.stop(signal.SIGKILL)
    installed.start()  # a stale socket is no hindrance
    assert installed.good("lists").rows[0]["list"] == "A"
    assert installed.stop(signal.SIGINT) == 0
    assert (installed.data_dir / "minidialer.sqlite").stat().st_mode & 0o077 == 0


def test_people_and_their_rules(running: Installation) -> None:
    made = running.good(
        "dispositions", "add", "busy", "--pl", "zajęty", "--key", "4", "--retry-minutes", "15", "--json"
    )
    assert (made.json["name_pl"], made.json["key"], made.json["retry_minutes"]) == ("zajęty", "4", 15)
    changed = running.good("dispositions", "set", "busy", "--retry-minutes", "0", "--key", "", "--json").json
    assert (changed["retry_minutes"], changed["key"]) == (None, "")
    assert "0 / 30" in running.good("status").out
    running.good("agents", "add", "1001")
    for order in (("pause",), ("pause", "--force"), ("resume",)):
        refused = running("agents", order[0], "1001", *order[1:])
        assert (refused.code, refused.err) == (1, "Agent 1001 is logged out: log in first.\n")
    assert running.good("agents", "log-out", "1001", "--force", "--json").json["state"] == "logged_out"
    refused = running("agents", "spy", "1001", "900", "--mode", "whisper")
    assert (refused.code, refused.err) == (1, "There is no talk: the call is over.\n")
    assert "must be one of" in running("agents", "spy", "1001", "900", "--mode", "shout").err


def test_metrics_are_printed_or_put_in_place_whole(running: Installation, tmp_path: Path) -> None:
    good, file = running.good, tmp_path / "minidialer.prom"
    assert "minidialer_link_up 0.0\n" in good("metrics").out
    assert good("metrics", "--json").json["text"].startswith("# HELP minidialer_info ")
    file.write_text("old")
    good("metrics", "--file", str(file))
    assert "minidialer_link_up 0.0\n" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.glob(".minidialer*")) == []
    refused = running("metrics", "--file", str(tmp_path / "nowhere" / "x.prom"))
    assert (refused.code, refused.err.count("\n")) == (1, 1)


def test_advice_for_a_team_that_is_not_there_yet(running: Installation) -> None:
    good = running.good
    good("campaigns", "add", "Wiosna", "overdial_percent=40")
    assert running("pacing", "Wiosna", "--agents", "3").code == 2
    refused = running("pacing", "Wiosna", "--advice")
    assert (refused.code, refused.err) == (1, "Nobody is assigned to “Wiosna”: assign agents, or give a number.\n")
    told = good("pacing", "Wiosna", "--advice", "--agents", "40", "--overdial", "60")
    assert [row["mode"] for row in told.rows] == ["progressive", "power +60 %", "predictive +60 %"]
    assert all(row["utilisation"].endswith(" %") for row in told.rows)
    assert "agents: 40; 30 % answer" in told.err
    assert "Assumed, for nothing was learned of it yet: answered of those called" in told.err
