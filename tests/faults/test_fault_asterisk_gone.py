"""Asterisk goes and comes back."""

from pathlib import Path

import pytest

from .trying import assert_harmless

pytestmark = pytest.mark.pbx


@pytest.mark.parametrize("fault", ["asterisk-killed", "asterisk-restarted"])
async def test_an_asterisk_that_goes_leaves_nobody_behind(fault: str, tmp_path: Path) -> None:
    await assert_harmless(fault, tmp_path)
