"""Runs a command with a PostgreSQL of its own: `python -m tools.with_postgres pytest …`.

The server lives in a temporary directory and ends with the command. Its address is in
`COCKPIT_TEST_POSTGRES_URL`; tests marked `postgres` read it from there. Where that is set already, it is used.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

URL_NAME = "COCKPIT_TEST_POSTGRES_URL"


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    if os.environ.get(URL_NAME):
        return subprocess.run(command, check=False).returncode
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit ends the block below, and the server with it
    with postgres() as url:
        return subprocess.run(command, env={**os.environ, URL_NAME: url}, check=False).returncode


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL that lasts as long as the block; yields its SQLAlchemy URL."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="cockpit-postgres-") as folder:
        data = Path(folder) / "data"
        user = _unprivileged(Path(folder))
        # fsync off: nothing here outlives the tests
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _run(user, "initdb", "-D", str(data), "-U", "cockpit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(user, "pg_ctl", "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://cockpit@127.0.0.1:{port}/postgres"
        finally:
            _run(user, "pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")


def _run(user: list[str], program: str, *arguments: str) -> None:
    done = subprocess.run(
        [*user, str(_program(program)), *arguments],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{program} failed: {done.stderr.strip()}")


def _program(name: str) -> Path:
    """The newest `initdb` or `pg_ctl` here: Debian keeps them off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which(name)
    if found:
        return found[-1]
    if on_path:
        return Path(on_path)
    raise SystemExit(f"{name} not found: apt-get install postgresql")


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: root hands the folder to `postgres` and runs as that user."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
