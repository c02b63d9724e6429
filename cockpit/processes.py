"""Entry functions of the processes: each reads the settings, joins its parts and runs until it is asked to stop.

What a process needs is imported when it starts, not before: `cockpit doctor` must not wait for Dash.
"""

import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

import structlog

from cockpit.data_dir import DataDir
from cockpit.logs import TellError, configure_logs
from cockpit.settings import Settings
from cockpit.supervisor import PARENT_NAME, end_with_parent

#: the listening socket that `cockpit up` keeps, so that no browser is refused while the web process starts again
LISTEN_FD_NAME = "COCKPIT_LISTEN_FD"


def begin(process: str, settings: Settings) -> threading.Event:
    """Logs, the leash to the supervisor, and an event that SIGTERM and Ctrl-C set."""
    supervised = PARENT_NAME in os.environ
    file = DataDir(settings.data_dir).make().logs / f"{process}.log" if supervised else None
    configure_logs(level=settings.log_level, file=file, process=process)
    if supervised:
        end_with_parent(int(os.environ[PARENT_NAME]))
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    structlog.get_logger(__name__).info("started", process=process, pid=os.getpid())
    return stop


def run_web(settings: Settings) -> None:
    """Pages, API and push: one gunicorn worker with many threads, because one process holds one situation."""
    begin("web", settings)
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in _gunicorn_config(settings).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from cockpit.app import create_server

            return create_server(settings)

    Server().run()


def _gunicorn_config(settings: Settings) -> dict[str, Any]:
    fd = os.environ.get(LISTEN_FD_NAME)
    return {
        "bind": f"fd://{fd}" if fd else f"{settings.host}:{settings.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": settings.web_threads,
        "worker_connections": settings.web_threads * 4,
        "timeout": 60,
        "graceful_timeout": 2,
        "keepalive": 15,
        "accesslog": None,
        "errorlog": "-",
        "logger_class": "cockpit.processes.GunicornLogger",
        "control_socket_disable": True,
        "post_fork": _after_fork,
    }


def _after_fork(_server: Any, worker: Any) -> None:
    end_with_parent(worker.ppid, grace_s=3.0)


def GunicornLogger(config: Any) -> Any:  # noqa: N802 — gunicorn asks for a class here
    """gunicorn's own logger, writing through ours instead of a handler of its own."""
    from gunicorn.glogging import Logger

    class Through(Logger):
        def setup(self, cfg: Any) -> None:
            self.error_log.propagate = True
            self.error_log.handlers = []

    return Through(config)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that children may inherit. TellError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TellError(f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port") from error
    listener.listen(1024)
    return listener
