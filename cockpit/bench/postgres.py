"""A PostgreSQL of the benchmark's own, where its programs are installed: started for one case, gone afterwards."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def _find_programs() -> Path | None:
    """The directory of initdb and pg_ctl; Debian keeps them off the PATH."""
    for directory in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (directory / "pg_ctl").exists():
            return directory
    found = shutil.which("pg_ctl")
    return Path(found).parent if found else None


@contextlib.contextmanager
def private_postgres() -> Iterator[str | None]:
    """The URL of an empty database; None where PostgreSQL is not installed."""
    programs = _find_programs()
    if programs is None:
        yield None
        return
    directory = Path(tempfile.mkdtemp(prefix="cockpit-bench-pg-"))
    # its programs refuse to work for root
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(directory, user, user)

    def run(*command: str | Path) -> None:
        subprocess.run(
            [str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
            user=user, group=user, extra_groups=[] if user else None,
        )  # fmt: skip

    data = directory / "data"
    try:
        run(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories={directory}"
        run(programs / "pg_ctl", "-D", data, "-l", directory / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={directory}"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
