"""Passwords and access of agents, from the command line of a running daemon."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .installation import Installation


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    installation.start()
    installation.good("agents", "add", "1001")
    yield installation
    installation.clean_up()


def test_a_password_is_read_made_up_and_taken_away(running: Installation) -> None:
    said = running.good("agents", "password", "1001", "--stdin", stdin="correct horse\n")
    assert said.out == ""
    assert "correct" not in said.err
    assert running.good("agents", "list", "--json").json[0]["has_password"]
    said = running.good("agents", "password", "1001", "--generate")
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}\n", said.out)
    running.good("agents", "password", "1001", "--none")
    assert not running.good("agents", "list", "--json").json[0]["has_password"]
    refused = running("agents", "password", "1001", "--stdin", stdin="kot\n")
    assert (refused.code, refused.out) == (1, "")
    assert "8 to 200 characters" in refused.err
    assert "kot" not in refused.err
    assert running("agents", "password", "1001", "--stdin", "--none").code == 2
    assert "correct horse" not in running.log()


def test_access(running: Installation) -> None:
    running.good("lists", "add", "Wrocław")
    agent = running.good(
        *("agents", "set", "1001", "--tabs", "dialer, statistics", "--blocked-list", "wrocław"),
        *("--language", "pl", "--json"),
    ).json
    assert (agent["tabs"], agent["blocked_lists"]) == (["dialer", "statistics"], ["Wrocław"])
    assert agent["language"] == "pl"
    agent = running.good("agents", "set", "1001", "--no-blocked-lists", "--tabs", "", "--json").json
    assert (agent["tabs"], agent["blocked_lists"]) == ([], [])
    refused = running("agents", "set", "1001", "--tabs", "dialler")
    assert refused.code != 0
    assert "must be one of" in refused.err
    assert "did you mean “Wrocław”" in running("agents", "set", "1001", "--blocked-list", "Wrocaw").err
