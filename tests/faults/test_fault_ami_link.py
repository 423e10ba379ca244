"""The link to Asterisk fails in every way a link can."""

from pathlib import Path

import pytest

from .trying import assert_harmless

pytestmark = pytest.mark.pbx


@pytest.mark.parametrize("fault", ["link-cut", "link-silent", "link-slow", "events-disturbed"])
async def test_a_bad_link_loses_nothing(fault: str, tmp_path: Path) -> None:
    await assert_harmless(fault, tmp_path)
