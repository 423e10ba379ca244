"""A full house and a whole day, in small: nothing grows, nothing is lost, everybody is joined in time.

`load-on-asterisk` is for `make faults`: other faults try the same call centre on Asterisk here.
"""

from pathlib import Path

import pytest

from .trying import assert_harmless


@pytest.mark.parametrize("fault", ["load", "working-day"])
async def test_nothing_grows(fault: str, tmp_path: Path) -> None:
    await assert_harmless(fault, tmp_path)
