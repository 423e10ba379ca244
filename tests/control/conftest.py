"""An office for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .office import Office, noon, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, clock=noon) as opened:
        yield opened
