"""Installations: one for every test, and one with a running daemon for a whole file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .installation import Installation


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    installation.clean_up()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("running"))
    installation.start()
    yield installation
    installation.clean_up()
