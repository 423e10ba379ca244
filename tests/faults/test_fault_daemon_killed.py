"""SIGKILL for the daemon in the middle of everything."""

from pathlib import Path

import pytest

from .trying import assert_harmless

pytestmark = pytest.mark.pbx


async def test_a_killed_daemon_loses_nothing(tmp_path: Path) -> None:
    await assert_harmless("daemon-killed", tmp_path)
