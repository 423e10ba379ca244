"""What presses on the daemon does not make a customer wait."""

from pathlib import Path

import pytest

from .trying import assert_harmless

FAULTS = ["terminal-deaf", "terminals-many", "pages-many", "import-long", "statistics-long"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_joins_do_not_wait(fault: str, tmp_path: Path) -> None:
    await assert_harmless(fault, tmp_path)
