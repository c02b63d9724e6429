"""A fresh room for each test; the city's geometry is read once."""

from collections.abc import Iterator

import pytest

from cockpit.services.city import City
from tests.feeds.room import Room


@pytest.fixture(scope="session")
def yuhang() -> City:
    return City.load("yuhang")


@pytest.fixture
def room(yuhang: City) -> Iterator[Room]:
    made = Room(yuhang)
    yield made
    made.meter.close()
