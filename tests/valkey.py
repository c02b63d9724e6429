"""A real server for the streams: one for the whole run, a district of its own for each test."""

import uuid
from collections.abc import Iterator

import pytest
from redis import Redis

from cockpit.stream.connection import connect
from cockpit.stream.embedded import EmbeddedServer
from cockpit.stream.keys import Keys


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server that ends with the run."""
    server = EmbeddedServer(tmp_path_factory.mktemp("valkey"))
    url = server.start()
    yield url
    server.stop()


@pytest.fixture
def redis_client(valkey_url: str) -> Iterator[Redis]:
    """A connection as the application makes it."""
    client = connect(valkey_url)
    yield client
    client.close()


@pytest.fixture
def keys() -> Keys:
    """The keys of a district that no other test uses."""
    return Keys(uuid.uuid4().hex)
