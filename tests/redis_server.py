"""A real Redis server of a test: killed and started again on its files, asked when it answers."""

import contextlib
import secrets
import socket
import subprocess
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from cockpit.stream.embedded import find_binary
from tests.cli.running import until

PASSWORD = "p@ss, word"
#: as a URL has it
QUOTED_PASSWORD = "p%40ss%2C%20word"


class RedisServer:
    """One server on a free port. `options` stand on its command line; one without a `password` asks for none."""

    def __init__(self, directory: Path, *options: str, password: str | None = PASSWORD) -> None:
        self.port = free_port()
        self._directory, self._options, self._password = directory, options, password
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True)

    def start(self, *config: str) -> None:
        """Start it; `config` are lines of its file, which stays as it is once it is there."""
        file = self._directory / "server.conf"
        if not file.exists():  # a sentinel, and a server that was told whose replica it is, write theirs anew
            lines = (f"port {self.port}", "bind 127.0.0.1", f'dir "{self._directory}"', *config)
            file.write_text("\n".join(lines) + "\n")
        self._process = subprocess.Popen(
            [str(find_binary()), str(file), *self._options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: self.ask("PING") is not None, within_s=30, what="the server answers")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def client(self) -> Redis:
        """A connection to this server alone."""
        return Redis(port=self.port, password=self._password, socket_timeout=5)

    def ask(self, *command: object) -> object:
        """The server's answer, or None while it gives none."""
        with contextlib.suppress(RedisError):
            return self.tell(*command)
        return None

    def tell(self, *command: object) -> object:
        """The server's answer. RedisError where it refuses or is away."""
        with self.client() as client:
            return client.execute_command(*command)  # type: ignore[arg-type]  # any command


def free_port() -> int:
    """A port that nothing listens on, below those that systems give to outgoing connections: one of them would have
    taken it before the server starts."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
