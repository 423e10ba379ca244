"""Whoever starts processes takes them along, also when killed."""

import subprocess
import sys

import pytest

from minidialer.lab.children import ending_with_us

PARENT = """
import subprocess, sys
from minidialer.lab.children import ending_with_us
subprocess.Popen([*ending_with_us(sys.argv[1]), "sh", "-c", "echo started; exec sleep 60"])
sys.stdin.read()
"""


@pytest.mark.parametrize("signal", ["TERM", "KILL"])
def test_a_child_ends_with_a_killed_parent(signal: str) -> None:
    assert ending_with_us(signal), "setpriv of util-linux is missing"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, signal], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        parent.kill()
        rest, _errors = parent.communicate(timeout=10)  # back when the child, too, has let go of the pipe
    assert rest == ""
