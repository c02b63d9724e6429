"""Keeps the processes of one machine running: starts them, starts them again when they die, ends them all.

What it supervises is anything with a `pid`, a `start` and the two ways to stop: our own processes (`Child`) and
the embedded Redis (wrapped in `cli_up.py`). It decides by the clock that it is given, so that its tests need not wait.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 10.0
#: having run so long, a process is taken for healthy and the next death is its first
HEALTHY_AFTER_S = 30.0
STOP_WITHIN_S = 10.0
#: a death is told for so long at least: who looks at the states looks once a second or so
TOLD_FOR_S = 3.0
#: children learn the supervisor's pid from it and end when that process does
PARENT_NAME = "COCKPIT_PARENT_PID"
#: children find here where to tell that they are at work
READY_FD_NAME = "COCKPIT_READY_FD"

_log = structlog.get_logger(__name__)


class Supervised(Protocol):
    """One thing to keep running."""

    @property
    def pid(self) -> int | None:
        """Its process while it runs."""

    @property
    def is_at_work(self) -> bool:
        """True once what was started last does its work; starting alone takes seconds."""

    def start(self) -> None:
        """Start it; anything that is raised counts as one more death."""

    def ask_to_stop(self) -> None:
        """Ask it to end; harmless when it has."""

    def kill(self) -> None:
        """End it now."""


class Child:
    """One of our processes, in a process group of its own so that nothing it started outlives it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], pass_fds: Sequence[int] = ()) -> None:
        self._command, self._pass_fds = list(command), tuple(pass_fds)
        self._env = {**env, PARENT_NAME: str(os.getpid())}
        self._process: subprocess.Popen[bytes] | None = None
        self._ready_fd: int | None = None
        self._is_at_work = False

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def is_at_work(self) -> bool:
        if not self._is_at_work and self._ready_fd is not None:
            with contextlib.suppress(BlockingIOError):
                self._is_at_work = os.read(self._ready_fd, 1) != b""
        return self._is_at_work

    def start(self) -> None:
        self._kill_group()  # what a killed process left behind would answer beside the new one
        self._forget_work()
        self._ready_fd, theirs = os.pipe()
        os.set_blocking(self._ready_fd, False)
        try:
            self._process = subprocess.Popen(
                self._command,
                env={**self._env, READY_FD_NAME: str(theirs)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(*self._pass_fds, theirs),
                start_new_session=True,
            )
        finally:
            os.close(theirs)

    def ask_to_stop(self) -> None:
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def kill(self) -> None:
        self._kill_group()
        if self._process is not None:
            self._process.wait()
        self._forget_work()

    def _forget_work(self) -> None:
        self._is_at_work = False
        if self._ready_fd is not None:
            os.close(self._ready_fd)
            self._ready_fd = None

    def _kill_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


@dataclass
class _Watch:
    """What is known about one supervised thing."""

    thing: Supervised
    started_s: float = 0.0
    again_s: float = 0.0
    backoff_s: float = FIRST_BACKOFF_S
    deaths: int = 0
    died_s: float | None = None
    pid: int | None = None


@dataclass
class Supervisor:
    """Things by name, in the order of their start; `step` is called every fifth of a second or so."""

    clock: Callable[[], float] = time.monotonic
    _watched: dict[str, _Watch] = field(default_factory=dict)

    def start(self, name: str, thing: Supervised) -> None:
        """Start it and keep it running from now on."""
        watch = self._watched[name] = _Watch(thing)
        self._start(name, watch)

    def step(self) -> None:
        """Notice who has died and start again whose time has come."""
        now = self.clock()
        for name, watch in self._watched.items():
            if watch.pid is not None and watch.thing.pid is None:
                self._note_death(name, watch)
            elif watch.pid is None and now >= watch.again_s:
                self._start(name, watch)

    def states(self) -> dict[str, tuple[int | None, str]]:
        """Process id (None while it is down) and what there is to say, by name.

        Who has died is `restarting` until it is at work again, and for `TOLD_FOR_S` at least.
        """
        return {name: (w.pid, "restarting" if self._is_missed(w) else "running") for name, w in self._watched.items()}

    def _is_missed(self, watch: _Watch) -> bool:
        if watch.pid is None:
            return True
        if watch.died_s is None:
            return False
        return self.clock() - watch.died_s < TOLD_FOR_S or not watch.thing.is_at_work

    def deaths_of(self, name: str) -> int:
        """How often in a row it has died."""
        return self._watched[name].deaths

    def stop(self, *names: str, within_s: float = STOP_WITHIN_S) -> None:
        """End these, politely first; all when none is named."""
        ended = [self._watched.pop(name).thing for name in names or list(self._watched) if name in self._watched]
        for thing in ended:
            thing.ask_to_stop()
        deadline = self.clock() + within_s
        while any(thing.pid for thing in ended) and self.clock() < deadline:
            time.sleep(0.02)
        for thing in ended:
            thing.kill()

    def _start(self, name: str, watch: _Watch) -> None:
        try:
            watch.thing.start()
        except Exception as error:
            _log.error("could not be started", name=name, error=str(error))
            self._note_death(name, watch)
            return
        watch.started_s, watch.pid = self.clock(), watch.thing.pid
        if watch.pid is None:
            self._note_death(name, watch)

    def _note_death(self, name: str, watch: _Watch) -> None:
        now = self.clock()
        if watch.pid is not None and now - watch.started_s >= HEALTHY_AFTER_S:
            watch.backoff_s, watch.deaths = FIRST_BACKOFF_S, 0
        watch.deaths += 1
        watch.died_s = now
        watch.again_s, watch.pid = now + watch.backoff_s, None
        _log.warning("ended, starting again", name=name, in_s=round(watch.backoff_s, 1), deaths=watch.deaths)
        watch.backoff_s = min(watch.backoff_s * 2, LONGEST_BACKOFF_S)


def tell_at_work() -> None:
    """Tell the supervisor, if there is one, that this process has started and does its work now."""
    number = os.environ.pop(READY_FD_NAME, "")
    if number:
        with contextlib.suppress(OSError):
            os.write(int(number), b"1")
            os.close(int(number))


def end_with_parent(parent_pid: int, *, grace_s: float = 5.0) -> None:
    """End this process when `parent_pid` is its parent no more: first politely, then for certain."""

    def watch() -> None:
        while os.getppid() == parent_pid:
            time.sleep(0.25)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_s)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
