"""A real primary with a replica, and a sentinel that lets the replica take over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from cockpit.stream.connection import connect
from tests.cli.running import until
from tests.redis_server import PASSWORD, QUOTED_PASSWORD, RedisServer

NAME = "cockpit-main"


class Replicated:
    """A primary, a replica and a sentinel."""

    def __init__(self, directory: Path) -> None:
        self.servers = [RedisServer(directory / "one"), RedisServer(directory / "two")]
        self.sentinel = RedisServer(directory / "sentinel", "--sentinel", password=None)

    @property
    def url(self) -> str:
        return f"redis+sentinel://:{QUOTED_PASSWORD}@127.0.0.1:{self.sentinel.port}/{NAME}"

    def start(self) -> None:
        both = (
            f'requirepass "{PASSWORD}"', f'masterauth "{PASSWORD}"', "appendonly yes", "appendfsync always", 'save ""',
            "repl-diskless-sync-delay 0",
        )  # fmt: skip
        first, second = self.servers
        first.start(*both)
        second.start(*both, f"replicaof 127.0.0.1 {first.port}")
        self.until_replicated()
        self.sentinel.start(
            f"sentinel monitor {NAME} 127.0.0.1 {first.port} 1",
            f'sentinel auth-pass {NAME} "{PASSWORD}"',
            f"sentinel down-after-milliseconds {NAME} 1000",
            f"sentinel failover-timeout {NAME} 4000",
        )
        until(lambda: len(self._told_replicas()) == 1, within_s=60, what="the sentinel knows the replica")

    def stop(self) -> None:
        for server in (self.sentinel, *self.servers):
            server.kill()

    def primary(self) -> RedisServer:
        """Who it is as the sentinel says."""
        told = self.sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        port = int(told[1]) if isinstance(told, list) else 0
        return next(server for server in self.servers if server.port == port)

    def until_taken_over(self, killed: RedisServer) -> RedisServer:
        """Wait until the other one is the primary."""
        other = next(server for server in self.servers if server is not killed)
        until(
            lambda: self.primary() is other and _role_of(other) == "master", within_s=60, what="the replica takes over"
        )
        return other

    def until_replicated(self) -> None:
        """Wait until one of the two follows the other and has what that has."""

        def follows() -> bool:
            told = [server.ask("ROLE") for server in self.servers]
            return sum(isinstance(t, list) and t[0] == b"slave" and t[3] == b"connected" for t in told) == 1

        until(follows, within_s=60, what="one follows the other")

    def _told_replicas(self) -> list[object]:
        told = self.sentinel.ask("SENTINEL", "REPLICAS", NAME)
        return told if isinstance(told, list) else []


def _role_of(server: RedisServer) -> str:
    """`master`, `slave`, or empty while it does not answer."""
    told = server.ask("ROLE")
    return told[0].decode() if isinstance(told, list) else ""


@pytest.fixture
def replicated_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicated]:
    """Servers of this test alone: it kills them."""
    servers = Replicated(tmp_path_factory.mktemp("replicated"))
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


@pytest.fixture
def sentinel_client(replicated_redis: Replicated) -> Iterator[Redis]:
    """A connection as the application makes it."""
    client = connect(replicated_redis.url)
    yield client
    client.close()
