"""Which fixtures every test may ask for, which tests drive a browser; and no law fails because the machine is busy."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("no_timing", deadline=None)
settings.load_profile("no_timing")

pytest_plugins = ["tests.valkey", "tests.redis_cluster", "tests.redis_sentinel", "tests.postgres", "tests.mosquitto"]

_BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in `browser/` drives a browser."""
    for item in items:
        if item.path.is_relative_to(_BROWSER):
            item.add_marker(pytest.mark.browser)
