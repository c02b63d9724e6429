"""A real Redis Cluster: three nodes that share the slots, each with its own append-only file."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from redis.crc import key_slot

from cockpit.stream.connection import connect
from tests.cli.running import until
from tests.redis_server import PASSWORD, QUOTED_PASSWORD, RedisServer, free_port

_SLOTS = 16_384


class Node(RedisServer):
    """One server of the cluster; it can be killed and started again on its file."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.bus = free_port()

    def start(self, *config: str) -> None:
        super().start(
            f"cluster-port {self.bus}", f'requirepass "{PASSWORD}"', f'masterauth "{PASSWORD}"', "cluster-enabled yes",
            "cluster-node-timeout 2000", "cluster-require-full-coverage no", "appendonly yes", "appendfsync always",
            'save ""', *config,
        )  # fmt: skip


class Cluster:
    """Three nodes."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [Node(directory / str(number)) for number in range(3)]

    @property
    def url(self) -> str:
        """As an operator writes it: some nodes, the first of which may be away."""
        return f"redis+cluster://:{QUOTED_PASSWORD}@" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:2])

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        first, *others = self.nodes
        share = _SLOTS // len(self.nodes) + 1
        for number, node in enumerate(self.nodes):
            node.tell("CLUSTER", "ADDSLOTSRANGE", number * share, min((number + 1) * share, _SLOTS) - 1)
            node.tell("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for other in others:
            first.tell("CLUSTER", "MEET", "127.0.0.1", other.port, other.bus)
        for node in self.nodes:
            until(partial(_knows_all, node, len(self.nodes)), within_s=30, what="the cluster is whole")

    def node_of(self, key: str) -> Node:
        """Whose slot a key is in."""
        return self.nodes[key_slot(key.encode()) // (_SLOTS // len(self.nodes) + 1)]

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()


def _knows_all(node: Node, how_many: int) -> bool:
    told = node.ask("CLUSTER", "INFO")
    text = told.decode() if isinstance(told, bytes) else ""
    return "cluster_state:ok" in text and f"cluster_known_nodes:{how_many}" in text


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that ends with the run."""
    cluster = Cluster(tmp_path_factory.mktemp("redis-cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def cluster_client(redis_cluster: Cluster) -> Iterator[Redis]:
    """A connection to it as the application makes it."""
    client = connect(redis_cluster.url)
    yield client
    client.close()
