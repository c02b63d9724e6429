"""A real Redis Cluster: three nodes that share the slots, each with its own append-only file."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from redis import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from cockpit.stream.connection import connect
from cockpit.stream.embedded import find_binary
from tests.cli.running import until

PASSWORD = "p@ss, word"
_QUOTED = "p%40ss%2C%20word"
_SLOTS = 16_384


class Node:
    """One server of the cluster; it can be killed and started again on its file."""

    def __init__(self, directory: Path) -> None:
        self.port, self._bus = _free_port(), _free_port()
        self._directory = directory
        directory.mkdir(parents=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        config = self._directory / "node.conf"
        config.write_text(
            f'port {self.port}\ncluster-port {self._bus}\nbind 127.0.0.1\ndir "{self._directory}"\n'
            f'requirepass "{PASSWORD}"\nmasterauth "{PASSWORD}"\ncluster-enabled yes\ncluster-node-timeout 2000\n'
            'cluster-require-full-coverage no\nappendonly yes\nappendfsync always\nsave ""\n'
        )
        self._process = subprocess.Popen([str(find_binary()), str(config)], stdout=subprocess.DEVNULL)
        until(lambda: self.ask("PING") is not None, within_s=30, what="the node answers")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def ask(self, *command: object) -> object:
        """The node's own answer, or None while it does not answer."""
        with contextlib.suppress(RedisError), self.client() as client:
            return client.execute_command(*command)  # type: ignore[arg-type]
        return None

    def client(self) -> Redis:
        return Redis(port=self.port, password=PASSWORD, socket_timeout=5)

    def tell(self, *command: object) -> None:
        """Raises RedisError where the node refuses it."""
        with self.client() as client:
            client.execute_command(*command)  # type: ignore[arg-type]


class Cluster:
    """Three nodes."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [Node(directory / str(number)) for number in range(3)]

    @property
    def url(self) -> str:
        """As an operator writes it: some nodes, the first of which may be away."""
        return f"redis+cluster://:{_QUOTED}@" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:2])

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        first, *others = self.nodes
        share = _SLOTS // len(self.nodes) + 1
        for number, node in enumerate(self.nodes):
            node.tell("CLUSTER", "ADDSLOTSRANGE", number * share, min((number + 1) * share, _SLOTS) - 1)
            node.tell("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for other in others:
            first.tell("CLUSTER", "MEET", "127.0.0.1", other.port, other._bus)
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
