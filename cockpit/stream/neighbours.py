"""What the embedded server has to know of its machine: live processes, free ports, files of one's own."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def command_of(pid: int) -> str:
    """The command line of a live process, empty if there is none (a killed one that nobody waited for, too)."""
    told = subprocess.run(
        ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "" if told.stdout.lstrip().startswith("Z") else told.stdout


def end(pid: int, within_s: float) -> None:
    """Ask a process to end, and kill it if it has not after `within_s`."""
    for how, patience_s in ((signal.SIGTERM, within_s), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if not command_of(pid):
                return
            time.sleep(0.02)


def is_free(port: int) -> bool:
    """True if a server could take the loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
