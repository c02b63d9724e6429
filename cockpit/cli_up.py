"""`cockpit up`: one machine, everything on it, from an empty directory to the line `ready URL` in a few seconds."""

import contextlib
import http.client
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from pydantic import SecretStr

from cockpit.data_dir import DataDir
from cockpit.ending import stop_when_asked
from cockpit.exits import TellError
from cockpit.listening import LISTEN_FD_NAME, listen, local_url, reachable
from cockpit.logs import configure_logs
from cockpit.settings import Settings
from cockpit.supervisor import Child, Supervisor

READY_WITHIN_S = 180.0
#: a web process that dies so often before it ever served will not serve
HOPELESS_DEATHS = 4
#: children of a killed `up` need so long at most to notice and let go of the port
_ORPHANS_END_WITHIN_S = 8.0
_ASK_EVERY_S = 0.5
_LOOK_EVERY_S = 0.2
_BEAT_EVERY_S = 1.0

_log = structlog.get_logger(__name__)


class EmbeddedRedis:
    """The embedded Redis as a thing to supervise. It keeps its data and its address over every start."""

    def __init__(self, data_dir: Path) -> None:
        from cockpit.stream.embedded import EmbeddedServer

        self._server = EmbeddedServer(data_dir)
        self._asked_s = 0.0
        self._pid: int | None = None
        self.url = ""
        #: done after each start, before anybody is told that it runs
        self.after_start: Callable[[], None] | None = None

    @property
    def pid(self) -> int | None:
        """Asked twice a second at most: for a server that was taken over it costs a process."""
        if time.monotonic() - self._asked_s > _ASK_EVERY_S:
            self._asked_s, self._pid = time.monotonic(), self._server.pid
        return self._pid

    @property
    def is_at_work(self) -> bool:
        """It serves as soon as it has been started."""
        return self.pid is not None

    def start(self) -> None:
        self.url = self._server.start()
        self._asked_s = 0.0
        if self.after_start is not None:
            self.after_start()

    def ask_to_stop(self) -> None:
        """It is ended by `kill`, in order: everything it acknowledged is on disk already."""

    def kill(self) -> None:
        self._server.stop()
        self._asked_s = 0.0


def run_up(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C. TellError when it cannot start."""
    # before the lock is taken: whoever sees the lock may ask this process to end, and it then ends in order
    stop = stop_when_asked()
    data = DataDir(settings.data_dir).make()
    with contextlib.closing(data.lock()) as lock:
        configure_logs(level=settings.log_level, file=data.logs / "up.log", process="up")
        data.remember_city(settings.city, empty=settings.empty)
        listener = _listen(settings, patience_s=_ORPHANS_END_WITHIN_S if lock.was_left_behind else 0.0)
        with listener:
            _run(settings, data, listener, stop)


def _run(settings: Settings, data: DataDir, listener: socket.socket, stop: threading.Event) -> None:
    supervisor = Supervisor()
    port = int(listener.getsockname()[1])
    url, feeds = local_url(settings.host, port), list[str]()
    env = {**os.environ, "COCKPIT_DATA_DIR": str(data.path), "COCKPIT_PORT": str(port)}
    try:
        embedded = None
        if settings.redis_url is None:
            embedded = EmbeddedRedis(data.path)
            settings = _with_redis(embedded, supervisor, settings, data)
            env["COCKPIT_REDIS_URL"] = settings.redis()
        links = _prepare(settings, data, settings.public_url.rstrip("/") or url)
        _rebuild(settings)
        if embedded is not None:
            embedded.after_start = lambda: _rebuild(settings)
        web_env = {**env, LISTEN_FD_NAME: str(listener.fileno())}
        supervisor.start("web", Child(_command("web"), web_env, pass_fds=[listener.fileno()]))
        supervisor.start("archive", Child(_command("archive"), env))
        supervisor.start("dispatch", Child(_command("dispatch"), env))
        _watch_until(lambda: _is_ready(settings.host, port), supervisor, stop, data)
        if stop.is_set():
            return
        data.keep_address(url)
        print(f"ready {url}", *links, sep="\n", flush=True)
        if settings.simulate and not settings.empty:
            supervisor.start("simulate", Child([*_command("simulate"), "--url", url], env))
        feeds = _feeds(data)
        for name in feeds:
            supervisor.start(f"feed-{name}", Child([*_command("feed"), name], env))
        threading.Thread(target=_beat, args=(supervisor, settings, stop), daemon=True).start()
        while not stop.wait(_LOOK_EVERY_S):
            supervisor.step()
    finally:
        stop.set()
        # nothing new comes in any more: the archiver brings the rest into the journal
        supervisor.stop("web", "simulate", *(f"feed-{name}" for name in feeds))
        supervisor.stop("archive", "dispatch")
        # Redis comes last and is not asked first: what it acknowledged is on disk
        supervisor.stop(within_s=0.0)


def _with_redis(embedded: EmbeddedRedis, supervisor: Supervisor, settings: Settings, data: DataDir) -> Settings:
    """The settings with the address of the embedded Redis, which runs from now on."""
    supervisor.start("redis", embedded)
    if embedded.pid is None:
        raise TellError(f"the embedded Redis does not start; see {data.path / 'redis' / 'server.log'}")
    return settings.model_copy(update={"redis_url": SecretStr(embedded.url)})


def _feeds(data: DataDir) -> list[str]:
    """The feeds that a process of their own brings; a wrong file costs its own feed only."""
    if not data.feeds.is_dir():
        return []
    from cockpit.feed_files import WrongFile, list_feed_files
    from feeds.registry import Way

    names: list[str] = []
    for file in list_feed_files(data.feeds):
        if isinstance(file, WrongFile):
            _log.warning("a feed's file is wrong", feed=file.name, error=file.why)
        elif file.enabled and file.way is not Way.HTTP:
            names.append(file.name)
    return names


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "cockpit", name]


def _listen(settings: Settings, *, patience_s: float) -> socket.socket:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return listen(settings.host, settings.port)
        except TellError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.2)


def _prepare(settings: Settings, data: DataDir, public_url: str) -> list[str]:
    """Migrate, keep the secrets, and make a sign-in link for each role."""
    from cockpit.cli_data import keep_tokens, opened_database

    with opened_database(settings) as engine:
        tokens = keep_tokens(engine, data, settings)
    return [f"{role:<10} {public_url}/signin?token={token}" for role, token in tokens.items()]


def _rebuild(settings: Settings) -> None:
    """Put back what Redis lacks of the journal: it was emptied, or the data directory is a restored one."""
    from cockpit.parts import Parts
    from cockpit.services.rebuild import rebuild
    from cockpit.store.checkpoints import Checkpoints
    from cockpit.store.journal import Journal

    with contextlib.closing(Parts(settings)) as parts:
        checkpoint = Checkpoints(parts.engine).find_newest_position()
        rebuild(parts.facts, Journal(parts.engine), checkpoint=checkpoint)


def _watch_until(is_ready: Callable[[], bool], supervisor: Supervisor, stop: threading.Event, data: DataDir) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not is_ready():
        supervisor.step()
        if supervisor.deaths_of("web") >= HOPELESS_DEATHS or time.monotonic() > deadline:
            raise TellError(f"the web process does not get ready; see {data.logs / 'web.log'}")
        if stop.wait(0.05):
            return


def _is_ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _beat(supervisor: Supervisor, settings: Settings, stop: threading.Event) -> None:
    """Tell each second how every process is, and at once when that changes; the wall reads it there."""
    from cockpit.parts import Parts
    from cockpit.stream.connection import FAILED

    health = Parts(settings).health
    told: dict[str, int] = {}
    beaten, beaten_s = dict[str, tuple[int | None, str]](), 0.0
    while not stop.wait(_LOOK_EVERY_S):
        states = supervisor.states()
        if states == beaten and time.monotonic() - beaten_s < _BEAT_EVERY_S:
            continue
        try:
            for name, (pid, status) in states.items():
                if told.get(name, pid or 0) != (pid or 0):
                    health.leave(name, told[name])
                told[name] = pid or 0
                health.beat(name, pid or 0, status, int(time.time() * 1000))
            beaten, beaten_s = states, time.monotonic()
        except FAILED as away:
            _log.info("health could not be written", error=str(away))
            stop.wait(_BEAT_EVERY_S)
