"""The order of the tests, and what they need of the process they run in."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.listening import kept_port

# An example takes as long as the machine lets it: none fails for that. What else there is stays, as on a CI server.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def port() -> Iterator[int]:
    """A free one that stays free until the end of the test."""
    with kept_port() as kept:
        yield kept


def pytest_configure() -> None:
    """A shell starts what runs in its background with Ctrl-C ignored, and the programs tested would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on a real Asterisk comes last: a mistake in the rules shows after seconds, not minutes.

    Of these, files with the longest limits come first: at the end no worker waits for another.
    """
    longest: dict[Path, float] = {}
    for item in items:
        limit = item.get_closest_marker("timeout")
        longest[item.path] = max(longest.get(item.path, 0.0), float(limit.args[0]) if limit is not None else 0.0)

    def place(item: pytest.Item) -> tuple[bool, float]:
        on_asterisk = item.get_closest_marker("pbx") is not None
        return on_asterisk, -longest[item.path] if on_asterisk else 0.0

    items.sort(key=place)
