"""Processes that a benchmark starts: they say `ready URL` on standard output and end with the benchmark."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue

import psutil


class Child:
    """One process whose output comes line by line; its whole group is ended with it."""

    def __init__(self, command: Sequence[str], env: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **(env or {})},
            text=True, start_new_session=True,
        )  # fmt: skip
        self.pid = self._process.pid
        self._name = " ".join(command[1:4])
        self._lines: Queue[str] = Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def line(self, timeout_s: float = 60.0) -> str:
        """The next line. RuntimeError when there is none in time."""
        end = time.monotonic() + timeout_s
        while True:
            try:
                return self._lines.get(timeout=0.2)
            except Empty:
                if self._process.poll() is not None and self._lines.empty():
                    raise RuntimeError(f"{self._name} ended with {self._process.returncode}") from None
                if time.monotonic() > end:
                    raise RuntimeError(f"{self._name} said nothing for {timeout_s:.0f} s") from None

    def lines_so_far(self) -> list[str]:
        """What it has said since somebody last listened."""
        said = []
        with contextlib.suppress(Empty):
            while True:
                said.append(self._lines.get_nowait())
        return said

    def ready_url(self, timeout_s: float = 180.0) -> str:
        """Wait for the line `ready URL`."""
        while True:
            word, _, url = self.line(timeout_s).partition(" ")
            if word == "ready":
                return url.strip()

    def tell(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def end(self, within_s: float = 15.0) -> None:
        """Politely, then for certain."""
        with contextlib.suppress(ProcessLookupError, OSError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(within_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._listener.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)


@contextlib.contextmanager
def running(module: str, *arguments: str, env: dict[str, str] | None = None) -> Iterator[Child]:
    """`python -m module …` for as long as the block lasts."""
    child = Child([sys.executable, "-m", module, *arguments], env)
    try:
        yield child
    finally:
        child.end()


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and everything it started."""
    total = 0.0
    for process in _family(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def memory_mb(pid: int) -> float:
    """Resident memory of a process and everything it started; what they share counts once for each."""
    total = 0.0
    for process in _family(pid):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss / 2**20
    return total


def peak_mb(pid: int) -> float:
    """The most memory that a process itself had so far, in MB; 0 where the system does not tell, or it is gone.

    `getrusage` would tell of a child what its parent had when it started it, if that was more.
    """
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/status").open(encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def find_descendant(pid: int, *words: str) -> int:
    """The oldest process below `pid` whose command line has all of `words`. LookupError if there is none."""
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if set(words) <= set(process.cmdline()):
                return int(process.pid)
    raise LookupError(f"no process with {words} below {pid}")


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
