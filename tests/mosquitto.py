"""A real MQTT broker for the run: Debian's mosquitto on a free port, killed and started again as a test likes."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_READY_WITHIN_S = 10.0


def find_mosquitto() -> str | None:
    """Debian keeps it off the PATH of ordinary users."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker:
    """One broker with a port and a memory of its own."""

    def __init__(self, program: str, directory: Path, *more: str) -> None:
        self._program, self._directory, self._more = program, directory, more
        self.host, self.port = "127.0.0.1", _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._directory.mkdir(parents=True, exist_ok=True)
        lines = [
            f"listener {self.port} {self.host}",
            "persistence true",
            f"persistence_location {self._directory}/",
            "autosave_on_changes true",
            "autosave_interval 1",
            "max_inflight_messages 1000",
            "max_queued_messages 200000",
            "log_dest none",
            *(["user root"] if os.geteuid() == 0 else []),
            *(self._more or ("allow_anonymous true",)),
        ]
        file = self._directory / "mosquitto.conf"
        file.write_text("\n".join(lines) + "\n")
        self._process = subprocess.Popen(
            [self._program, "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection((self.host, self.port), timeout=0.2).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("mosquitto does not start")

    def stop(self) -> None:
        """In order: what it keeps is on disk."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def kill(self) -> None:
        """At once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mosquitto_or_skip() -> str:
    """The program; on the build machine it must be there."""
    program = find_mosquitto()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("mosquitto is missing: it is neither on PATH nor in /usr/sbin")
        pytest.skip("mosquitto is not installed")
    return program


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that ends with the test."""
    made = Broker(mosquitto_or_skip(), tmp_path / "mosquitto")
    made.start()
    yield made
    made.kill()
