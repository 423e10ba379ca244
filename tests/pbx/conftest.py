"""One lab for this folder, gone before the next folder's begins; each test has a daemon and a store of its own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from minidialer.control.sentences import ControlError
from minidialer.domain.sentence import RefusedError
from minidialer.lab import Lab, Mix

from .site import Site, site


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def desk_lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """Customers answer at once and talk long, unless a test forces something else; phones answer after 0.3 s."""
    mix = Mix(answer=1, machine=0, busy=0, no_answer=0, invalid=0, congestion=0, ring=(0.2, 0.3), talk=(60, 60))
    async with Lab(phones=6, seed=3, mix=mix, phone_delay=0.3, home=tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest_asyncio.fixture
async def here(desk_lab: Lab, tmp_path: Path) -> AsyncIterator[Site]:
    """A call centre with nothing in it; afterwards the lab is quiet again."""
    async with site(desk_lab, tmp_path) as running:
        yield running
        with contextlib.suppress(ControlError, RefusedError):
            await running.stop()  # else the daemon would wait for calls under way, or place new ones
        await desk_lab.carrier.hang_up_everybody()
    await desk_lab.pbx.wait_for("core show channels count", "0 active channels")
    await desk_lab.carrier.wait_for("core show channels count", "0 active channels")
    await desk_lab.carrier.unforce()
    await desk_lab.carrier.reset_phones()
