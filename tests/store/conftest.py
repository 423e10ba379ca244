"""A store on a real file for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from minidialer.store.database import Database

from .world import World


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
async def world(db: Database) -> World:
    return await World.build(db)
