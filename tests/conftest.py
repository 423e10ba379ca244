"""The order of the tests, and what they need of the process they run in."""

import signal

import pytest


def pytest_configure() -> None:
    """A shell starts what runs in its background with Ctrl-C ignored, and the programs tested would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on a real Asterisk comes last: a mistake in the rules shows after seconds, not minutes."""
    items.sort(key=lambda item: item.get_closest_marker("pbx") is not None)
