"""The order of the tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on a real Asterisk comes last: a mistake in the rules shows after seconds, not minutes."""
    items.sort(key=lambda item: item.get_closest_marker("pbx") is not None)
