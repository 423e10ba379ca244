"""One lab for all tests of a run that do not need their own; starting one takes about a second."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from minidialer.lab import Lab, Mix

from .wire import Wire


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """A running lab with four phones; customers answer quickly and talk long, unless a test forces something else."""
    mix = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.0, 0.2), talk=(20, 30))
    async with Lab(phones=4, seed=7, mix=mix, phone_delay=0.3, home=tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest_asyncio.fixture
async def wire(lab: Lab) -> AsyncIterator[Wire]:
    """A manager login; afterwards no call is left and nobody is forced to anything."""
    async with Wire(lab.pbx.manager) as connected:
        yield connected
    await lab.pbx.rx("channel request hangup all")
    await lab.pbx.wait_for("core show channels count", "0 active channels")
    await lab.carrier.wait_for("core show channels count", "0 active channels")
    await lab.carrier.unforce()
    await lab.carrier.reset_phones()
