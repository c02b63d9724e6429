"""A cockpit that really runs: `cockpit up` on a directory of its own, and what the tests ask of it."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

import httpx
import psutil

from cockpit import cli_up

#: longer than `cockpit up` itself waits: on a machine that has much else to do it says why it gave up
READY_WITHIN_S = cli_up.READY_WITHIN_S + 20.0
STOP_WITHIN_S = 30.0


def environment() -> dict[str, str]:
    """This process's environment without settings that would reach the cockpit under test."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COCKPIT_")}
    return {k: v for k, v in kept.items() if k not in {"REDIS_URL", "DATABASE_URL"}}


def cockpit(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "cockpit", *arguments]
    env = {**environment(), **more}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=env)


@dataclass
class Running:
    """One `cockpit up` from its `ready` line to its end."""

    data_dir: Path
    process: subprocess.Popen[str]
    #: its settings
    env: dict[str, str] = field(default_factory=dict)
    url: str = ""
    links: dict[str, str] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        return self.process.pid

    def child(self, name: str) -> psutil.Process:
        """The process of one part; `redis` is the embedded server. psutil.NoSuchProcess while it is down."""
        for child in psutil.Process(self.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                command = child.cmdline()
                ours = command[1:4] == ["-m", "cockpit", name]
                if ours or (name == "redis" and command[-1:] == [str(self.data_dir / "redis" / "server.conf")]):
                    return child
        raise psutil.NoSuchProcess(0, name)

    def family(self) -> list[psutil.Process]:
        """Every process below the supervisor."""
        return psutil.Process(self.pid).children(recursive=True)

    def token(self, role: str, *more: str) -> str:
        """A new token."""
        done = cockpit("token", "create", "--role", role, *more, "--data-dir", str(self.data_dir), **self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def linked_token(self, role: str) -> str:
        """The token of a role's sign-in link: there already, where a new one takes a process."""
        return self.links[role].rpartition("token=")[2]

    def client(self, token: str) -> httpx.Client:
        """The HTTP API with a token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=30, trust_env=False)

    def stop(self) -> int:
        """SIGTERM and wait; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_WITHIN_S)


@contextlib.contextmanager
def running(data_dir: Path, *arguments: str, **env: str) -> Iterator[Running]:
    """`cockpit up --port 0` from `ready` on; whatever the test did to it, nothing of it is left afterwards."""
    command = [sys.executable, "-m", "cockpit", "up", "--port", "0", "--data-dir", str(data_dir), *arguments]
    with (data_dir.parent / f"{data_dir.name}.stderr").open("a+") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**environment(), **env}
        )
        up = Running(data_dir, process, env)
        family: list[psutil.Process] = []
        try:
            _read_ready(up, stderr.name)
            family = up.family()
            yield up
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                family += up.family()
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_WITHIN_S)
            for left in (*family, process):
                with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                    left.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def until(true: Callable[[], object], *, within_s: float, what: str) -> None:
    """Wait until something is true, and say what was not when it never is."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


def _read_ready(up: Running, stderr: str) -> None:
    assert up.process.stdout is not None
    lines: Queue[str] = Queue()
    threading.Thread(target=_pump, args=(up.process.stdout, lines), daemon=True).start()
    deadline = time.monotonic() + READY_WITHIN_S
    while len(up.links) < 5:
        try:
            line = lines.get(timeout=0.2).strip()
        except Empty:
            assert up.process.poll() is None, f"ended with {up.process.returncode}: {Path(stderr).read_text()}"
            assert time.monotonic() < deadline, f"not ready: {Path(stderr).read_text()}"
            continue
        if line.startswith("ready "):
            up.url = line.removeprefix("ready ")
        elif up.url:
            role, link = line.split()
            up.links[role] = link


def _pump(stream: Iterator[str], lines: "Queue[str]") -> None:
    with contextlib.suppress(ValueError):  # closed while we read
        for line in stream:
            lines.put(line)
