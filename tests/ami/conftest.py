"""A lab for the tests on a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from minidialer.lab import Lab, Mix


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """Two phones that answer soon; customers answer and talk long unless a test forces something else."""
    mix = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.1, 0.2), talk=(20, 30))
    async with Lab(phones=2, seed=5, mix=mix, phone_delay=0.2, home=tmp_path_factory.mktemp("ami-lab")) as running:
        yield running
