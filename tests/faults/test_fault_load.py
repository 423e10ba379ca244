"""A full house and a whole day, in small: nothing grows, nothing is lost, everybody is joined in time."""

from pathlib import Path

import pytest

from .trying import assert_harmless


@pytest.mark.parametrize("fault", ["load", "working-day"])
async def test_nothing_grows(fault: str, tmp_path: Path) -> None:
    await assert_harmless(fault, tmp_path)


@pytest.mark.pbx
async def test_nothing_grows_on_asterisk(tmp_path: Path) -> None:
    await assert_harmless("load-on-asterisk", tmp_path)
