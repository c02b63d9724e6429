"""A real primary with a replica, and a sentinel that lets the replica take over."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from cockpit.stream.connection import connect
from cockpit.stream.embedded import find_binary
from tests.cli.running import until

PASSWORD = "p@ss, word"
_QUOTED = "p%40ss%2C%20word"
NAME = "cockpit-main"


class Server:
    """One server; it can be killed and started again on its file, then as a replica of whoever is the primary."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.port = _free_port()
        self._directory, self._options = directory, options
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True)

    def start(self, *config: str) -> None:
        file = self._directory / "server.conf"
        if not file.exists():  # a sentinel, and a server that was told whose replica it is, write theirs anew
            file.write_text(
                "\n".join((f"port {self.port}", "bind 127.0.0.1", f'dir "{self._directory}"', *config)) + "\n"
            )
        self._process = subprocess.Popen(
            [str(find_binary()), str(file), *self._options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: self.ask("PING") is not None, within_s=30, what="the server answers")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask(self, *command: object) -> object:
        """The server's answer, or None while it gives none."""
        password = None if self._options else PASSWORD
        with contextlib.suppress(RedisError), Redis(port=self.port, password=password, socket_timeout=5) as client:
            return client.execute_command(*command)  # type: ignore[arg-type]  # any command
        return None

    def role(self) -> str:
        """`master`, `slave`, or empty while it does not answer."""
        told = self.ask("ROLE")
        return told[0].decode() if isinstance(told, list) else ""


class Replicated:
    """A primary, a replica and a sentinel."""

    def __init__(self, directory: Path) -> None:
        self.servers = [Server(directory / "one"), Server(directory / "two")]
        self.sentinel = Server(directory / "sentinel", "--sentinel")

    @property
    def url(self) -> str:
        return f"redis+sentinel://:{_QUOTED}@127.0.0.1:{self.sentinel.port}/{NAME}"

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

    def primary(self) -> Server:
        """Who it is as the sentinel says."""
        told = self.sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        port = int(told[1]) if isinstance(told, list) else 0
        return next(server for server in self.servers if server.port == port)

    def until_taken_over(self, killed: Server) -> Server:
        """Wait until the other one is the primary."""
        other = next(server for server in self.servers if server is not killed)
        until(lambda: self.primary() is other and other.role() == "master", within_s=60, what="the replica takes over")
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
